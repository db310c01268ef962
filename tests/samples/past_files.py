"""Past issues, as another program saved them or as an editor wrote them. All is invented."""

from pathlib import Path
from zoneinfo import ZoneInfo

from newsletter.archive.past_files import PastFile, read_past_file

SAMPLES = Path(__file__).parent / "past"
BERLIN = ZoneInfo("Europe/Berlin")


def sample(name: str) -> PastFile:
    return read_past_file(name, (SAMPLES / name).read_bytes(), BERLIN)
