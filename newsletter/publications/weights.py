"""What a publication cares for: the weights of ranking, as an editor may set them. What is not set has its usual value."""

from dataclasses import fields

from sqlmodel import Session, col, delete, select

from newsletter.choosing.weights import Weights
from newsletter.errors import Refused
from newsletter.publications.models import Weight

MOST_POINTS, MOST_TOPIC, NAME_CHARS = 100.0, 2.0, 80
TOPIC = "topic:"


class NoSuchWeight(Refused):
    """There is no weight of that name."""

    hint = "`newsletter weight list` shows those there are; a topic's is topic:NAME."


class BadWeight(Refused):
    """A weight is a number of points from 0 to 100; a topic's is from 0 (never) over 1 (as any other) to 2."""


NAMES = tuple(one.name for one in fields(Weights) if one.name != "topics")


def read_weights(session: Session, publication_id: int) -> Weights:
    """Return the weights of a publication."""
    rows = session.exec(select(Weight).where(col(Weight.publication_id) == publication_id)).all()
    topics = {row.name.removeprefix(TOPIC): row.value for row in rows if row.name.startswith(TOPIC)}
    points = {row.name: row.value for row in rows if row.name in NAMES}
    return Weights(topics=topics, **points)


def set_weight(session: Session, publication_id: int, name: str, value: float) -> None:
    """Set one weight: a name of `Weights`, or topic:NAME. Raises NoSuchWeight or BadWeight."""
    name = " ".join(name.casefold().split())
    is_topic = name.startswith(TOPIC) and len(name) > len(TOPIC)
    if len(name) > NAME_CHARS or not (is_topic or name in NAMES):
        raise NoSuchWeight
    if not 0 <= value <= (MOST_TOPIC if is_topic else MOST_POINTS):
        raise BadWeight
    reset_weight(session, publication_id, name)
    session.add(Weight(publication_id=publication_id, name=name, value=value))
    session.flush()


def reset_weight(session: Session, publication_id: int, name: str) -> None:
    """Give one weight its usual value again."""
    session.exec(
        delete(Weight).where(
            col(Weight.publication_id) == publication_id, col(Weight.name) == name.casefold()
        )
    )
