"""Reports of invented news, for the pure tests of choosing."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from newsletter.choosing.ranking import Candidate, score_story
from newsletter.choosing.stories import Report, Voice
from newsletter.choosing.week import Week
from newsletter.choosing.weights import Weights
from tests.samples.times import NOON

WEEK = timedelta(days=7)
_ids = count(1)
_sources: dict[str, int] = {}


def report(
    title: str,
    dek: str = "",
    *,
    source: str = "Harbor Wire",
    weight: float = 1.0,
    age_days: float = 1.0,
    topics: tuple[str, ...] = (),
    words: int = 0,
    language: str = "",
    firm: str = "",
    genre: str = "",
    at: datetime | None = None,
) -> Report:
    """One article of one source."""
    key = _sources.setdefault(source, len(_sources) + 1)
    number = next(_ids)
    return Report(
        number,
        title,
        dek,
        f"https://news.example/{number}",
        at or NOON - timedelta(days=age_days),
        (Voice(key, source, weight, firm=firm, genre=genre),),
        topics,
        words=words,
        language=language,
    )


def week(**fields: object) -> Week:
    """The week that ends at noon."""
    return Week(**{"start": NOON - WEEK, "due": NOON, **fields})  # type: ignore[arg-type]


def candidate(
    title: str,
    source: str = "Harbor Wire",
    topics: tuple[str, ...] = (),
    firm: str = "",
    score: float | None = None,
) -> Candidate:
    """A story of one report; its score is reckoned unless given."""
    story = score_story([report(title, source=source, topics=topics, firm=firm)], week())
    return story if score is None else replace(story, score=score)


def unweighted(**fields: float) -> Weights:
    """Weights that are all nought but these."""
    from newsletter.publications.weights import NAMES

    return Weights(**{**dict.fromkeys(NAMES, 0.0), **fields})
