"""What a publication cares for: the weights of ranking, as an editor may set them.

What is not set has its usual value.
"""

from collections.abc import Mapping
from dataclasses import fields

from sqlmodel import Session, delete, select

from newsletter.choosing.weights import Weights
from newsletter.errors import Refused
from newsletter.publications.models import Weight
from newsletter.statements import add_and_flush
from newsletter.text import one_line

MOST_POINTS = 100.0
MOST_TOPIC = 2.0
NAME_CHARS = 80
TOPIC = "topic:"
NAMES = tuple(field.name for field in fields(Weights) if field.name != "topics")


class NoSuchWeight(Refused):
    """There is no weight of that name."""

    hint = "`newsletter weight list` shows those there are; a topic's is topic:NAME."


class BadWeight(Refused):
    """A weight is a number of points from 0 to 100.

    A topic's is from 0 (never) over 1 (as any other) to 2.
    """


def read_weights(session: Session, publication_id: int) -> Weights:
    """Return the weights of a publication."""
    query = select(Weight).filter_by(publication_id=publication_id)
    values = {row.name: row.value for row in session.exec(query)}
    points = {name: values[name] for name in NAMES if name in values}
    return Weights(topics=_topics_in(values), **points)


def set_weight(
    session: Session,
    publication_id: int,
    name: str,
    value: float,
) -> None:
    """Set one weight: a name of `Weights`, or topic:NAME. Raises NoSuchWeight or BadWeight."""
    name = one_line(name.casefold())
    _check(name, value)
    reset_weight(session, publication_id, name)
    add_and_flush(session, Weight(publication_id=publication_id, name=name, value=value))


def set_topics(
    session: Session,
    publication_id: int,
    factors: Mapping[str, float],
) -> None:
    """Give these topics their factors, and all others the usual one again. Raises BadWeight."""
    for topic in read_weights(session, publication_id).topics:
        if topic not in factors:
            reset_weight(session, publication_id, f"{TOPIC}{topic}")
    for topic, factor in factors.items():
        set_weight(session, publication_id, f"{TOPIC}{topic}", factor)


def _check(name: str, value: float) -> None:
    """Raise NoSuchWeight or BadWeight."""
    is_topic = _is_topic(name)
    if len(name) > NAME_CHARS or not (is_topic or name in NAMES):
        raise NoSuchWeight
    if not 0 <= value <= (MOST_TOPIC if is_topic else MOST_POINTS):
        raise BadWeight


def _is_topic(name: str) -> bool:
    return name.startswith(TOPIC) and name != TOPIC


def reset_weight(
    session: Session,
    publication_id: int,
    name: str,
) -> None:
    """Give one weight its usual value again."""
    statement = delete(Weight).filter_by(publication_id=publication_id, name=name.casefold())
    session.exec(statement)


def _topics_in(values: dict[str, float]) -> dict[str, float]:
    """The weights of topics among all, by the name of the topic."""
    return {
        name.removeprefix(TOPIC): value for name, value in values.items() if name.startswith(TOPIC)
    }
