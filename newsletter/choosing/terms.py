"""Pure. The terms of a story's score: each gives points, and a sentence that says why.

Each term is bounded by the publication's weight for it, so no single one can carry an issue alone.
A term that gives no points is None and says nothing.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from datetime import timedelta
from itertools import chain
from typing import NamedTuple

from newsletter.choosing.filler import Mark, looks_back, mark_of
from newsletter.choosing.languages import strange_language
from newsletter.choosing.news.families import NewsCues, Sign
from newsletter.choosing.news.worth import is_urgent, news_points, signs_of
from newsletter.choosing.stories import Report, Voice
from newsletter.choosing.voices.genres import GENRES
from newsletter.choosing.voices.habits import Trait, lean, traits_of
from newsletter.choosing.voices.witnesses import witnesses
from newsletter.choosing.week import Week

MANY_WORDS = 600  # an article of so many words is as long as it needs to be
MANY_DEK_CHARS = 160
MISSING = 0.75  # of the points for coverage: what each further witness leaves
USUAL_WEIGHT = 1.0
# Of the points for the genre of a source. An editor who likes a vendor's blog soon outweighs it.
PROMISES: Mapping[str, float] = {
    "lab": 0.05,
    "vendor": -0.05,
    "podcast": -0.3,
    "roundup": -0.3,
    "changelog": -1.0,
}
LATE_PART = 5  # a fifth of what filler loses: a late report may still be news


class Reason(NamedTuple):
    """One term of a score and its sentence."""

    points: float
    because: str


class NewsStory(NamedTuple):
    """What the terms look at: the reports that are news, the clearest first, and their sources.

    `mark` is set if even the clearest report is no news.
    """

    reports: Sequence[Report]
    voices: Sequence[Voice]
    mark: Mark | None


def reasons_of(story: NewsStory, week: Week) -> tuple[Reason, ...]:
    """Return the terms that give or take points, in the order in which an editor reads them."""
    terms = [term(story, week) for term in TERMS]
    found = (_coverage(story, week), *_news(story, week), *terms)
    return tuple([reason for reason in found if reason])


def _points(points: float, because: str) -> Reason | None:
    points = round(
        points,
        1,
    )
    return Reason(points, because) if points else None


def _coverage(story: NewsStory, week: Week) -> Reason | None:
    """Each further witness adds a quarter of what is still missing; half a witness adds less."""
    if len(story.voices) < 2:  # as nearly all stories have
        return None
    found = witnesses(story.reports)
    further = sum(found.values()) - max(found.values())
    share = 1 - MISSING**further
    return _points(week.weights.coverage * share, _in_firms(len(found), len(story.voices)))


def _in_firms(firms: int, sources: int) -> str:
    """Return how many cover a story; two sources of one firm are counted once."""
    because = f"covered by {firms} sources"
    return because if firms >= sources else f"{because} that are independent, of {sources}"


def _news(story: NewsStory, week: Week) -> Iterator[Reason | None]:
    """Give what the families of news give, each with its own sentence."""
    found = news_points(
        story.reports,
        week.cues,
        week.weights,
        are_heard=week.cues_are_heard,
    )
    for points, because in found:
        yield _points(
            points,
            because,
        )


def _freshness(story: NewsStory, week: Week) -> Reason | None:
    """Half of the points are for being in the window: a reader cares for the whole week.

    Freshness counts from the deadline, not from now, so each look gives the same points.
    """
    age = week.due - max([report.published_at for report in story.reports])
    share = age / max(week.due - week.start, timedelta(hours=1))
    points = week.weights.freshness * (1 - 0.5 * min(1.0, max(0.0, share)))
    return _points(points, _when(age.days))


def _when(days: int) -> str:
    if days <= 0:
        return "published on the last day"
    return f"published {days} {'day' if days == 1 else 'days'} before the deadline"


def _source(story: NewsStory, week: Week) -> Reason | None:
    best = max([voice.weight for voice in story.voices])
    points = week.weights.source * min(2.0, best) / 2
    if best == USUAL_WEIGHT:
        return _points(points, "from a source of the usual weight")
    return _points(points, f"from a source of weight {best:g}")


def _genre(story: NewsStory, week: Week) -> Reason | None:
    """The source counts whose genre promises most; a list of changes is silent but for alarms."""
    best = max([voice.genre for voice in story.voices], key=_share_of_genre)
    share = _share_of_genre(best)
    if best == "changelog" and is_urgent(story.reports, week.cues):
        return None
    return _points(week.weights.genre * share, f"from {GENRES.get(best, best)}")


def _share_of_genre(genre: str) -> float:
    return PROMISES.get(
        genre,
        0.0,
    )


def _topic(story: NewsStory, week: Week) -> Reason | None:
    """The topic decides whose factor is farthest from the usual 1."""
    factors = week.weights.topics
    if not factors:
        return None
    topics = _topics(story.reports) & factors.keys()
    if not topics:
        return None
    topic = _farthest(
        topics,
        factors,
    )
    factor = factors[topic]
    because = f"its topic “{topic}” has the weight {factor:g} here"
    return _points(week.weights.topic * (factor - 1), because)


def _farthest(topics: Iterable[str], factors: Mapping[str, float]) -> str:
    """Return the topic whose factor is farthest from the usual 1."""
    # Sorted, so that of two equally far topics always the same one decides.
    return max(sorted(topics), key=lambda name: abs(factors[name] - 1))


def _topics(reports: Sequence[Report]) -> set[str]:
    topics = chain.from_iterable([report.topics for report in reports])
    return set(map(str.casefold, topics))


def _length(story: NewsStory, week: Week) -> Reason | None:
    """The longest report counts; where no page was read, the longest dek counts half."""
    words = max([report.words for report in story.reports])
    dek_chars = max([len(report.dek) for report in story.reports])
    because = f"has {words} words to read" if words else "says what it is about"
    return _points(week.weights.length * _share_to_read(words, dek_chars), because)


def _share_to_read(words: int, dek_chars: int) -> float:
    """Return 1 for an article that is long enough, up to 0.5 where only its dek is known."""
    return max(min(1.0, words / MANY_WORDS), 0.5 * min(1.0, dek_chars / MANY_DEK_CHARS))


def _picture(story: NewsStory, week: Week) -> Reason | None:
    if not any(report.image_url for report in story.reports):
        return None
    return _points(week.weights.picture, "has a picture")


def _history(story: NewsStory, week: Week) -> Reason | None:
    """What editors did with stories like this one; see voices/habits.py."""
    if not week.history:  # nobody chose anything yet
        return None
    families = families_of(signs_of(story.reports[0], week.cues), story.mark)
    lesson = lean(traits_of(story.reports, families), week.history)
    return _points(week.weights.history * lesson.leaning, lesson.because) if lesson else None


def chosen_traits(report: Report, cues: NewsCues) -> frozenset[Trait]:
    """Return the traits of an article that an editor chose or dropped."""
    signs = signs_of(report, cues)
    return traits_of([report], families_of(signs, mark_of(report, [], signs)))


def families_of(signs: Iterable[Sign], mark: Mark | None) -> Set[str]:
    """Return what an article is about, and what it is instead of news, as habits know it."""
    shown = {sign.family.says for sign in signs if sign.is_plain and not sign.family.adds}
    return shown | {mark.because} if mark else shown


def _clicks(story: NewsStory, week: Week) -> Reason | None:
    """Four times as many clicks as usual give all points, a quarter takes as many."""
    ratios = [week.clicks[voice.id] for voice in story.voices if voice.id in week.clicks]
    ratio = max(
        ratios,
        default=0.0,
    )
    if ratio <= 0:
        return None
    share = max(-1.0, min(1.0, math.log2(ratio) / 2))
    because = f"people click stories of this source {ratio:.1f} times as often as others"
    return _points(
        week.weights.clicks * share,
        because,
    )


def _filler(story: NewsStory, week: Week) -> Reason | None:
    # The families of news take the points of their own marks.
    if story.mark is None or (story.mark.kind == "lesson" and story.mark.by_cue):
        return None
    points = week.weights.filler if story.mark.kind == "filler" else week.weights.lesson
    return _points(-points, f"{story.mark.kind}: {story.mark.because}")


def _foreign(story: NewsStory, week: Week) -> Reason | None:
    """The first report is the clearest, and one in our own language is clearer than any other."""
    language = strange_language(story.reports[0], week.language)
    if not language:
        return None
    return _points(-week.weights.foreign, f"in another language than ours: {language}")


def _late(story: NewsStory, week: Week) -> Reason | None:
    if not _is_late(story):
        return None
    points = week.weights.filler / LATE_PART
    return _points(-points, "one source alone looks back at an earlier week")


def _is_late(story: NewsStory) -> bool:
    first = story.reports[0]
    return len(story.voices) <= 1 and looks_back(first.title, first.dek)


TERMS: Sequence[Callable[[NewsStory, Week], Reason | None]] = (
    _freshness,
    _source,
    _genre,
    _topic,
    _length,
    _picture,
    _history,
    _clicks,
    _filler,
    _foreign,
    _late,
)
