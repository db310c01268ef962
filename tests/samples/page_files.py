"""The sample pages, as their bytes."""

from pathlib import Path

FOLDER = Path(__file__).parent / "pages"
PAGES = ("article", "little", "paywalled", "polish", "broken", "listing")


def sample(name: str) -> bytes:
    """Return the sample page of that name."""
    return (FOLDER / f"{name}.html").read_bytes()
