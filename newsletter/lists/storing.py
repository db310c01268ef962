"""Storing people of an import: one slice of them in one transaction.

Who is known already is asked of the database for the whole slice at once; who is not is copied in, as fast as it can be. Whoever
signs up at the same moment is not locked out: then the slice is overtaken, and stored again from its beginning.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import and_, func, insert, literal
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select
from sqlmodel.sql.sqltypes import UTCDateTime

from newsletter.lists.people import LEFT, PersonLine, written
from newsletter.lists.presets import STANDINGS, SUPPRESSED
from newsletter.statements import Overtaken, among, copy_in, new_ids
from subscribers import changes
from subscribers.leaving.unsubscribing import end_subscription
from subscribers.models import Change, Subscriber, Subscription
from subscribers.suppressing import suppress

PEOPLE = ("id", "address", "name", "attributes", "created_at")
WISHES = (
    "subscriber_id",
    "publication_id",
    "status",
    "joined_at",
    "confirmed_at",
    "left_at",
    "left_by",
    "import_id",
)
NOTED = ("publication_id", "subscription_id", "subscriber_id", "kind", "at")
NONE = ""  # no subscription
STATUSES = ("unconfirmed", "active", "unsubscribed")  # by standing
FIRST_SUPPRESSED = str(SUPPRESSED)  # of one figure, as all standings are
LEAVES = str(LEFT)


@dataclass(slots=True)
class ImportAccount:
    """What became of rows: read = added + left + suppressed + known + kept_out + rejected."""

    read: int = 0
    added: int = 0
    left: int = 0
    suppressed: int = 0
    known: int = 0
    kept_out: int = 0
    rejected: int = 0

    @property
    def settled(self) -> int:
        """How many rows it is known of what became of them."""
        return self.added + self.left + self.suppressed + self.known + self.kept_out + self.rejected


@dataclass(frozen=True, slots=True)
class Batch:
    """Some people of a file, in the order of their addresses, each once; and those of them that must not be mailed, with the reason."""

    lines: Sequence[PersonLine]
    bad: Sequence[tuple[str, str]]
    through: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What is to be done: people who are new, those whom another publication knows, and subscriptions that end."""

    strangers: list[PersonLine] = field(default_factory=list)
    neighbours: dict[str, PersonLine] = field(default_factory=dict)  # by address
    ends: list[int] = field(default_factory=list)


def parted(
    lines: Sequence[PersonLine], suppressed: Container[str], account: ImportAccount
) -> Batch:
    """Part the people of a slice: who is stored, and who must not be mailed; the others are counted here."""
    kept, bad = [], []
    for line in lines:
        address, standing, _ = line.split("\t", 2)
        held = address in suppressed
        if standing >= FIRST_SUPPRESSED:
            if held:
                account.known += 1
            else:
                bad.append((address, STANDINGS[int(standing)]))
                account.suppressed += 1
        elif held:
            account.kept_out += 1
        else:
            kept.append(line)
    return Batch(kept, bad, lines[-1].partition("\t")[0])


def judge(
    session: Session, publication_id: int, lines: Sequence[PersonLine], account: ImportAccount
) -> Judged:
    """Say what is to be done with a slice's people as the rows stand now, and count what becomes of them."""
    known, found, leaving = _known(session, publication_id, lines), Judged(), {}
    for line in lines:
        address, standing, _ = line.split("\t", 2)
        status, leaves = known.get(address), standing == LEAVES
        if status is None or status == NONE:
            if status is None:
                found.strangers.append(line)
            else:
                found.neighbours[address] = line
            if leaves:
                account.left += 1
            else:
                account.added += 1
        elif leaves and status != "unsubscribed":
            leaving[address] = line
        elif status == "unsubscribed" and not leaves:
            account.kept_out += 1
        else:
            account.known += 1
    found.ends.extend(_ending(session, publication_id, leaving))
    account.left += len(found.ends)
    account.known += len(leaving) - len(found.ends)
    return found


def store(
    session: Session,
    publication_id: int,
    import_id: int,
    part: Batch,
    account: ImportAccount,
    now: datetime,
) -> None:
    """Store a slice, and count what became of its people. Raises Overtaken."""
    for address, reason in part.bad:
        suppress(session, address, reason, now)
    judged = judge(session, publication_id, part.lines, account)
    for subscription_id in judged.ends:
        end_subscription(session, subscription_id, by="import", issue_id=None, now=now)
    strangers = dict(
        zip(new_ids(session, Subscriber, len(judged.strangers)), judged.strangers, strict=True)
    )
    joining = {**_held(session, judged.neighbours), **strangers}
    if not joining:
        return
    today = written(now)
    copy_in(session, Subscriber, PEOPLE, _people(strangers, today))
    copy_in(
        session, Subscription, WISHES, _wishes(joining, str(publication_id), str(import_id), today)
    )
    if changes.is_heard(session, publication_id):
        _note(session, publication_id, list(joining), now)


def _known(session: Session, publication_id: int, lines: Sequence[PersonLine]) -> Mapping[str, str]:
    """The status of each address that is known; NONE where another publication knows it.

    The database gives one long text for each status: a million rows one by one cost as much as all else.
    """
    here = and_(
        col(Subscription.subscriber_id) == col(Subscriber.id),
        col(Subscription.publication_id) == publication_id,
    )
    status = func.coalesce(col(Subscription.status), NONE)
    query = (
        sa_select(status, func.aggregate_strings(col(Subscriber.address), "\n"))
        .select_from(Subscriber)
        .outerjoin(Subscription, here)
        .where(
            among(session, col(Subscriber.address), [line[: line.index("\t")] for line in lines])
        )
        .group_by(status)
    )
    return {
        address: status
        for status, addresses in session.connection().execute(query)
        for address in addresses.split("\n")
    }


def _ending(
    session: Session, publication_id: int, leaving: Mapping[str, PersonLine]
) -> Sequence[int]:
    """Which subscriptions of these addresses end: a leave in a file does not count if they confirmed here since."""
    if not leaving:
        return []
    query = (
        select(Subscriber.address, Subscription)
        .join(Subscription, col(Subscription.subscriber_id) == col(Subscriber.id))
        .where(
            among(session, col(Subscriber.address), list(leaving)),
            col(Subscription.publication_id) == publication_id,
        )
        .order_by(col(Subscription.id))
    )
    return [
        one.key
        for address, one in session.exec(query)
        if _is_later(leaving[address].split("\t")[5], one)
    ]


def _is_later(left: str, subscription: Subscription) -> bool:
    since = subscription.confirmed_at or subscription.joined_at
    return not left or datetime.fromisoformat(left).replace(tzinfo=UTC) > since


def _held(session: Session, people: Mapping[str, PersonLine]) -> Mapping[int, PersonLine]:
    """The same people by their subscribers' ids; those rows stay until this transaction ends. Raises Overtaken if one is gone."""
    if not people:
        return {}
    query = select(Subscriber.id, Subscriber.address).where(
        among(session, col(Subscriber.address), list(people))
    )
    kept = session.exec(
        query.order_by(col(Subscriber.id)).with_for_update(read=True, key_share=True)
    ).all()
    if len(kept) < len(people):
        raise Overtaken
    return {key or 0: people[address] for key, address in kept}


def _people(people: Mapping[int, PersonLine], today: str) -> Iterator[Sequence[str]]:
    for key, line in people.items():
        address, _, name, _, _, _, attributes = line.split("\t")
        yield str(key), address, name, attributes[:-1], today


def _wishes(
    people: Mapping[int, PersonLine], publication_id: str, import_id: str, today: str
) -> Iterator[Sequence[str]]:
    for key, line in people.items():
        _, standing, _, joined, confirmed, left, _ = line.split("\t")
        by, at = ("import", left or today) if standing == LEAVES else ("", "")
        yield (
            str(key),
            publication_id,
            STATUSES[int(standing)],
            joined,
            confirmed,
            at,
            by,
            import_id,
        )


def _note(
    session: Session, publication_id: int, subscriber_ids: Sequence[int], now: datetime
) -> None:
    new = sa_select(
        col(Subscription.publication_id),
        col(Subscription.id),
        col(Subscription.subscriber_id),
        literal(changes.OF_ACTS["import"]),
        literal(now, UTCDateTime()),
    ).where(
        col(Subscription.publication_id) == publication_id,
        among(session, col(Subscription.subscriber_id), subscriber_ids),
        col(Subscription.status) != "unsubscribed",
    )
    session.execute(insert(Change).from_select(NOTED, new))
