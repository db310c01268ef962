"""Pure. How much a story weighs for this week's issue, and why, in sentences.

score = Σ terms; each term is bounded by the publication's weight for it, so no single one can carry an issue alone.
Filler sinks by a subtraction, and only if every report of the story is filler.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from newsletter.choosing.consequence import consequences_of, share_of_talk
from newsletter.choosing.filler import Mark, Series, looks_back, mark_of
from newsletter.choosing.stories import Report, Voice
from newsletter.choosing.weights import Weights
from newsletter.choosing.words import stems

MANY_WORDS = 600  # an article of so many words is as long as it needs to be
MANY_DEK_CHARS = 160
ECHO = 0.5  # a copy of another source's text is half a witness
SMOOTHING = (
    3.0  # so many choices, half of them kept, are assumed of everybody: one choice decides little
)
SHOWN = 10.0  # a report that stands in the issue already goes on standing for its story
TEASING = re.compile(
    r"[?:…]|^(why|what|how|inside|meet|would|should|could)\b|\b(i|we|you|my|our|your)\b",
    re.IGNORECASE,
)


class Reason(NamedTuple):
    """One term of a score and its sentence."""

    points: float
    because: str


@dataclass(frozen=True, slots=True)
class Habit:
    """What editors did with stories of one source or topic, each counted less the longer ago it was."""

    kept: float = 0.0
    dropped: float = 0.0
    led: float = 0.0

    @property
    def leaning(self) -> float:
        """From -1 (always dropped) to 1 (always kept)."""
        yes = self.kept + 2 * self.led
        return (yes - self.dropped) / (yes + self.dropped + SMOOTHING)


@dataclass(frozen=True, slots=True)
class History:
    """The habits of this publication's editors: by source id and by topic in lower case."""

    sources: Mapping[int, Habit] = field(default_factory=lambda: MappingProxyType({}))
    topics: Mapping[str, Habit] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Week:
    """What one week's stories are weighed by. The window is [start, due): freshness counts from the deadline, not from now,
    so that the same stories weigh the same at each look. `clicks` says by source id how often people click its stories,
    against the publication's average of 1. `series` has the titles of each source by their pattern (filler.py)."""

    start: datetime
    due: datetime
    weights: Weights = field(default_factory=Weights)
    history: History = field(default_factory=History)
    clicks: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({}))
    series: Mapping[int, Series] = field(default_factory=lambda: MappingProxyType({}))
    language: str = "en"
    shown: Set[int] = frozenset()  # articles that stand in the issue


@dataclass(frozen=True, slots=True)
class Candidate:
    """The reports of one story, the one to link first, weighed: a score 0..100 and its reasons. `sources` cover it."""

    reports: tuple[Report, ...]
    sources: tuple[str, ...]
    score: float
    reasons: tuple[Reason, ...]
    mark: Mark | None = None
    clarity: tuple[float, ...] = ()  # how well each report stands for the story, best first

    @property
    def id(self) -> int:
        return self.reports[0].id

    @property
    def topics(self) -> frozenset[str]:
        return frozenset(topic.casefold() for topic in self.reports[0].topics)


def score_story(group: Sequence[Report], week: Week) -> Candidate:
    """Weigh the reports of one story (never none); ties among reports go to the earlier, then the lower id."""
    marks = {
        one.id: mark_of(one, [week.series[v.id] for v in one.voices if v.id in week.series])
        for one in group
    }
    news = [one for one in group if marks[one.id] is None] or list(group)
    clear = _clarities(news, week)
    told = sorted(news, key=lambda one: (-clear[one.id], one.published_at, one.id))
    voices = _voices(told)
    is_what = marks[told[0].id]
    terms = (
        _coverage(told, voices, week),
        _consequence(told, week),
        _freshness(told, week),
        _source(voices, week),
        _topics(told, week),
        _length(told, week),
        _term(week.weights.picture, "has a picture")
        if any(one.image_url for one in told)
        else None,
        _history(told, voices, week),
        _clicks(voices, week),
        _filler(is_what, week),
        _late(told, voices, week),
    )
    reasons = tuple(term for term in terms if term)
    score = round(max(0.0, min(100.0, sum(reason.points for reason in reasons))), 1)
    rest = [one for one in group if one not in told]
    clarity = tuple(clear[one.id] for one in told)
    return Candidate(
        (*told, *rest), tuple(voice.name for voice in voices), score, reasons, is_what, clarity
    )


def _term(points: float, because: str) -> Reason | None:
    """A term that adds nothing is not said."""
    points = round(points, 1)
    return Reason(points, because) if points else None


def _clarities(group: Sequence[Report], week: Week) -> dict[int, float]:
    """How well each report stands for its story: by its source's weight, and by how much of its title the others confirm.

    A title in another language than the publication's stands last; so does one that asks, teases or speaks of “us”.
    """
    if len(group) == 1:
        return {group[0].id: 0.0}
    counts = Counter(stem for one in group for stem in stems(f"{one.title} {one.dek}"))
    shared = {stem for stem, count in counts.items() if count > 1}
    return {one.id: _clarity(one, shared, week) for one in group}


def _clarity(one: Report, shared: Set[str], week: Week) -> float:
    title = stems(one.title)
    confirmed = len(title & shared) / max(5, len(title))
    foreign = one.language and one.language.split("-")[0] != week.language.split("-")[0]
    own = any(voice.is_own for voice in one.voices)
    plus = (
        confirmed
        + 0.3 * bool(consequences_of(one.title))
        + 0.1 * bool(one.dek)
        + own
        + SHOWN * (one.id in week.shown)
    )
    return one.weight + plus - 0.4 * bool(TEASING.search(one.title)) - 3 * bool(foreign)


def _voices(told: Sequence[Report]) -> tuple[Voice, ...]:
    return tuple({voice.id: voice for one in told for voice in one.voices}.values())


def _coverage(told: Sequence[Report], voices: Sequence[Voice], week: Week) -> Reason | None:
    """Each further source adds a quarter of what is still missing; one that only copies another's text adds half of that."""
    if len(voices) < 2:
        return None
    seen: set[str] = set()
    witnesses: dict[int, float] = {}
    for one in told:
        text = " ".join(f"{one.title} {one.dek}".casefold().split())
        for voice in one.voices:
            echo = ECHO if text in seen and voice.id not in witnesses else 1.0
            witnesses[voice.id] = max(witnesses.get(voice.id, 0.0), voice.weight * echo)
            seen.add(text)
    further = sum(witnesses.values()) - max(witnesses.values())
    return _term(week.weights.coverage * (1 - 0.75**further), f"covered by {len(voices)} sources")


def _consequence(told: Sequence[Report], week: Week) -> Reason | None:
    """What happened should stand in a title; a dek counts half. The more kinds of consequence, the less each adds."""
    titles = {
        kind: strength for one in told for kind, strength in consequences_of(one.title).items()
    }
    deks = {
        kind: 0.5 * strength for one in told for kind, strength in consequences_of(one.dek).items()
    }
    found = deks | titles
    if not found:
        return None
    strength = sum(found.values())
    names = sorted(found, key=lambda kind: (-found[kind], kind))[:3]
    share = share_of_talk([one.title for one in told])
    points = week.weights.consequence * (1 - 0.6**strength) * (1 - 0.6 * share)
    return _term(
        points,
        f"has consequences: {', '.join(names)}{', though so far it is talk' if share > 0.5 else ''}",
    )


def _freshness(told: Sequence[Report], week: Week) -> Reason | None:
    """Half of the points are for being in the window at all: the reader cares for the whole week."""
    at = max(one.published_at for one in told)
    age = (week.due - at) / max(week.due - week.start, timedelta(hours=1))
    days = (week.due - at).days
    when = (
        "published on the last day"
        if days <= 0
        else f"published {days} day{'s' if days > 1 else ''} before the deadline"
    )
    return _term(week.weights.freshness * (1 - 0.5 * min(1.0, max(0.0, age))), when)


def _source(voices: Sequence[Voice], week: Week) -> Reason | None:
    best = max(voice.weight for voice in voices)
    said = (
        "from a source of the usual weight" if best == 1.0 else f"from a source of weight {best:g}"
    )
    return _term(week.weights.source * min(2.0, best) / 2, said)


def _topics(told: Sequence[Report], week: Week) -> Reason | None:
    """The topic that this publication has set farthest from the usual decides."""
    topics = {topic.casefold() for one in told for topic in one.topics} & week.weights.topics.keys()
    if not topics:
        return None
    topic = max(sorted(topics), key=lambda name: abs(week.weights.topics[name] - 1))
    factor = week.weights.topics[topic]
    return _term(
        week.weights.topic * (factor - 1), f"its topic “{topic}” has the weight {factor:g} here"
    )


def _length(told: Sequence[Report], week: Week) -> Reason | None:
    """The longest report counts; where the page was not read, the dek stands for it, at half."""
    words = max(one.words for one in told)
    dek = max(len(one.dek) for one in told)
    share = max(min(1.0, words / MANY_WORDS), 0.5 * min(1.0, dek / MANY_DEK_CHARS))
    return (
        _term(
            week.weights.length * share,
            f"has {words} words to read" if words else "says what it is about",
        )
        if share
        else None
    )


def _history(told: Sequence[Report], voices: Sequence[Voice], week: Week) -> Reason | None:
    """The strongest habit decides, of a source or a topic; half of the points are for topics."""
    topics = sorted(
        {topic.casefold() for one in told for topic in one.topics} & week.history.topics.keys()
    )
    leanings = [
        (week.history.sources[v.id].leaning, "this source")
        for v in voices
        if v.id in week.history.sources
    ]
    leanings += [
        (week.history.topics[topic].leaning / 2, f"stories on “{topic}”") for topic in topics
    ]
    if not leanings:
        return None
    leaning, what = max(leanings, key=lambda pair: abs(pair[0]))
    return _term(
        week.weights.history * leaning, f"you usually {'keep' if leaning > 0 else 'drop'} {what}"
    )


def _clicks(voices: Sequence[Voice], week: Week) -> Reason | None:
    ratios = [week.clicks[voice.id] for voice in voices if week.clicks.get(voice.id, 0) > 0]
    if not ratios:
        return None
    best = max(ratios)
    points = week.weights.clicks * max(-1.0, min(1.0, math.log2(best) / 2))
    return _term(points, f"people click stories of this source {best:.1f} times as often as others")


def _filler(what: Mark | None, week: Week) -> Reason | None:
    if what is None:
        return None
    return _term(
        -(week.weights.filler if what.kind == "filler" else week.weights.lesson),
        f"{what.kind}: {what.because}",
    )


def _late(told: Sequence[Report], voices: Sequence[Voice], week: Week) -> Reason | None:
    if len(voices) > 1 or not looks_back(told[0].title, told[0].dek):
        return None
    return _term(-week.weights.filler / 5, "one source alone looks back at an earlier week")
