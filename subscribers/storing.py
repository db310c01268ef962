"""Storing people of an import: one slice of them in one transaction.

Who is known already is asked of the database for the whole slice at once; who is not is copied in, as fast as it can be. Whoever
signs up at the same moment is not locked out: then the slice is overtaken, and stored again from its beginning.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import and_, insert, literal
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select
from sqlmodel.sql.sqltypes import UTCDateTime

from newsletter.database import Overtaken, among, copy_in, expect_many, new_ids
from subscribers import changes
from subscribers.leaving import leave
from subscribers.models import Change, Subscriber, Subscription
from subscribers.presets import STANDINGS, SUPPRESSED
from subscribers.rows import LEFT, Staged, written
from subscribers.suppressing import suppress

PEOPLE = ("id", "address", "name", "attributes", "created_at")
WISHES = ("subscriber_id", "publication_id", "status", "joined_at", "confirmed_at", "left_at", "left_by", "import_id")
NOTED = ("publication_id", "subscription_id", "subscriber_id", "kind", "at")
STATUSES = ("unconfirmed", "active", "unsubscribed")  # by standing
FIRST_SUPPRESSED = str(SUPPRESSED)  # of one figure, as all standings are
LEAVES = str(LEFT)

Person = Sequence[str]  # the fields of a staged line


@dataclass(slots=True)
class Account:
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
class Slice:
    """Some people of a file, in the order of their addresses, each once; and those of them that must not be mailed, with the reason."""

    people: Sequence[Person]
    bad: Sequence[tuple[str, str]]
    through: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What is to be done: people who are new, those whom other publications know (by subscriber id), and subscriptions that end."""

    strangers: list[Person] = field(default_factory=list)
    neighbours: dict[int, Person] = field(default_factory=dict)
    ends: list[int] = field(default_factory=list)


def parted(lines: Sequence[Staged], suppressed: Container[str], account: Account) -> Slice:
    """Part the people of a slice: who is stored, and who must not be mailed; the others are counted here."""
    kept, bad = [], []
    for line in lines:
        person = line.split("\t")
        address, standing = person[0], person[1]
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
            kept.append(person)
    return Slice(kept, bad, lines[-1].partition("\t")[0])


def judge(session: Session, publication_id: int, people: Sequence[Person], account: Account) -> Judged:
    """Say what is to be done with a slice's people as the rows stand now, and count what becomes of them."""
    expect_many(session)
    known, found, leaving = _known(session, publication_id, people), Judged(), {}
    for person in people:
        subscriber_id, subscription_id, status = known.get(person[0], (None, None, None))
        leaves = person[1] == LEAVES
        if subscription_id is None:
            if subscriber_id is None:
                found.strangers.append(person)
            else:
                found.neighbours[subscriber_id] = person
            if leaves:
                account.left += 1
            else:
                account.added += 1
        elif leaves and status != "unsubscribed":
            leaving[subscription_id] = person[5]
        elif status == "unsubscribed" and not leaves:
            account.kept_out += 1
        else:
            account.known += 1
    found.ends.extend(_ending(session, leaving))
    account.left += len(found.ends)
    account.known += len(leaving) - len(found.ends)
    return found


def store(session: Session, publication_id: int, import_id: int, part: Slice, account: Account, now: datetime) -> None:
    """Store a slice, and count what became of its people. Raises Overtaken."""
    for address, reason in part.bad:
        suppress(session, address, reason, now)
    judged = judge(session, publication_id, part.people, account)
    for subscription_id in judged.ends:
        leave(session, subscription_id, by="import", issue_id=None, now=now)
    today = written(now)
    ids = new_ids(session, Subscriber, len(judged.strangers))
    strangers = dict(zip(ids, judged.strangers, strict=True))
    wishing = {**_held(session, judged.neighbours), **strangers}
    if not wishing:
        return
    copy_in(session, Subscriber, PEOPLE, ((str(key), one[0], one[2], one[6], today) for key, one in strangers.items()))
    copy_in(session, Subscription, WISHES, _wishes(wishing, str(publication_id), str(import_id), today))
    if changes.is_heard(session, publication_id):
        _note(session, publication_id, list(wishing), now)


def _known(session: Session, publication_id: int, people: Sequence[Person]) -> Mapping[str, tuple[int | None, int | None, str | None]]:
    """By address: the subscriber's id, and the id and status of their subscription to this publication, if there is one."""
    here = and_(col(Subscription.subscriber_id) == col(Subscriber.id), col(Subscription.publication_id) == publication_id)
    query = (
        sa_select(col(Subscriber.address), col(Subscriber.id), col(Subscription.id), col(Subscription.status))
        .outerjoin(Subscription, here)
        .where(among(session, col(Subscriber.address), [one[0] for one in people]))
    )
    return {address: (subscriber_id, key, status) for address, subscriber_id, key, status in session.connection().execute(query)}


def _ending(session: Session, leaving: Mapping[int, str]) -> Sequence[int]:
    """Which of these subscriptions end: a leave in a file, with its time or without one, is older than a confirmation here since."""
    if not leaving:
        return []
    query = select(Subscription).where(among(session, col(Subscription.id), list(leaving)))
    return [one.id or 0 for one in session.exec(query.order_by(col(Subscription.id))) if _is_later(leaving[one.id or 0], one)]


def _is_later(left: str, subscription: Subscription) -> bool:
    since = subscription.confirmed_at or subscription.joined_at
    return not left or datetime.fromisoformat(left).replace(tzinfo=UTC) > since


def _held(session: Session, people: Mapping[int, Person]) -> Mapping[int, Person]:
    """The same people by ascending id, whose rows stay until this transaction ends. Raises Overtaken if one was forgotten."""
    if not people:
        return {}
    query = select(Subscriber.id).where(among(session, col(Subscriber.id), list(people))).order_by(col(Subscriber.id))
    kept = session.exec(query.with_for_update(read=True, key_share=True)).all()
    if len(kept) < len(people):
        raise Overtaken
    return {key: people[key] for key in kept if key is not None}


def _wishes(people: Mapping[int, Person], publication_id: str, import_id: str, today: str) -> Iterator[Sequence[str]]:
    for key, (_, standing, _, joined, confirmed, left, _) in people.items():
        leaves = standing == LEAVES
        by, at = ("import", left or today) if leaves else ("", "")
        yield str(key), publication_id, STATUSES[int(standing)], joined, confirmed, at, by, import_id


def _note(session: Session, publication_id: int, subscriber_ids: Sequence[int], now: datetime) -> None:
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
