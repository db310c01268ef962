"""Storing people of an import: one batch of them in one transaction.

The database is asked once which people of a batch it knows; the others are copied in, as fast as
it can be. Nobody who signs up at the same moment is locked out: the batch is overtaken then, and is
stored again from its beginning.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select
from sqlmodel import Session, col, func, insert, literal, select
from sqlmodel.sql.sqltypes import UTCDateTime

from newsletter.lists.cells import LEFT
from newsletter.lists.known_people import lock_subscribers, read_statuses, read_subscriptions
from newsletter.lists.meaning.dates import written
from newsletter.lists.people import PersonLine
from newsletter.lists.presets import STANDINGS, SUPPRESSED
from newsletter.statements import among, copy_in, new_ids, take_id
from subscribers import changes
from subscribers.leaving.unsubscribing import end_subscription
from subscribers.models import Change, Subscriber, Subscription
from subscribers.suppressing import suppress

SUBSCRIBER_COLUMNS = ("id", "address", "mailbox", "created_at")
SUBSCRIPTION_COLUMNS = (
    "subscriber_id",
    "publication_id",
    "own_id",
    "name",
    "attributes",
    "status",
    "joined_at",
    "confirmed_at",
    "left_at",
    "left_by",
    "import_id",
)
CHANGE_COLUMNS = ("publication_id", "subscription_id", "subscriber_id", "kind", "at")
STATUSES = ("unconfirmed", "active", "unsubscribed")  # by standing
# Standings are compared as the text that a line has: each is of one figure.
FIRST_SUPPRESSED = str(SUPPRESSED)
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
    """Some people of a file in the order of their mailboxes, each once.

    `to_suppress` has those that must not be mailed, each with the reason. `through` is the last
    mailbox.
    """

    lines: Sequence[PersonLine]
    to_suppress: Sequence[tuple[str, str]]
    through: str

    @property
    def people(self) -> int:
        """How many they are."""
        return len(self.lines) + len(self.to_suppress)


@dataclass(frozen=True, slots=True)
class JudgedBatch:
    """What is to be done with people of a batch.

    Strangers are new here; neighbours have a subscription of another publication; the
    subscriptions in `ending` end. All others stay as they are.
    """

    strangers: list[PersonLine] = field(default_factory=list)
    neighbours: dict[str, PersonLine] = field(default_factory=dict)  # by mailbox
    ending: list[int] = field(default_factory=list)


def make_batch(
    lines: Sequence[PersonLine],
    kept_out: Container[str],
    account: ImportAccount,
) -> Batch:
    """Part people: who may be stored, and who must not be mailed. The others are counted here."""
    stored: list[PersonLine] = []
    to_suppress: list[tuple[str, str]] = []
    for line in lines:
        mailbox, standing, _ = line.split("\t", 2)
        # Who was forgotten before ADR 44 may be known by the hash of a spelling only.
        is_kept_out = mailbox in kept_out or (not line.isascii() and _address(line) in kept_out)
        # "Kept out" has forgotten addresses, too: only the person may put those on a list again.
        if standing < FIRST_SUPPRESSED:
            if is_kept_out:
                account.kept_out += 1
            else:
                stored.append(line)
        elif is_kept_out:
            account.known += 1
        else:
            to_suppress.append((mailbox, STANDINGS[int(standing)]))
            account.suppressed += 1
    return Batch(stored, to_suppress, lines[-1].partition("\t")[0])


def judge_batch(
    session: Session,
    publication_id: int,
    lines: Sequence[PersonLine],
    account: ImportAccount,
) -> JudgedBatch:
    """Decide what is to be done with people, and count what becomes of them."""
    judged = JudgedBatch()
    leaving: dict[str, PersonLine] = {}
    statuses = read_statuses(session, publication_id, _mailboxes(lines))
    # A hot loop: it runs once for each person of a list.
    for line in lines:
        mailbox, standing, _ = line.split("\t", 2)
        status = statuses.get(mailbox)
        leaves = standing == LEAVES
        if not status:
            if status is None:
                judged.strangers.append(line)
            else:
                judged.neighbours[mailbox] = line
            if leaves:
                account.left += 1
            else:
                account.added += 1
        elif leaves and status != "unsubscribed":
            leaving[mailbox] = line
        elif status == "unsubscribed" and not leaves:
            # Who left is never brought back.
            account.kept_out += 1
        else:
            account.known += 1
    judged.ending.extend(_find_ending(session, publication_id, leaving))
    account.left += len(judged.ending)
    account.known += len(leaving) - len(judged.ending)
    return judged


def _mailboxes(lines: Sequence[PersonLine]) -> list[str]:
    return [line[: line.index("\t")] for line in lines]


def _address(line: PersonLine) -> str:
    return line[line.rindex("\t") + 1 : -1]


def _find_ending(
    session: Session,
    publication_id: int,
    leaving: Mapping[str, PersonLine],
) -> Sequence[int]:
    """Which subscriptions of these mailboxes end, by their ids.

    A dated leave of a file does not count if the person has confirmed here since, by themselves.
    """
    if not leaving:
        return []
    return [
        subscription.key
        for mailbox, subscription in read_subscriptions(session, publication_id, list(leaving))
        if _left_later(leaving[mailbox], subscription)
    ]


def _left_later(line: PersonLine, subscription: Subscription) -> bool:
    left_at = line.split("\t")[5]
    confirmed_at = _own_confirmation(subscription)
    # Without a time, the file is newer than what we know.
    return not left_at or confirmed_at is None or _moment(left_at) > confirmed_at


def _own_confirmation(subscription: Subscription) -> datetime | None:
    """When the person confirmed here: the day of a list, or of a program, is no word of theirs."""
    # Without a word on it, who came with no list confirmed.
    agreed_by = subscription.agreed_by or ("import" if subscription.import_id else "confirm")
    return subscription.confirmed_at if agreed_by == "confirm" else None


def _moment(time: str) -> datetime:
    """A time of a line, which is in UTC without saying so."""
    return datetime.fromisoformat(time).replace(tzinfo=UTC)


def store_batch(
    session: Session,
    publication_id: int,
    import_id: int,
    batch: Batch,
    account: ImportAccount,
    now: datetime,
) -> None:
    """Store a batch, and count what becomes of its people. Raises Overtaken."""
    _suppress(session, batch, now)
    judged = judge_batch(session, publication_id, batch.lines, account)
    _end(session, judged.ending, now)
    joining = lock_subscribers(session, judged.neighbours)
    if not (joining or judged.strangers):
        return
    own_ids = {key: str(take_id(session, Subscriber)) for key in joining}
    # Subscribers first: no foreign key sees to the order, and readers join the two.
    joining |= _add_subscribers(session, judged.strangers, now)
    subscriptions = _subscription_rows(joining, own_ids, publication_id, import_id, written(now))
    copy_in(session, Subscription, SUBSCRIPTION_COLUMNS, subscriptions)
    # A million changes that nobody takes would double what an import writes.
    if changes.is_heard(session, publication_id):
        _note_changes(session, publication_id, list(joining), now)


def _suppress(session: Session, batch: Batch, now: datetime) -> None:
    for mailbox, reason in batch.to_suppress:
        suppress(session, mailbox, reason, now)


def _end(session: Session, subscription_ids: Sequence[int], now: datetime) -> None:
    for subscription_id in subscription_ids:
        # Of no issue: they left elsewhere, before this list came in.
        end_subscription(session, subscription_id, by="import", issue_id=None, now=now)


def _add_subscribers(
    session: Session,
    people: Sequence[PersonLine],
    now: datetime,
) -> Mapping[int, PersonLine]:
    """Add a subscriber for each of these people, and return them by their new ids."""
    # Ids are taken first: COPY gives none back, and subscriptions need them.
    ids = new_ids(session, Subscriber, len(people))
    strangers = dict(zip(ids, people, strict=True))
    copy_in(session, Subscriber, SUBSCRIBER_COLUMNS, _subscriber_rows(strangers, written(now)))
    return strangers


def _subscriber_rows(people: Mapping[int, PersonLine], today: str) -> Iterator[Sequence[str]]:
    for key, line in people.items():
        mailbox, _, _, _, _, _, _, address = line[:-1].split("\t")
        yield str(key), address, mailbox, today


def _subscription_rows(
    people: Mapping[int, PersonLine],
    own_ids: Mapping[int, str],
    publication_id: int,
    import_id: int,
    today: str,
) -> Iterator[Sequence[str]]:
    """Give the columns of each subscription; `own_ids` are of those whom another one knows."""
    publication = str(publication_id)
    record = str(import_id)
    for key, line in people.items():
        _, standing, name, joined_at, confirmed_at, left_at, attributes, _ = line.split("\t")
        left_by = ""
        if standing == LEAVES:
            left_at = left_at or today  # it is known since today
            left_by = "import"
        else:
            left_at = ""
        status = STATUSES[int(standing)]
        yield (
            str(key),
            publication,
            own_ids.get(key, ""),
            name,
            attributes,
            status,
            joined_at,
            confirmed_at,
            left_at,
            left_by,
            record,
        )


def _note_changes(
    session: Session,
    publication_id: int,
    subscriber_ids: Sequence[int],
    now: datetime,
) -> None:
    noted = _select_joined_at(now).where(
        col(Subscription.publication_id) == publication_id,
        among(session, col(Subscription.subscriber_id), subscriber_ids),
        # Who comes in as somebody who left has not joined.
        col(Subscription.status) != "unsubscribed",
    )
    session.execute(insert(Change).from_select(CHANGE_COLUMNS, noted))


def _select_joined_at(now: datetime) -> Select[*tuple[Any, ...]]:
    """The query for changes, in the order of CHANGE_COLUMNS, of all subscriptions."""
    subscriptions = select(
        col(Subscription.publication_id),
        col(Subscription.id),
        func.coalesce(col(Subscription.own_id), col(Subscription.subscriber_id)),
    )
    return subscriptions.add_columns(
        literal(changes.OF_ACTS["import"]),
        literal(now, UTCDateTime()),
    )
