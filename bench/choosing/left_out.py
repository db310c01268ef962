"""Judge cues on labelled weeks as if these weeks, or a source of them, had never been read.

python -m bench.choosing.left_out LABELS FEEDS

Phrases are written by people who read titles, so no fit can be repeated without some of them. But a
phrase that only one week shows was written for that week. So each fifth of the weeks is judged
without the phrases that no other text shows, neither of the other weeks nor of our own titles
(`headlines/mended.tsv`); and each source in the same way, by the weeks in which it is chosen. That
is harsher than a reader: of what they read once, they would have kept some.
"""

import argparse
import tomllib
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.choosing.headlines.__main__ import MENDED
from bench.choosing.weeks import Judged, LabelledWeek, judge, line_of, read_weeks
from newsletter.choosing.news.cue_files import parse_cues
from newsletter.choosing.news.families import NewsCues
from newsletter.choosing.news.phrases import Phrase, PhraseBook
from newsletter.choosing.news.usual import usual_text
from newsletter.choosing.stories import Report

FIFTHS = 5
Known = Set[str]  # names of phrases


class Phrases:
    """The phrases of the usual cues, each by a name of its own, and what shows them."""

    def __init__(self) -> None:
        text = usual_text()
        self._cues = parse_cues(text)
        self._classes = _classes(tomllib.loads(text))
        self._by_name = {
            f"{family.name} {number}": (family.name, phrase)
            for family in self._cues.families.values()
            for number, phrase in enumerate(family.phrases)
        }
        named = {name: (phrase,) for name, (_, phrase) in self._by_name.items()}
        self._book = PhraseBook(named, self._classes)

    def shown_by(self, texts: Iterable[str]) -> Known:
        """Return the phrases that any of these texts shows."""
        shown: set[str] = set()
        for text in texts:
            shown |= self._book.found_in(text)
        return shown

    def without(self, names: Known) -> NewsCues:
        """Return the usual cues without some phrases."""
        left: dict[str, list[Phrase]] = {}
        for name, (family, phrase) in self._by_name.items():
            if name not in names:
                left.setdefault(family, []).append(phrase)
        families = [
            replace(family, phrases=tuple(left.get(family.name, ())))
            for family in self._cues.families.values()
        ]
        return NewsCues(self._cues.language, families, self._classes)


def judge_weeks(weeks: Sequence[LabelledWeek], phrases: Phrases) -> list[Judged]:
    """Judge each fifth of the weeks without what only it shows."""
    ours = phrases.shown_by(_our_titles())
    judged: list[Judged] = []
    for fifth in range(FIFTHS):
        out = weeks[fifth::FIFTHS]
        others = [week for week in weeks if week not in out]
        known = ours | phrases.shown_by(_texts(others))
        cues = phrases.without(phrases.shown_by(_texts(out)) - known)
        judged += [judge(week, cues=cues) for week in out]
    return judged


def judge_sources(weeks: Sequence[LabelledWeek], phrases: Phrases) -> list[Judged]:
    """Judge each week once for each of its sources, without what only that source shows."""
    ours = phrases.shown_by(_our_titles())
    judged: list[Judged] = []
    for source in sorted({report.voices[0].id for week in weeks for report in week.reports}):
        of_source = [week for week in weeks if source in _sources(week)]
        known = ours | phrases.shown_by(_texts(weeks, without=source))
        cues = phrases.without(phrases.shown_by(_texts(of_source)) - known)
        judged += [judge(week, cues=cues) for week in of_source]
    return judged


def _classes(table: Mapping[str, Any]) -> Mapping[str, list[str]]:
    return {
        name: [" ".join(word.split()) for word in words.split(",") if word.strip()]
        for name, words in table["classes"].items()
    }


def _our_titles() -> list[str]:
    return [line.split("\t", 1)[1] for line in MENDED.read_text("utf-8").splitlines()]


def _texts(weeks: Iterable[LabelledWeek], without: int | None = None) -> Iterable[str]:
    """Give the titles and deks of weeks, or those of all but one source."""
    for week in weeks:
        for report in week.reports:
            if report.voices[0].id != without:
                yield from _words(report)


def _words(report: Report) -> tuple[str, str]:
    return report.title, report.dek


def _sources(week: LabelledWeek) -> Set[int]:
    return {report.voices[0].id for report in week.reports}


def main() -> None:
    """Print what is left by weeks and by sources."""
    parser = argparse.ArgumentParser(prog="python -m bench.choosing.left_out", description=__doc__)
    parser.add_argument("labels", type=Path)
    parser.add_argument("feeds", type=Path)
    args = parser.parse_args()
    if not (args.labels / "labels.jsonl").exists() or not args.feeds.exists():
        print(f"nothing to judge: {args.labels} has no labels.jsonl, or there are no feeds")
        return
    weeks = read_weeks(args.labels, args.feeds)
    phrases = Phrases()
    print(f"each fifth of the weeks left out: {line_of(judge_weeks(weeks, phrases))}")
    print(f"each source left out: {line_of(judge_sources(weeks, phrases))}")


if __name__ == "__main__":
    main()
