"""Sending small letters: a connection of their own to each relay, one letter at a time, before and beside any delivery."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select, update

from newsletter.clock import Clock
from newsletter.database import Database
from newsletter.editions.content import POLL, Face
from newsletter.editions.models import Edition
from newsletter.editions.personalising import split_at_markers
from newsletter.editions.press import press_letter
from newsletter.editions.printing import face_of
from newsletter.errors import NewsletterError
from newsletter.letters.models import SmallLetter
from newsletter.letters.status import LETTER, WAITING
from newsletter.mail.dkim import SigningKey
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

AGAIN = timedelta(seconds=10)  # what goes by a relay that does not work waits so long


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


class Connections:
    """Connections to the relays that letters need, opened when the first one does, and the relays that failed."""

    def __init__(self) -> None:
        self._open: dict[RelayAddress, Connection] = {}
        self._failed: dict[RelayAddress, NewsletterError] = {}

    @property
    def failure(self) -> NewsletterError | None:
        """Why the first relay that failed did."""
        return next(iter(self._failed.values()), None)

    async def offer(self, relay: RelayAddress, letter: Letter) -> Outcome | None:
        """Offer a letter to its relay; None if that one does not work."""
        if relay in self._failed:
            return None
        line = self._open.setdefault(relay, Connection(relay))
        try:
            return await line.offer(letter)
        except NewsletterError as error:
            self._failed[relay] = error
            return None

    async def close(self) -> None:
        """Say goodbye to each."""
        for line in self._open.values():
            await line.close()


async def send_small_letters(post: Post) -> int:
    """Offer every small letter that is due; returns how many were accepted.

    What goes by a relay that does not work waits, while the others go on; then it raises NotOffered.
    """
    database, clock, lines, accepted = post.database, post.clock, Connections(), 0
    try:
        while (
            row := await asyncio.to_thread(database.write, _claim, post.name, clock.now())
        ) is not None:
            relay, letter = await asyncio.to_thread(database.read, _compose, row, post, clock.now())
            outcome = await lines.offer(relay, letter)
            await asyncio.to_thread(database.write, _settle, row.key, outcome, clock.now())
            accepted += outcome is not None and outcome.kind == "accepted"
    finally:
        await lines.close()
    if lines.failure:
        raise lines.failure
    return accepted


def give_back_claims(session: Session, home: str, present: Callable[[], frozenset[str]]) -> int:
    """What was claimed under `home` (every home, if it is empty) by a sender whose journal is not `present` is planned again."""
    names = session.exec(
        select(SmallLetter.claimed_by).where(col(SmallLetter.status) == "claimed").distinct()
    ).all()
    dead = {name for name in names if not home or name.startswith(f"{home}.")} - present()
    claimed = update(SmallLetter).where(
        col(SmallLetter.status) == "claimed", col(SmallLetter.claimed_by).in_(dead)
    )
    return int(session.exec(claimed.values(status="planned")).rowcount)


def waiting_letters(session: Session, now: datetime) -> Sequence[SmallLetter]:
    """Return the small letters that could be offered now."""
    query = select(SmallLetter).where(
        col(SmallLetter.status).in_(WAITING), col(SmallLetter.due_at) <= now
    )
    return session.exec(query.order_by(col(SmallLetter.id))).all()


def _claim(session: Session, name: str, now: datetime) -> SmallLetter | None:
    query = select(SmallLetter).where(
        col(SmallLetter.status).in_(WAITING), col(SmallLetter.due_at) <= now
    )
    row = session.exec(
        query.order_by(col(SmallLetter.id)).limit(1).with_for_update(skip_locked=True)
    ).one_or_none()
    if row is not None:
        row.status, row.claimed_by = LETTER.to(row.status, "claimed"), name
        session.flush()
    return row


def _settle(session: Session, letter_id: int, outcome: Outcome | None, now: datetime) -> None:
    row = session.get_one(SmallLetter, letter_id)
    if outcome is None:
        row.status, row.due_at = (
            LETTER.to(row.status, "planned" if row.attempts == 0 else "deferred"),
            now + AGAIN,
        )
        return
    row.attempts += 1
    row.reply = outcome.text
    to: str = outcome.kind
    if to == "deferred":
        again_at = next_attempt_at(row.attempts, now)
        to, row.due_at = ("deferred", again_at) if again_at else ("expired", row.due_at)
    row.status = LETTER.to(row.status, to)
    session.flush()


def _compose(
    session: Session, row: SmallLetter, post: Post, now: datetime
) -> tuple[RelayAddress, Letter]:
    """Return a letter and the relay that it goes to."""
    publication = session.get_one(Publication, row.publication_id)
    face = face_of(publication, post.urls)
    subject, html, text = _proof(session, row, post.urls) if row.edition_id else _small(row, face)
    domain = publication.sender_address.rsplit("@", 1)[-1]
    form = FormLetter(
        FormContent(
            sender=Mailbox(publication.sender_address, publication.sender_name),
            subject=subject,
            html=MergeText((html,)),
            text=MergeText((text,)),
            at=now,
            reply_to=publication.reply_to,
            headers={"Auto-Submitted": "auto-generated"},
        ),
        post.keys,
    )
    relays = relays_for(publication.slug, post.routes, post.relay)
    return relays.get(domain_of(row.address), relays[OTHER_DOMAINS]), form.letter(
        Mailbox(row.address), f"{publication.slug}.letter.{row.id}@{domain}", {}
    )


def _small(row: SmallLetter, face: Face) -> tuple[str, str, str]:
    printed = press_letter(row.kind, face, row.fields)
    return printed.subject, printed.html, printed.text


def _proof(session: Session, row: SmallLetter, urls: Urls) -> tuple[str, str, str]:
    edition = session.get_one(Edition, row.edition_id)
    values = {
        "email": display_address(row.address),
        "confirmed_on": "(the day of their confirmation)",
        "view_url": urls.archive(),
        "unsubscribe_url": urls.home(),
        "preferences_url": urls.home(),
        **dict.fromkeys(POLL.markers, urls.archive()),
    }
    html, text = (
        split_at_markers(edition.html).join(values, escape=True),
        split_at_markers(edition.text).join(values, escape=False),
    )
    return f"[Proof] {edition.subject}", html, text
