"""Quarantine: what looked suspicious waits for an editor, who lets it in or drops it.

After a month it is forgotten, decided or not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, func, select

from newsletter.desk import team
from newsletter.desk.roles import Act
from newsletter.errors import NotFound
from newsletter.intake.models import Quarantined
from newsletter.intake.networks import owner_of
from newsletter.intake.status import QUARANTINED
from newsletter.letters.publisher import Publisher
from newsletter.letters.writing import Notice, write_notice
from subscribers.addresses import shorten_network
from subscribers.mailboxes import mailbox_of

KEPT_FOR = timedelta(days=30)
MOST_WAITING = 1000  # more than an editor can look through is a flood
MOST_OF_NETWORK = 50  # of these from the networks of one owner, so that two cannot fill it


class NotInQuarantine(NotFound):
    """That is not in quarantine any more."""

    hint = "`newsletter quarantine list` shows what is."


@dataclass(frozen=True, slots=True)
class Arrival:
    """A sign-up or a submission that came by a public form.

    `kind` is "sign-up" or "submission", `address` normalised, `network` the IP address it came
    from, `fields` all that was typed, so that letting it in later loses nothing.
    """

    kind: str
    address: str
    fields: Mapping[str, str]
    network: str


def keep(
    session: Session,
    publisher: Publisher,
    arrival: Arrival,
    reasons: Sequence[str],
    *,
    now: datetime,
) -> None:
    """Keep an arrival for an editor. Editors get a notice of the first that waits, and of the last.

    Beyond MOST_WAITING, or MOST_OF_NETWORK, nothing is kept: a flood must not fill the disk.
    """
    waiting = count_by_status(session, publisher.key).get("waiting", 0)
    network = shorten_network(arrival.network)
    if is_full(waiting) or _is_networks_share_used(session, publisher.key, network):
        return
    session.add(
        Quarantined(
            publication_id=publisher.key,
            kind=arrival.kind,
            address=arrival.address,
            fields=dict(arrival.fields),
            reasons=list(reasons),
            network=network,
            status="waiting",
            came_at=now,
        )
    )
    session.flush()
    if not waiting:
        _notify_editors(session, publisher, _notice(publisher, reasons), now)
    elif is_full(waiting + 1):
        _notify_editors(session, publisher, _notice_of_full(publisher), now)


def is_full(waiting: int) -> bool:
    """True if so many wait that nothing more is kept."""
    return waiting >= MOST_WAITING


def decide(
    session: Session,
    quarantined_id: int,
    to: str,
    *,
    by: str,
    now: datetime,
) -> Quarantined:
    """Note that an editor lets something in or drops it; `to` is the new status.

    What is let in is taken by receiving.py. Raises NotInQuarantine or WrongMove.
    """
    entry = _lock(session, quarantined_id)
    entry.status = QUARANTINED.to(entry.status, to)
    entry.decided_at = now
    entry.decided_by = by
    session.flush()
    return entry


def read_all(
    session: Session,
    publication_id: int,
    status: str,
    most: int = 200,
) -> Sequence[Quarantined]:
    """Return the entries of a status, newest first."""
    query = select(Quarantined).filter_by(publication_id=publication_id, status=status)
    return session.exec(query.order_by(col(Quarantined.id).desc()).limit(most)).all()


def count_by_status(session: Session, publication_id: int) -> Mapping[str, int]:
    """Return how many entries have each status."""
    query = select(Quarantined.status, func.count()).filter_by(publication_id=publication_id)
    return dict(session.exec(query.group_by(Quarantined.status)).all())


def forget_old(session: Session, publication_id: int, now: datetime) -> int:
    """Forget what came a month ago, decided or not; returns how many."""
    old = (
        delete(Quarantined)
        .filter_by(publication_id=publication_id)
        .where(col(Quarantined.came_at) < now - KEPT_FOR)
    )
    return int(session.exec(old).rowcount)


def held_of(session: Session, address: str) -> Sequence[Quarantined]:
    """Return what is held of an address, the oldest first."""
    return session.exec(
        select(Quarantined).filter_by(mailbox=mailbox_of(address)).order_by(col(Quarantined.id))
    ).all()


def forget_address(session: Session, addresses: Sequence[str]) -> None:
    """Delete what is held of these addresses, decided or not."""
    mailboxes = {mailbox_of(address) for address in addresses}
    session.exec(delete(Quarantined).where(col(Quarantined.mailbox).in_(mailboxes)))


def _is_networks_share_used(session: Session, publication_id: int, network: str) -> bool:
    """True if no more of this network may wait; a network that is not known has no share."""
    if not network:
        return False
    query = select(Quarantined.network, func.count()).group_by(Quarantined.network)
    waiting = session.exec(query.filter_by(publication_id=publication_id, status="waiting")).all()
    owner = owner_of(network)
    return sum(count for each, count in waiting if owner_of(each) == owner) >= MOST_OF_NETWORK


def _notify_editors(
    session: Session,
    publisher: Publisher,
    notice: Notice,
    now: datetime,
) -> None:
    """Write a notice to every editor who may decide."""
    for editor in team.who_may(session, publisher.key, Act.READERS):
        write_notice(session, publisher.key, editor.address, notice, now=now)


def _notice(publisher: Publisher, reasons: Sequence[str]) -> Notice:
    """Return what editors hear when something waits."""
    return Notice(
        "Something waits in quarantine",
        f"It looked suspicious: {'; '.join(reasons)}. Let it in or drop it.",
        publisher.urls.desk_quarantine(),
    )


def _notice_of_full(publisher: Publisher) -> Notice:
    """Return what editors hear when no more can wait."""
    return Notice(
        "Quarantine is full",
        f"{MOST_WAITING:,} sign-ups and tools wait for a decision. What looks suspicious from now "
        "on is not kept. Let in or drop what waits.",
        publisher.urls.desk_quarantine(),
    )


def _lock(session: Session, quarantined_id: int) -> Quarantined:
    """Return an entry that nobody else decides meanwhile. Raises NotInQuarantine."""
    # Two editors who press at once must not both let it in.
    entry = session.get(Quarantined, quarantined_id, with_for_update=True)
    if entry is None:
        raise NotInQuarantine
    return entry
