"""Judge choosing on weeks labelled by an editor, in one process.

python -m bench.choosing.weeks LABELS_FOLDER FEEDS_FOLDER [--show]

LABELS_FOLDER has `items.jsonl` and `labels.jsonl`. All feeds are gathered once; each week is then
folded, scored and lined up by itself, as a first issue would be.
"""

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from bench.choosing.trial import Trial, trial
from newsletter.choosing.filler import series_of
from newsletter.choosing.folds.folding import fold
from newsletter.choosing.lineup import Verdict, line_up
from newsletter.choosing.news.families import NewsCues
from newsletter.choosing.news.usual import usual_cues
from newsletter.choosing.ranking import Candidate, best_first, score_story
from newsletter.choosing.retellings import confirm
from newsletter.choosing.stories import Report
from newsletter.choosing.voices.genres import ShownItem, guess_genre
from newsletter.choosing.week import Week
from newsletter.choosing.weights import Weights
from newsletter.gathering.models import Article
from newsletter.issues.reports import MOST_PAST, PATTERNS, read_reports

PLACES = 11  # of a publication that nobody arranged
FEWEST = 3
WEEK = timedelta(days=7)
SHORTEST_BEGINNING = 12
COMPARED_CHARS = 40


@dataclass(frozen=True, slots=True)
class LabelledWeek:
    """A week: when it ends, its reports, those before it, and what an editor says of it.

    `lead`, `wanted`, `unwanted` and `same` are ids of items. `known` has by the bare letters of a
    title the id of its item.
    """

    name: str
    end: datetime
    reports: Sequence[Report]
    earlier: Sequence[Report]
    lead: frozenset[int]
    wanted: frozenset[int]
    unwanted: frozenset[int]
    same: Mapping[int, int]
    known: Mapping[str, int]

    def item(self, title: str) -> int | None:
        """Return the item of a title, which a program may have shortened."""
        bare = _bare(title)
        if bare in self.known:
            return self.known[bare]
        return next((key for known, key in self.known.items() if _begin_alike(known, bare)), None)

    def story(self, item: int | None) -> int | None:
        """Return the item that stands for all that tell its story."""
        return None if item is None else self.same.get(item, item)

    def stories(self, items: Iterable[int | None]) -> set[int]:
        return {self.same.get(item, item) for item in items if item is not None}


@dataclass(frozen=True, slots=True)
class Judged:
    """How the proposal of a week agrees with its labels."""

    week: LabelledWeek
    verdicts: Sequence[Verdict]
    shown: Sequence[int | None]

    @property
    def is_lead_good(self) -> bool:
        return bool(self.shown) and self.week.story(self.shown[0]) in self.week.stories(
            self.week.lead
        )

    @property
    def wanted(self) -> int:
        return len(self.week.stories(self.week.wanted))

    @property
    def wanted_in(self) -> int:
        return len(self.week.stories(self.week.wanted) & self.week.stories(self.shown))

    @property
    def unwanted_in(self) -> int:
        return len(self.week.unwanted.intersection(filter(None, self.shown)))

    @property
    def twice(self) -> int:
        return len([item for item in self.shown if item]) - len(self.week.stories(self.shown))


def read_weeks(labels: Path, feeds: Path) -> list[LabelledWeek]:
    """Gather the feeds, and return the labelled weeks with what each could choose from."""
    items = [json.loads(line) for line in (labels / "items.jsonl").open()]
    weeks = [json.loads(line) for line in (labels / "labels.jsonl").open()]
    reports = _gather(feeds, max(_end(week["week"]) for week in weeks))
    return [_labelled(week, items, reports) for week in weeks]


def judge(
    week: LabelledWeek,
    weights: Weights | None = None,
    cues: NewsCues | None = None,
) -> Judged:
    """Propose an issue of a week, and compare it with the labels."""
    weights = weights or Weights()
    verdicts = line_up(ranked(week, weights, cues), PLACES, {}, weights, FEWEST)
    chosen = sorted((verdict.place, verdict) for verdict in verdicts if verdict.place is not None)
    shown = [week.item(verdict.candidate.reports[0].title) for _, verdict in chosen]
    return Judged(week, verdicts, shown)


def ranked(
    week: LabelledWeek,
    weights: Weights,
    cues: NewsCues | None = None,
) -> list[Candidate]:
    """Return the stories of a week, best first, as `issues.candidates` ranks them."""
    by_id = {report.id: report for report in week.reports}
    past = [(report.title, report.dek) for report in week.earlier[:MOST_PAST]]
    scored_in = Week(
        start=week.end - WEEK,
        due=week.end,
        weights=weights,
        series=_series(week),
        cues=cues or usual_cues(),
    )
    groups = fold(week.reports, past=past)
    stories = [score_story([by_id[key] for key in sorted(group)], scored_in) for group in groups]
    return confirm(sorted(stories, key=best_first), weights)


def line_of(judged: Sequence[Judged]) -> str:
    """Return the sums of several weeks in a line."""
    count = max(1, len(judged))
    wanted = sum(week.wanted for week in judged)
    wanted_in = sum(week.wanted_in for week in judged)
    unwanted_in = sum(week.unwanted_in for week in judged)
    leads = sum(week.is_lead_good for week in judged)
    return (
        f"leads glad of {leads}/{count} = {leads / count:.0%}; "
        f"wanted in {wanted_in}/{wanted} = {wanted_in / max(1, wanted):.0%}; "
        f"unwanted in {unwanted_in} ({unwanted_in / count:.2f} a week); "
        f"same story twice {sum(week.twice for week in judged)}"
    )


def main() -> None:
    """Judge all weeks; `--show` prints each choice with its reasons."""
    parser = argparse.ArgumentParser(prog="python -m bench.choosing.weeks", description=__doc__)
    parser.add_argument("labels", type=Path)
    parser.add_argument("feeds", type=Path)
    parser.add_argument("--show", action="store_true")
    args = parser.parse_args()
    if not (args.labels / "labels.jsonl").exists() or not args.feeds.exists():
        print(f"nothing to judge: {args.labels} has no labels.jsonl, or there are no feeds")
        return
    judged = [judge(week) for week in read_weeks(args.labels, args.feeds)]
    for week in judged:
        print(f"{week.week.name} {line_of([week])}")
        if args.show:
            print("\n".join(_lines(week)))
    print(line_of(judged))


def _gather(feeds: Path, end: datetime) -> list[Report]:
    """Return all articles of the feeds up to a time, newest first."""
    documents = {file.name: file.read_bytes() for file in sorted(feeds.glob("*.xml"))}
    with trial(end - timedelta(minutes=1)) as run:
        run.gather(documents, cut=True)
        return run.database.read(_read_all, run)


def _read_all(session: Session, run: Trial) -> list[Report]:
    query = select(Article.id).order_by(col(Article.published_at).desc(), col(Article.id))
    return read_reports(session, run.key, [key for key in session.exec(query) if key])


def _labelled(
    label: Mapping[str, Any],
    items: Iterable[Mapping[str, Any]],
    reports: Sequence[Report],
) -> LabelledWeek:
    end = _end(label["week"])
    reports = _as_guessed([report for report in reports if report.published_at < end])
    return LabelledWeek(
        name=label["week"],
        end=end,
        reports=[report for report in reports if end - WEEK <= report.published_at < end],
        earlier=[
            report for report in reports if end - PATTERNS <= report.published_at < end - WEEK
        ],
        lead=frozenset(label["lead"]),
        wanted=frozenset(label["in"]),
        unwanted=frozenset(label["out"]),
        same={item: min(group) for group in label["same"] for item in group},
        known={_bare(item["title"]): item["id"] for item in items if item["week"] == label["week"]},
    )


def _as_guessed(reports: Sequence[Report]) -> list[Report]:
    """Return the reports with the genres that a publication which begins now would guess."""
    items: dict[int, list[ShownItem]] = defaultdict(list)
    for report in reports:
        item = ShownItem(report.title, report.url, "", report.published_at)
        items[report.voices[0].id].append(item)
    names = {voice.id: voice.name for report in reports for voice in report.voices}
    genres = {key: guess_genre(names[key], shown).genre for key, shown in items.items()}
    return [
        replace(
            report,
            voices=tuple(
                replace(voice, genre=genres.get(voice.id, voice.genre)) for voice in report.voices
            ),
        )
        for report in reports
    ]


def _series(week: LabelledWeek) -> dict[int, Any]:
    titles: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    for report in (*week.reports, *week.earlier):
        for voice in report.voices:
            titles[voice.id].append((report.title, report.published_at))
    return {source: series_of(dated) for source, dated in titles.items()}


def _lines(judged: Judged) -> list[str]:
    """Return each choice of a week, what it is by the labels, and the reasons for it."""
    by_place = sorted(judged.verdicts, key=lambda v: PLACES if v.place is None else v.place)
    return [
        f"  {_mark(judged.week, v)} {v.candidate.score:5.1f} {v.candidate.reports[0].title[:70]}: "
        + "; ".join(f"{reason.points:+.1f} {reason.because}" for reason in v.candidate.reasons)
        for v in by_place
    ]


def _mark(week: LabelledWeek, verdict: Verdict) -> str:
    item = week.item(verdict.candidate.reports[0].title)
    place = "  " if verdict.place is None else f"{verdict.place:2}"
    for sign, items in (("L", week.lead), ("+", week.wanted), ("-", week.unwanted)):
        if week.story(item) in week.stories(items):
            return place + sign
    return f"{place} "


def _end(name: str) -> datetime:
    year, week = name.split("-W")
    return datetime.fromisocalendar(int(year), int(week), 1).replace(tzinfo=UTC) + WEEK


def _bare(title: str) -> str:
    return re.sub(r"\W+", "", title.lower())


def _begin_alike(known: str, bare: str) -> bool:
    if not bare or len(known) <= SHORTEST_BEGINNING:
        return False
    return known.startswith(bare[:COMPARED_CHARS]) or bare.startswith(known[:COMPARED_CHARS])


if __name__ == "__main__":
    main()
