"""How long proposing takes from ten thousand articles of invented words."""

import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from bench.choosing.trial import Trial, trial
from newsletter.formats.found import Found
from newsletter.gathering import sources
from newsletter.gathering.articles import store_found
from newsletter.gathering.sources import NewSource
from newsletter.issues import reasons

SOURCES = 200
CANDIDATES = 10_000
SYLLABLES = (
    "ka", "lo", "mi", "ren", "su", "ta", "vor", "wex", "yun", "zel", "bar", "dron", "fel", "gor",
    "hal", "jin",
)  # fmt: skip
EVERYDAY = (
    "model", "chips", "court", "launches", "study", "agents", "robots", "plans", "cloud", "firm",
    "price", "the", "of", "a", "to", "in", "for", "its", "with", "from", "after", "over", "under",
    "people", "city", "school", "office", "water", "energy", "morning", "team", "small", "large",
    "older", "public", "local", "engineers", "teachers", "patients", "customers", "machines",
    "letters", "streets",
)  # fmt: skip


def measure_speed(candidates: int) -> Sequence[tuple[str, float]]:
    """Propose from so many articles of 200 sources, look again at once, and again an hour later.

    By then a fiftieth of them is new. A loop at the end shows how busy the machine was. Of each are
    returned the seconds of the clock, then those of a core.
    """
    at = datetime(2026, 5, 12, 9, tzinfo=UTC)
    each = candidates // SOURCES
    with trial(at) as run:
        speed = Speed(run, at)
        run.database.write(_add_sources, run.key)
        run.database.write(speed.fill, range(each))
        speed.look("propose, the first look of a process,")
        speed.look("the same looked at again,")
        run.clock.move_to(at + timedelta(hours=1))
        run.database.write(speed.fill, range(each, each + each // 50))
        speed.look("an hour later")
    return (*speed.figures, ("a loop of five million additions", _loop()))


class Speed:
    """Proposals from many articles of invented words, timed."""

    def __init__(self, run: Trial, at: datetime) -> None:
        self.figures: list[tuple[str, float]] = []
        self._run = run
        self._at = at
        self._draw = random.Random(5)
        self._words = [f"{a}{b}" for a in SYLLABLES for b in SYLLABLES if a != b]

    def fill(self, session: Session, numbers: range) -> None:
        """Let each source have articles of these numbers."""
        for source in sources.all_sources(session, self._run.key):
            found = [self._made(source.key, number) for number in numbers]
            store_found(session, source.key, found, self._run.clock.now())

    def look(self, name: str) -> None:
        """Propose, and keep the seconds of the clock and of a core."""
        cpu = time.process_time()
        issue, seconds = self._run.propose(self._at)
        cpu = time.process_time() - cpu
        considered = self._run.database.read(reasons.count_assessments, issue.key)
        self.figures.append((f"{name} {considered:,} stories", seconds))
        self.figures.append(("  processor time of it", cpu))

    def _made(self, source: int, number: int) -> Found:
        title = self._text(6, 4)
        dek = self._text(8, 14)
        topic = self._draw.choice(("models", "policy", "chips", "robots"))
        age = timedelta(minutes=self._draw.randint(1, 9000))
        return Found(
            f"https://s{source}.example/{number}",
            title,
            f"{dek}.",
            "",
            self._at - age,
            "",
            (topic,),
        )

    def _text(self, invented: int, everyday: int) -> str:
        words = self._draw.choices(self._words, k=invented)
        words += self._draw.choices(EVERYDAY, k=everyday)
        return " ".join(words).capitalize()


def _add_sources(session: Session, publication_id: int) -> None:
    for number in range(SOURCES):
        sources.add(session, publication_id, NewSource(f"https://s{number}.example/feed"))


def _loop() -> float:
    began = time.process_time()
    total = 0
    for number in range(5_000_000):
        total += number
    return time.process_time() - began
