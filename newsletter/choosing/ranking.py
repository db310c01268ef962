"""Pure. Ranking: how much a story weighs for this week's issue, and which report is linked.

A score is the sum of its terms (terms.py). Filler sinks by a subtraction, and only if every report
of the story is filler.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from newsletter.choosing.cues import LONGEST
from newsletter.choosing.filler import Mark, Series, mark_of
from newsletter.choosing.languages import strange_language
from newsletter.choosing.news.worth import is_news, signs_of
from newsletter.choosing.stories import Report, Voice
from newsletter.choosing.terms import NewsStory, Reason, reasons_of
from newsletter.choosing.voices.witnesses import firms_of, resells
from newsletter.choosing.week import Week
from newsletter.choosing.words import stems

MOST_POINTS = 100.0
# Clarity: what speaks for linking one report rather than another of the same story. The weight of
# its source (0..2) and the share of its title that others confirm (0..1) count in full.
HAS_CONSEQUENCE = 0.3
HAS_DEK = 0.1
IS_OWN = 1.0
IS_SHOWN = 10.0  # a report that is in the issue stays in it: a new look changes no link
TEASES = -0.4
IS_FOREIGN = -3.0
IS_LESSON = -3.0
RESELLS = -1.5  # who sells another firm's product is linked only if nobody else tells of it
SHORTEST_TITLE_WORDS = 5  # a title of two confirmed words is not wholly confirmed
TEASING = re.compile(
    r"[?:…]|^(why|what|how|inside|meet|would|should|could)\b|\b(i|we|you|my|our|your)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A story weighed for one issue: its reports, a score 0..100, and the reasons for it.

    The first report is the one to link. `voices` are the sources that cover the story, and `firms`
    its witnesses (voices/witnesses.py). `mark` is set if all of it is filler. `clarity` says how
    well each report that is news represents the story, best first.
    """

    reports: tuple[Report, ...]
    voices: tuple[Voice, ...]
    score: float
    reasons: tuple[Reason, ...]
    mark: Mark | None = None
    clarity: tuple[float, ...] = ()
    firms: frozenset[str] = frozenset()

    @property
    def id(self) -> int:
        return self.reports[0].id

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of the sources; several may have the same name."""
        return tuple(voice.name for voice in self.voices)

    @property
    def article_ids(self) -> frozenset[int]:
        return frozenset(report.id for report in self.reports)

    @property
    def is_filler(self) -> bool:
        return self.mark is not None and self.mark.kind == "filler"

    @property
    def topics(self) -> frozenset[str]:
        return frozenset(topic.casefold() for topic in self.reports[0].topics)


def best_first(candidate: Candidate) -> tuple[float, float, str]:
    """Order candidates: of equal scores the newest comes first, then the first by its address.

    Ids follow the order in which feeds answered, so they decide nothing.
    """
    newest = max([report.published_at for report in candidate.reports])
    return (-candidate.score, -newest.timestamp(), candidate.reports[0].url)


def score_story(group: Sequence[Report], week: Week) -> Candidate:
    """Score a story by its reports, at least one.

    The clearest report comes first, then the earlier one, then the first by its address.
    """
    marks = {report.id: _mark_in(report, week) for report in group}
    news = _without_filler(
        group,
        marks,
    )
    clarity = _without_lessons(_clarities(news, week), marks)
    news.sort(key=lambda report: (-clarity[report.id], report.published_at, report.url))
    filler = [report for report in group if report not in news]
    story = NewsStory(
        news,
        _voices(news),
        marks[news[0].id],
    )
    reasons = reasons_of(
        story,
        week,
    )
    return Candidate(
        reports=(*news, *filler),
        voices=tuple(story.voices),
        score=_score(reasons),
        reasons=reasons,
        mark=story.mark,
        clarity=tuple(clarity[report.id] for report in news),
        firms=frozenset(firms_of(news)),
    )


def _without_lessons(
    clarity: Mapping[int, float],
    marks: Mapping[int, Mark | None],
) -> Mapping[int, float]:
    # A lesson is linked only where nothing else tells the story.
    return {key: clear + IS_LESSON * bool(marks[key]) for key, clear in clarity.items()}


def _without_filler(
    group: Sequence[Report],
    marks: Mapping[int, Mark | None],
) -> list[Report]:
    """Return the reports that vouch for a story, all where none is news.

    A lesson about an event is a witness of it; filler is none.
    """
    news = [report for report in group if _is_no_filler(marks[report.id])]
    return news if any(marks[report.id] is None for report in news) else list(group)


def _is_no_filler(mark: Mark | None) -> bool:
    """True for news, and for a lesson about it."""
    return mark is None or mark.kind == "lesson"


def _score(reasons: Iterable[Reason]) -> float:
    points = sum([reason.points for reason in reasons])
    return round(max(0.0, min(MOST_POINTS, points)), 1)


def _mark_in(report: Report, week: Week) -> Mark | None:
    return mark_of(report, _series_of(report, week), signs_of(report, week.cues))


def _series_of(report: Report, week: Week) -> list[Series]:
    """Return the patterns of titles of each source of a report."""
    return [week.series.get(voice.id, {}) for voice in report.voices]


def _voices(reports: Sequence[Report]) -> tuple[Voice, ...]:
    """Return the sources that show these reports, each once, in the order of the reports."""
    voices: dict[int, Voice] = {}
    for report in reports:
        for voice in report.voices:
            voices[voice.id] = voice
    return tuple(voices.values())


def _clarities(group: Sequence[Report], week: Week) -> dict[int, float]:
    """Return by id how well each report represents its story."""
    if len(group) == 1:  # as nearly all stories are: nothing to choose from
        return {group[0].id: 0.0}
    shared = _shared_stems(group)
    return {report.id: _clarity(report, shared, week) for report in group}


def _shared_stems(reports: Iterable[Report]) -> set[str]:
    """Return the stems that several reports have."""
    counts: Counter[str] = Counter()
    for report in reports:
        counts.update(stems(f"{report.title} {report.dek}"))
    return {stem for stem, count in counts.items() if count > 1}


def _clarity(
    report: Report,
    shared: Set[str],
    week: Week,
) -> float:
    """Return how well a report represents its story; `shared` are stems that several reports have.

    A title in another language than the publication's comes last. A title that asks, teases or
    speaks of “us” comes late.
    """
    clarity = _share_confirmed(
        report.title,
        shared,
    )
    clarity += HAS_CONSEQUENCE * _says_what_happened(report, week)
    clarity += HAS_DEK * bool(report.dek)
    clarity += IS_OWN * report.is_own
    clarity += IS_SHOWN * (report.id in week.shown)
    clarity += report.weight
    clarity += TEASES * bool(TEASING.search(report.title[:LONGEST]))
    clarity += IS_FOREIGN * _is_foreign(report, week)
    clarity += RESELLS * resells(report.title, report.voices[0].firm)
    return clarity


def _says_what_happened(report: Report, week: Week) -> bool:
    """True if its title has a sign of news, whatever else speaks for it."""
    return any(sign.is_plain and is_news(sign) for sign in signs_of(report, week.cues))


def _share_confirmed(title: str, shared: Set[str]) -> float:
    """Return how much of a title other reports say too, 0..1."""
    words = stems(title)
    return len(words & shared) / max(SHORTEST_TITLE_WORDS, len(words))


def _is_foreign(report: Report, week: Week) -> bool:
    return bool(strange_language(report, week.language))
