"""Quarantine: what looked suspicious waits for an editor, who lets it in or drops it. After a month it is forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, func, select

from newsletter.desk import editors
from newsletter.errors import NotFound
from newsletter.intake.models import Quarantined
from newsletter.intake.status import QUARANTINED
from newsletter.letters.makers import Publisher
from newsletter.letters.writing import write_notice
from subscribers.addresses import shorten_network

FOR = timedelta(days=30)
MOST = 1000  # waiting at a time: more than an editor can look through is a flood


class NotInQuarantine(NotFound):
    """That is not in quarantine any more."""

    hint = "`newsletter quarantine list` shows what is."


def keep(
    session: Session,
    publisher: Publisher,
    kind: str,
    address: str,
    fields: Mapping[str, str],
    *,
    reasons: Sequence[str],
    network: str,
    now: datetime,
) -> None:
    """Keep a sign-up or submission for an editor; editors hear of it if nothing waited before. A flood is not kept."""
    waiting = count_by_status(session, publisher.key).get("waiting", 0)
    if waiting >= MOST:
        return
    session.add(
        Quarantined(
            publication_id=publisher.key,
            kind=kind,
            address=address,
            fields=dict(fields),
            reasons=list(reasons),
            network=shorten_network(network),
            status="waiting",
            came_at=now,
        )
    )
    session.flush()
    for editor in editors.read_all(session) if not waiting else ():
        text = f"It looked suspicious: {'; '.join(reasons)}. Let it in or drop it."
        write_notice(
            session,
            publisher.key,
            editor.address,
            "Something waits in quarantine",
            text,
            publisher.urls.desk_quarantine(),
            now,
        )


def decide(
    session: Session, quarantined_id: int, to: str, *, by: str, now: datetime
) -> Quarantined:
    """Let something in or drop it. Raises NotInQuarantine or WrongMove. What is let in is taken by receiving.py."""
    found = session.exec(
        select(Quarantined).where(col(Quarantined.id) == quarantined_id).with_for_update()
    ).one_or_none()
    if found is None:
        raise NotInQuarantine
    found.status = QUARANTINED.to(found.status, to)
    found.decided_at, found.decided_by = now, by
    session.flush()
    return found


def read_all(
    session: Session, publication_id: int, status: str, most: int = 200
) -> Sequence[Quarantined]:
    """Return what stands so, newest first."""
    query = select(Quarantined).where(
        col(Quarantined.publication_id) == publication_id, col(Quarantined.status) == status
    )
    return session.exec(query.order_by(col(Quarantined.id).desc()).limit(most)).all()


def count_by_status(session: Session, publication_id: int) -> Mapping[str, int]:
    """Return how many stand where."""
    query = select(Quarantined.status, func.count()).where(
        col(Quarantined.publication_id) == publication_id
    )
    return dict(session.exec(query.group_by(Quarantined.status)).all())


def forget_old(session: Session, publication_id: int, now: datetime) -> int:
    """Forget what came a month ago, decided or not; returns how many."""
    old = delete(Quarantined).where(
        col(Quarantined.publication_id) == publication_id, col(Quarantined.came_at) < now - FOR
    )
    return int(session.exec(old).rowcount)


def held_of(session: Session, address: str) -> Sequence[Quarantined]:
    """Return what is held of an address, the oldest first."""
    return session.exec(
        select(Quarantined).where(col(Quarantined.address) == address).order_by(col(Quarantined.id))
    ).all()


def forget_address(session: Session, addresses: Sequence[str]) -> None:
    """Delete what is held of these addresses, decided or not."""
    session.exec(delete(Quarantined).where(col(Quarantined.address).in_(addresses)))
