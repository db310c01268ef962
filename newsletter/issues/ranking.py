"""Pure. How much a story weighs for this week's issue, and why, in sentences.

score = Σ terms; each term is bounded, so no single one can carry an issue alone. Filler sinks by a subtraction.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

FRESH, COVER, WEIGHT, SUBSTANCE, PICTURE, FILLER, LESSON = 20.0, 25.0, 20.0, 30.0, 5.0, 45.0, 15.0
FILLERS = re.compile(
    r"\b(jobs?|hiring|webinar|sponsored|sponsor|round-?up|this week in|weekly digest|newsletter|podcast|episode|giveaway|"
    r"meetup|office hours|changelog|release notes|customer stor(y|ies)|case study|best of|recap)\b",
    re.IGNORECASE,
)
LESSONS = re.compile(
    r"^(how to|how we|use |using |connect |getting started|build(ing)? |deploying )|\b(best practices|tutorial|playbook|guide|tips|101)\b",
    re.IGNORECASE,
)
CONSEQUENCE = re.compile(
    r"\b(launch\w*|releas\w*|introduc\w*|announc\w*|acquir\w*|rais\w*|ban\w*|sue[sd]?|lawsuit|court|rul(es?|ing)|law|regulat\w*|"
    r"open[- ]?(sources?|weights?)|breach\w*|outage|record|billion|million|model|partner\w*|safety|layoffs?|chips?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Told:
    """One story as it was told in the window: `weights` has one number per source that covers it."""

    title: str
    dek: str
    published_at: datetime
    weights: tuple[float, ...]
    has_image: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """One term of a score and its sentence."""

    points: float
    because: str


def weigh(told: Told, start: datetime, end: datetime) -> tuple[float, tuple[Reason, ...]]:
    """Return the score, 0..100, and its terms; `start` and `end` are the window's."""
    terms = (
        _freshness(told, start, end),
        _coverage(told),
        _trust(told),
        _substance(told),
        Reason(PICTURE, "has a picture") if told.has_image else None,
        Reason(-LESSON, "is a how-to rather than news") if LESSONS.search(told.title) else None,
        Reason(-FILLER, "reads like filler: a recurring or promotional post") if FILLERS.search(told.title) else None,
    )
    reasons = tuple(term for term in terms if term is not None and term.points)
    return round(max(0.0, min(100.0, sum(reason.points for reason in reasons))), 1), reasons


def _freshness(told: Told, start: datetime, end: datetime) -> Reason:
    """Half of the points are for being in the window at all: Tuesday's reader cares for the whole week."""
    age = (end - told.published_at) / max(end - start, timedelta(hours=1))
    points = FRESH * (1 - 0.5 * min(1.0, max(0.0, age)))
    days = (end - told.published_at).days
    when = "published today" if days == 0 else f"published {days} day{'s' if days > 1 else ''} before"
    return Reason(round(points, 1), when)


def _coverage(told: Told) -> Reason | None:
    others = len(told.weights) - 1
    if others < 1:
        return None
    return Reason(round(COVER * (1 - 0.5**others), 1), f"covered by {others + 1} sources")


def _trust(told: Told) -> Reason:
    best = max(told.weights)
    points = round(WEIGHT * min(2.0, best) / 2, 1)
    return Reason(points, "from a source of the usual weight" if best == 1.0 else f"from a source of weight {best:g}")


def _substance(told: Told) -> Reason | None:
    """What happened should stand in the title; a dek helps, and a source that gives none is not punished much."""
    in_title = {match.group(0).casefold() for match in CONSEQUENCE.finditer(told.title)}
    in_dek = {match.group(0).casefold() for match in CONSEQUENCE.finditer(told.dek)} - in_title
    length = min(1.0, len(told.dek) / 160)
    points = round(SUBSTANCE * (0.6 * min(1.0, len(in_title) / 2) + 0.2 * min(1.0, len(in_dek) / 2) + 0.2 * length), 1)
    return Reason(points, "says what happened, at some length") if points else None
