"""How fast choosing learns: an editor who acts by the labels of some weeks, then the other weeks.

python -m bench.choosing.teaching LABELS_FOLDER FEEDS_FOLDER [--orders N]

The weeks are shuffled again and again. In each order the editor works on the first ones: drops
what is labelled as unwanted, keeps what is wanted, and gives the lead to a story that may lead. The
weeks that were not taught are then proposed untouched, and compared with their labels.
"""

import argparse
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from bench.choosing.weeks import (
    FEWEST,
    PLACES,
    WEEK,
    Judged,
    LabelledWeek,
    _series,
    line_of,
    read_weeks,
)
from newsletter.choosing.folds.folding import fold
from newsletter.choosing.lineup import Verdict, line_up
from newsletter.choosing.news.usual import usual_cues
from newsletter.choosing.ranking import best_first, score_story
from newsletter.choosing.retellings import confirm
from newsletter.choosing.stories import Report
from newsletter.choosing.terms import chosen_traits
from newsletter.choosing.voices.habits import ChosenStory, History, learn
from newsletter.choosing.week import Week
from newsletter.choosing.weights import Weights
from newsletter.issues.reports import MOST_PAST

TAUGHT = (0, 2, 4, 8)
ORDERS = 10


class Course:
    """The labelled weeks, each folded once: only scores change with what was taught."""

    def __init__(self, weeks: Sequence[LabelledWeek], weights: Weights) -> None:
        self.weeks = weeks
        self._weights = weights
        self._groups = {week.name: list(_groups(week)) for week in weeks}
        self._series = {week.name: _series(week) for week in weeks}

    def curve(self, seed: int) -> Mapping[int, Sequence[Judged]]:
        """Teach week after week in one order; return the other weeks by how many were taught."""
        order = list(self.weeks)
        random.Random(seed).shuffle(order)
        lessons, tests = order[: max(TAUGHT)], order[max(TAUGHT) :]
        chosen: list[list[ChosenStory]] = []
        found = {}
        for taught in range(max(TAUGHT) + 1):
            if taught in TAUGHT:
                found[taught] = [self.propose(week, chosen) for week in tests]
            if taught < len(lessons):
                proposal = self.propose(lessons[taught], chosen)
                chosen.append(list(edit(proposal, taught)))
        return found

    def propose(self, week: LabelledWeek, chosen: Sequence[Sequence[ChosenStory]]) -> Judged:
        """Propose a week as the next one after those that were edited."""
        scored_in = Week(
            start=week.end - WEEK,
            due=week.end,
            weights=self._weights,
            series=self._series[week.name],
            history=_history(week, chosen),
        )
        stories = [score_story(group, scored_in) for group in self._groups[week.name]]
        best = confirm(sorted(stories, key=best_first), self._weights)
        verdicts = line_up(best, PLACES, {}, self._weights, FEWEST)
        placed = sorted((v.place, v) for v in verdicts if v.place is not None)
        shown = [week.item(verdict.candidate.reports[0].title) for _, verdict in placed]
        return Judged(week, verdicts, shown)


def edit(proposal: Judged, number: int) -> Iterator[ChosenStory]:
    """Do what an editor does with a proposal, by the labels of its week."""
    week = proposal.week
    lead = _best_lead(proposal)
    for verdict in proposal.verdicts:
        story = week.story(week.item(verdict.candidate.reports[0].title))
        if verdict is lead:
            yield _choice(verdict, "lead", week, number)
        elif verdict.place is None:
            continue
        elif story in week.stories(week.wanted):
            yield _choice(verdict, "kept", week, number)
        elif story in week.stories(week.unwanted):
            yield _choice(verdict, "dropped", week, number)


def _best_lead(proposal: Judged) -> Verdict | None:
    """Return the story that the editor makes the lead: the best of those that may lead."""
    week = proposal.week
    leads = week.stories(week.lead)
    for verdict in proposal.verdicts:
        if week.story(week.item(verdict.candidate.reports[0].title)) in leads:
            return verdict
    return None


def _choice(
    verdict: Verdict,
    kind: str,
    week: LabelledWeek,
    number: int,
) -> ChosenStory:
    report = verdict.candidate.reports[0]
    return ChosenStory(number, {kind}, week.end, chosen_traits(report, usual_cues()))


def _history(week: LabelledWeek, chosen: Sequence[Sequence[ChosenStory]]) -> History:
    """Return the habits, as if the edited weeks were those just before this one."""
    dated = []
    for back, stories in enumerate(reversed(chosen), start=1):
        at = week.end - back * WEEK
        dated += [story._replace(at=at + timedelta(hours=1)) for story in stories]
    return learn(dated, week.end)


def _groups(week: LabelledWeek) -> Iterator[Sequence[Report]]:
    by_id = {report.id: report for report in week.reports}
    past = [(report.title, report.dek) for report in week.earlier[:MOST_PAST]]
    for group in fold(week.reports, past=past):
        yield [by_id[key] for key in sorted(group)]


def main() -> None:
    """Print a line for each number of taught weeks."""
    parser = argparse.ArgumentParser(prog="python -m bench.choosing.teaching", description=__doc__)
    parser.add_argument("labels", type=Path)
    parser.add_argument("feeds", type=Path)
    parser.add_argument("--orders", type=int, default=ORDERS)
    args = parser.parse_args()
    course = Course(read_weeks(args.labels, args.feeds), Weights())
    curves = [course.curve(seed) for seed in range(args.orders)]
    for taught in TAUGHT:
        judged = [week for curve in curves for week in curve[taught]]
        print(f"{taught} weeks taught: {line_of(judged)}")


if __name__ == "__main__":
    main()
