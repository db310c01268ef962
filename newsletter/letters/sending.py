"""Sending small letters, one at a time, before and beside any delivery.

They have a connection of their own to each relay. A claim is written before a letter is offered,
and its outcome after: a sender that dies in between leaves a claim, which is given back.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case
from sqlmodel import Session, and_, col, func, select, update
from sqlmodel.sql.expression import SelectOfScalar

from newsletter.clock import Clock
from newsletter.database import Database
from newsletter.editions.marked import impersonal_values, read_marked
from newsletter.editions.models import Edition
from newsletter.editions.press import PrintedLetter, press_letter
from newsletter.editions.printing import face_of
from newsletter.errors import NewsletterError
from newsletter.host.guard import NO_GUARD, SendersGuard
from newsletter.host.issue_log import LettersLog
from newsletter.host.sent_log import SMALL
from newsletter.letters.models import SmallLetter
from newsletter.letters.remembering import name_in_log
from newsletter.letters.status import LETTER, WAITING
from newsletter.mail.dkim import SigningKey, keys_of
from newsletter.mail.headers import Mailbox
from newsletter.mail.letter import FormContent, FormLetter, Letter, MergeText
from newsletter.mail.outcomes import Outcome
from newsletter.mail.pace import domain_of
from newsletter.mail.relay import Connection, RelayAddress
from newsletter.mail.retries import next_attempt_at
from newsletter.mail.routes import OTHER_DOMAINS, Route, relays_for
from newsletter.publications.models import Publication
from newsletter.urls import Urls
from subscribers.addresses import display_address

AGAIN = timedelta(seconds=10)  # a letter waits so long for a relay that does not work


@dataclass(frozen=True, slots=True)
class Post:
    """What small letters are sent with; `name` signs the claims."""

    database: Database
    relay: RelayAddress
    routes: Sequence[Route]
    keys: Sequence[SigningKey]
    clock: Clock
    urls: Urls
    name: str
    guard: SendersGuard = NO_GUARD


class Connections:
    """One connection to each relay that a letter needs, opened when the first letter does.

    A relay that failed is not tried again before the next round.
    """

    def __init__(self) -> None:
        self._open: dict[RelayAddress, Connection] = {}
        self._failed: dict[RelayAddress, NewsletterError] = {}

    @property
    def failure(self) -> NewsletterError | None:
        """Why the first relay that failed did."""
        return next(iter(self._failed.values()), None)

    async def offer(
        self,
        relay: RelayAddress,
        letter: Letter,
    ) -> Outcome | None:
        """Offer a letter to its relay; None if that one does not work."""
        # Not tried again: each letter would wait for its timeout.
        if relay in self._failed:
            return None
        connection = self._open.setdefault(relay, Connection(relay))
        try:
            return await connection.offer(letter)
        except NewsletterError as error:
            self._failed[relay] = error
            return None

    async def close(self) -> None:
        """Close each connection."""
        for connection in self._open.values():
            await connection.close()


async def send_small_letters(post: Post) -> int:
    """Offer every small letter that is due; returns how many were accepted.

    A letter whose relay does not work waits, while the others go on; NotOffered is raised after
    them. DatabaseDisagrees is raised if the database is not the one that this host remembers.
    """
    await asyncio.to_thread(post.guard.require)
    connections = Connections()
    try:
        accepted = await _offer_all(post, connections)
    finally:
        await connections.close()
    if connections.failure:
        raise connections.failure
    return accepted


def give_back_claims(
    session: Session,
    home: str,
    present: Callable[[], frozenset[str]],
) -> int:
    """Plan the letters again that dead senders have claimed; returns how many.

    A sender is dead if its journal is not `present`. Only the senders of `home` are looked at, or
    all if `home` is "".
    """
    names = session.exec(_names_in_claims()).all()
    ours = {name for name in names if not home or name.startswith(f"{home}.")}
    # The journals are read after the claims: a sender that starts in between is not taken for dead.
    return _plan_again(session, ours - present())


def waiting_letters(session: Session, now: datetime) -> Sequence[SmallLetter]:
    """Return the small letters that could be offered now, the oldest first."""
    return session.exec(_due(now)).all()


def waiting_since(session: Session, now: datetime) -> datetime | None:
    """Return since when a small letter could be offered; None if none waits."""
    written_at, due_at = col(SmallLetter.created_at), col(SmallLetter.due_at)
    # a new letter is due by any clock (AT_ONCE), and waits since it was written
    since = case((written_at > due_at, written_at), else_=due_at)
    earliest: SelectOfScalar[datetime | None] = select(func.min(since))
    return session.exec(earliest.where(_is_due(now), since <= now)).one()


def _names_in_claims() -> SelectOfScalar[str]:
    """The senders that have claimed letters."""
    return select(SmallLetter.claimed_by).filter_by(status="claimed").distinct()


def _plan_again(session: Session, senders: Collection[str]) -> int:
    theirs = update(SmallLetter).filter_by(status="claimed")
    theirs = theirs.where(col(SmallLetter.claimed_by).in_(senders))
    return int(session.exec(theirs.values(status="planned")).rowcount)


async def _offer_all(post: Post, connections: Connections) -> int:
    """Offer one letter after the other; returns how many were accepted."""
    accepted = 0
    sent = post.guard.issue_log(SMALL)
    while (row := await _claim_next(post, sent)) is not None:
        outcome = await _offer(post, connections, row, sent)
        accepted += outcome is not None and outcome.kind == "accepted"
    return accepted


async def _claim_next(post: Post, sent: LettersLog) -> SmallLetter | None:
    return await asyncio.to_thread(
        post.database.write,
        _claim,
        post.name,
        post.clock.now(),
        sent,
    )


async def _offer(
    post: Post,
    connections: Connections,
    row: SmallLetter,
    sent: LettersLog,
) -> Outcome | None:
    # The database is synchronous: in a thread it does not hold up the connections.
    database = post.database
    relay, letter = await asyncio.to_thread(database.read, _compose, row, post)
    await asyncio.to_thread(sent.leave, [row.key], post.clock.now())
    # No transaction is open while the relay is waited for.
    outcome = await connections.offer(relay, letter)
    await asyncio.to_thread(sent.answer, _replies(row.key, outcome), post.clock.now())
    await asyncio.to_thread(database.write, _settle, row.key, outcome, post.clock.now())
    return outcome


def _replies(key: int, outcome: Outcome | None) -> dict[int, int]:
    """Return what the sent log hears: nothing of a reply that was not seen."""
    if outcome is None:
        return {key: 0}
    return {} if outcome.code is None else {key: outcome.code}


def _claim(
    session: Session,
    name: str,
    now: datetime,
    sent: LettersLog,
) -> SmallLetter | None:
    # A row that another sender is claiming is passed over, not waited for.
    query = _due(now).limit(1).with_for_update(skip_locked=True)
    row = session.exec(query).one_or_none()
    if row is not None:
        row.status = LETTER.to(row.status, "claimed")
        row.claimed_by = name
        session.flush()
        sent.claim(session, {row.key: name_in_log(row)})
    return row


def _due(now: datetime) -> SelectOfScalar[SmallLetter]:
    return select(SmallLetter).where(_is_due(now)).order_by(col(SmallLetter.id))


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(col(SmallLetter.status).in_(WAITING), col(SmallLetter.due_at) <= now)


def _settle(
    session: Session,
    letter_id: int,
    outcome: Outcome | None,
    now: datetime,
) -> None:
    """Write down what became of a letter; None: its relay does not work, which is no attempt."""
    row = session.get_one(SmallLetter, letter_id)
    if outcome is None:
        _put_off(row, now)
    else:
        _note_attempt(row, outcome, now)
    session.flush()


def _put_off(row: SmallLetter, now: datetime) -> None:
    """Let a letter wait for its relay, as if it had not been claimed."""
    row.status = LETTER.to(row.status, "deferred" if row.attempts else "planned")
    row.due_at = now + AGAIN


def _note_attempt(
    row: SmallLetter,
    outcome: Outcome,
    now: datetime,
) -> None:
    """Count an attempt, and move the letter to its outcome."""
    row.attempts += 1
    row.reply = outcome.text
    if outcome.kind == "deferred":
        _defer(row, now)
    else:
        row.status = LETTER.to(row.status, outcome.kind)


def _defer(row: SmallLetter, now: datetime) -> None:
    again_at = next_attempt_at(row.attempts, now)
    # RFC 5321, 4.5.4.1: it is given up after days, not minutes.
    if again_at is None:
        row.status = LETTER.to(row.status, "expired")
        return
    row.status = LETTER.to(row.status, "deferred")
    row.due_at = again_at


def _compose(
    session: Session,
    row: SmallLetter,
    post: Post,
) -> tuple[RelayAddress, Letter]:
    """Return a letter and the relay that it goes to."""
    publication = session.get_one(Publication, row.publication_id)
    printed = _print(session, row, publication, post.urls.of(publication))
    keys = keys_of(post.keys, publication.sender_address)
    form = FormLetter(_content(publication, printed, post.clock.now()), keys)
    letter = form.letter(Mailbox(row.address), _message_id(publication, row), {})
    return _relay_for(publication, row.address, post), letter


def _message_id(publication: Publication, row: SmallLetter) -> str:
    # A bounce quotes the Message-ID: it names the row.
    domain = publication.sender_address.rsplit("@", 1)[-1]
    return f"{publication.slug}.letter.{row.id}@{domain}"


def _relay_for(
    publication: Publication,
    address: str,
    post: Post,
) -> RelayAddress:
    # A domain may have a relay of its own (docs/adr/0008).
    relays = relays_for(publication.slug, post.routes, post.relay)
    return relays.get(domain_of(address), relays[OTHER_DOMAINS])


def _content(
    publication: Publication,
    printed: PrintedLetter,
    now: datetime,
) -> FormContent:
    return FormContent(
        sender=Mailbox(publication.sender_address, publication.sender_name),
        subject=printed.subject,
        html=MergeText((printed.html,)),
        text=MergeText((printed.text,)),
        at=now,
        reply_to=publication.reply_to,
        # RFC 3834: no vacation reply comes to a letter that a program wrote.
        headers={"Auto-Submitted": "auto-generated"},
    )


def _print(
    session: Session,
    row: SmallLetter,
    publication: Publication,
    urls: Urls,
) -> PrintedLetter:
    if row.edition_id:
        return _print_proof(session.get_one(Edition, row.edition_id), row.address, urls)
    return press_letter(row.kind, face_of(publication, urls), row.fields)


def _print_proof(
    edition: Edition,
    address: str,
    urls: Urls,
) -> PrintedLetter:
    values = impersonal_values(
        urls,
        address=display_address(address),
        since="on (the day of their confirmation)",
        page=urls.archive(),
    )
    marked = read_marked(edition)
    return PrintedLetter(
        subject=f"[Proof] {edition.subject}",
        html=marked.split_html().join(values, escape=True),
        text=marked.split_text().join(values, escape=False),
    )
