"""Judge cues on titles alone: weeks drawn from titles that an editor labelled.

python -m bench.choosing.headlines [FILE …] [--cues CUES] [--show]

The titles are invented, and written before the cues were read. Cues were mended by `mended.tsv`;
`unseen.tsv` shows what they are worth on others: mend nothing by it. A line has a label (lead, in,
- or out) and a title.
"""

import argparse
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from newsletter.choosing.news.cue_files import parse_cues
from newsletter.choosing.news.families import NewsCues
from newsletter.choosing.news.usual import usual_cues
from newsletter.choosing.ranking import Candidate, score_story
from newsletter.choosing.stories import Report, Voice
from newsletter.choosing.week import Week

FOLDER = Path(__file__).parent
MENDED = FOLDER / "mended.tsv"
UNSEEN = FOLDER / "unseen.tsv"
DUE = datetime(2026, 6, 8, tzinfo=UTC)
HALF_WEEK = timedelta(days=3.5)
SEED = 1
WEEKS = 400
PLACES = 11
# What a week of feeds of such a trade has, about as the labelled weeks do.
DRAWN: Mapping[str, int] = {"lead": 3, "in": 5, "-": 3, "out": 6}
GOOD = ("lead", "in")


class Headline(NamedTuple):
    """A title, what an editor says of it, and the story that choosing makes of it."""

    label: str
    title: str
    story: Candidate


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares of weeks with a good lead and of what is wanted; unwanted stories in a week."""

    leads: float
    wanted: float
    unwanted: float

    def __str__(self) -> str:
        return (
            f"leads {self.leads:.0%}, wanted {self.wanted:.0%}, unwanted {self.unwanted:.2f} a week"
        )


def read_headlines(file: Path, cues: NewsCues | None = None) -> list[Headline]:
    """Return the titles of a file, each scored as a story of one source."""
    lines = file.read_text("utf-8").splitlines()
    week = Week(DUE - 2 * HALF_WEEK, DUE, cues=cues or usual_cues())
    pairs = [line.split("\t", 1) for line in lines]
    return [
        Headline(label, title, score_story([_report(number, title)], week))
        for number, (label, title) in enumerate(pairs, 1)
    ]


def judge(headlines: Iterable[Headline]) -> Figures:
    """Draw weeks, give the places to the best of each, and compare them with the labels."""
    by_label: dict[str, list[Headline]] = {label: [] for label in DRAWN}
    for headline in headlines:
        by_label[headline.label].append(headline)
    draw = random.Random(SEED)
    weeks = [_proposed(_drawn(by_label, draw)) for _ in range(WEEKS)]
    wanted = sum(DRAWN[label] for label in GOOD) * WEEKS
    return Figures(
        leads=sum(week[:1] == ["lead"] for week in weeks) / WEEKS,
        wanted=sum(label in GOOD for week in weeks for label in week) / wanted,
        unwanted=sum(week.count("out") for week in weeks) / WEEKS,
    )


def _drawn(
    by_label: Mapping[str, Sequence[Headline]],
    draw: random.Random,
) -> list[Headline]:
    week: list[Headline] = []
    for label, count in DRAWN.items():
        week += draw.sample(by_label[label], count)
    draw.shuffle(week)  # else of two equal scores the better label would win
    return week


def _proposed(week: Iterable[Headline]) -> list[str]:
    """Return the labels of what gets a place, the lead first."""
    worthy = [headline for headline in week if _is_worth(headline.story)]
    worthy.sort(key=lambda headline: -headline.story.score)
    return [headline.label for headline in worthy[:PLACES]]


def _is_worth(story: Candidate) -> bool:
    return story.score >= Week(DUE, DUE).weights.floor and not story.is_filler


def _report(number: int, title: str) -> Report:
    voice = Voice(number, f"Source {number}")
    return Report(number, title, "", f"https://{number}.example/", DUE - HALF_WEEK, (voice,))


def main() -> None:
    """Judge the files that are given, else both of ours."""
    parser = argparse.ArgumentParser(prog="python -m bench.choosing.headlines", description=__doc__)
    parser.add_argument("files", type=Path, nargs="*", default=[MENDED, UNSEEN])
    parser.add_argument("--cues", type=Path, help="a cue file instead of the usual one")
    parser.add_argument("--show", action="store_true", help="each title, the best first")
    args = parser.parse_args()
    cues = parse_cues(args.cues.read_text("utf-8")) if args.cues else None
    for file in args.files:
        headlines = read_headlines(file, cues)
        print(f"{file.name}: {judge(headlines)}")
        if args.show:
            _print(headlines)


def _print(headlines: Iterable[Headline]) -> None:
    for headline in sorted(headlines, key=lambda headline: -headline.story.score):
        because = "; ".join(reason.because for reason in headline.story.reasons[:-1])
        print(f"  {headline.label:5}{headline.story.score:5.1f} {headline.title}: {because}")


if __name__ == "__main__":
    main()
