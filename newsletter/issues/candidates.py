"""Candidates: what was gathered in a window, folded with what earlier issues had, and scored."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from newsletter.choosing.folds.folding import fold
from newsletter.choosing.news.worth import find_heard
from newsletter.choosing.ranking import Candidate, best_first, score_story
from newsletter.choosing.retellings import confirm
from newsletter.choosing.stories import Report
from newsletter.choosing.week import Week
from newsletter.issues import choices
from newsletter.issues.beside.held_stories import held_reports
from newsletter.issues.models import Issue
from newsletter.issues.reports import (
    LinkedReport,
    linked_reports,
    read_past,
    read_series,
    reports_in_window,
)
from newsletter.publications.cues import read_cues
from newsletter.publications.models import Publication
from newsletter.publications.weights import read_weights

_Scored = tuple[Candidate, int | None]  # with the number of the latest issue that had the story
# So long a story of an issue is known again in other words; its address and title are for ever.
REMEMBERED = timedelta(days=35)
SMALL_WORDS = frozenset({
    "a", "an", "the", "and", "of", "to", "in", "on", "for", "with", "as", "at", "by", "is",
})  # fmt: skip
AROUND_WORDS = ".,:;!?“”‘’\"'()[]–—-"


@dataclass(frozen=True, slots=True)
class Considered:
    """All that was looked at for an issue, best first.

    `ranked` may come in. `repeats` were in an earlier issue already, whose number each has.
    """

    ranked: tuple[Candidate, ...]
    repeats: tuple[tuple[Candidate, int], ...]

    @property
    def by_article(self) -> Mapping[int, Candidate]:
        """The story of each article, repeats among them."""
        found: dict[int, Candidate] = {}
        for candidate in self._all:
            found.update((report.id, candidate) for report in candidate.reports)
        return found

    @property
    def _all(self) -> tuple[Candidate, ...]:
        """The candidates and those that repeat an earlier issue."""
        return (*self.ranked, *(candidate for candidate, _ in self.repeats))


class _SentStories:
    """What sent issues linked, to know it again by article or by title."""

    def __init__(self, links: Sequence[LinkedReport]) -> None:
        self._by_article = {link.report.id: link.number for link in links}
        # Of several issues that had a title, the latest counts.
        in_order = sorted(links, key=lambda link: link.number)
        self._by_title = {_title_words(link.report.title): link.number for link in in_order}

    def without(self, group: Iterable[Report]) -> list[Report]:
        """Return the reports that no sent issue linked."""
        return [report for report in group if report.id not in self._by_article]

    def latest_issue(self, group: Iterable[Report]) -> int | None:
        """Return the number of the latest issue with a story of this group, if there is one."""
        numbers = map(self._number, group)
        return max((number for number in numbers if number is not None), default=None)

    def _number(self, report: Report) -> int | None:
        number = self._by_article.get(report.id)
        if number is not None or not self._by_title:
            return number
        # The same title again is the same story, even if it is too old to be folded.
        return self._by_title.get(_title_words(report.title))


def consider(
    session: Session,
    publication: Publication,
    issue: Issue,
    now: datetime,
    *,
    shown: frozenset[int] = frozenset(),
    clicks: Mapping[int, float] | None = None,
) -> Considered:
    """Fold and score what is new in the issue's window, up to `now`.

    Of equal scores the newest comes first, then the first by its address. Of a story's reports one
    in `shown` comes first, so that looking again changes no link without need. `clicks` has by
    source id how often people click its stories; a usual source has 1.
    """
    links = linked_reports(session, publication.key)
    linked = {link.report.id for link in links}
    links += held_reports(session, issue, linked, now)
    reports = [*reports_in_window(session, issue, now), *_sent_lately(links, now)]
    past = read_past(session, publication.key, issue.window_from)
    week = _read_week(session, publication, issue, now)
    week = replace(
        week,
        shown=shown,
        clicks=clicks or {},
        cues_are_heard=find_heard(reports, week.cues),
    )
    return _sort_out(_groups(reports, past), _SentStories(links), week)


def _sent_lately(links: Iterable[LinkedReport], now: datetime) -> list[Report]:
    """Return what is folded with what is new: so it is known again in other words."""
    return [link.report for link in links if now - link.sent_at <= REMEMBERED]


def _groups(reports: Sequence[Report], past: Sequence[tuple[str, str]]) -> list[list[Report]]:
    by_id = {report.id: report for report in reports}
    return [_by_address(map(by_id.__getitem__, group)) for group in fold(reports, past=past)]


def _by_address(reports: Iterable[Report]) -> list[Report]:
    # A group is a set, and ids depend on which feed answered first: neither may decide anything.
    return sorted(reports, key=lambda report: report.url)


def _sort_out(
    groups: Iterable[Sequence[Report]],
    sent: _SentStories,
    week: Week,
) -> Considered:
    """Score each group that has news, and part the repeats from what may come in."""
    ranked: list[Candidate] = []
    repeats: list[tuple[Candidate, int]] = []
    for candidate, number in _score(groups, sent, week):
        if number is None:
            ranked.append(candidate)
        else:
            repeats.append((candidate, number))
    ranked.sort(key=best_first)
    repeats.sort(key=lambda repeat: best_first(repeat[0]))
    return Considered(tuple(confirm(ranked, week.weights)), tuple(repeats))


def _score(
    groups: Iterable[Sequence[Report]],
    sent: _SentStories,
    week: Week,
) -> Iterator[_Scored]:
    """Give each group that has news as a candidate; see _Scored."""
    for group in groups:
        news = sent.without(group)
        if news:  # or all of it was sent before
            # Reports that were sent before count for nothing: a retelling is no second source.
            yield score_story(news, week), sent.latest_issue(group)


def _read_week(
    session: Session,
    publication: Publication,
    issue: Issue,
    now: datetime,
) -> Week:
    return Week(
        start=issue.window_from,
        due=issue.due_at,
        weights=read_weights(session, publication.key),
        history=choices.history(session, publication.key, issue.key, now),
        series=read_series(session, publication.key, now),
        language=publication.language,
        cues=read_cues(session, publication.key),
    )


def _title_words(title: str) -> frozenset[str]:
    """Return what near-identical titles share: their words in any order, save the smallest."""
    words = (word.strip(AROUND_WORDS).casefold() for word in title.split())
    return frozenset(word for word in words if word) - SMALL_WORDS
