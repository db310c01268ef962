"""Writing small letters: one row each, in the transaction of the act that causes the letter.

Each kind has its words beside its MJML in templates/email/letters. The values that these templates
name are made in letters/fields.py.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, select

from newsletter.clock import AT_ONCE
from newsletter.jobs import remind_letters
from newsletter.letters.fields import (
    approved_fields,
    confirm_fields,
    own_links,
    ownership_fields,
    question_fields,
    reconfirm_fields,
    rejected_fields,
    welcome_fields,
)
from newsletter.letters.models import SmallLetter
from newsletter.letters.publisher import Publisher
from newsletter.statements import add_row
from newsletter.tools.models import Submission, Tool
from subscribers.addresses import display_address

# The sign-up itself waits for two weeks (subscribers/joining/expiring.py): who finds the letter
# late signs up again.
CONFIRM_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SubscriberLetter:
    """What a letter to a subscriber says; `head` is its subject too, `note` a last sentence."""

    head: str
    text: str
    url: str
    url_label: str
    note: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What a letter to an editor says; `head` is its subject too, `url` a page of the desk."""

    head: str
    text: str
    url: str
    url_label: str = "Open the desk"


def write_confirm(
    session: Session,
    publisher: Publisher,
    subscription_id: int,
    address: str,
    *,
    now: datetime,
) -> None:
    """Write the letter whose button makes a sign-up count; its link works for a week."""
    fields = confirm_fields(publisher, subscription_id, now + CONFIRM_FOR)
    _write(session, publisher.key, "confirm", address, fields, now=now)


def write_welcome(
    session: Session,
    publisher: Publisher,
    subscription_id: int,
    address: str,
    *,
    now: datetime,
) -> None:
    """Write the letter that follows a confirmation."""
    fields = welcome_fields(session, publisher, subscription_id)
    _write(session, publisher.key, "welcome", address, fields, now=now)


def write_known(
    session: Session,
    publisher: Publisher,
    subscription_id: int,
    address: str,
    *,
    now: datetime,
) -> None:
    """Write to a subscriber whose address was entered again: nothing is needed."""
    # Without a letter the answer to a sign-up would be faster for a known address, and tell.
    fields = own_links(session, publisher, subscription_id)
    _write(session, publisher.key, "known", address, fields, now=now)


def write_reconfirm(
    session: Session,
    publisher: Publisher,
    subscription_id: int,
    address: str,
    *,
    until: datetime,
    now: datetime,
) -> None:
    """Ask somebody of a doubtful list whether they want to stay; who does not answer leaves."""
    fields = reconfirm_fields(session, publisher, subscription_id, until)
    _write(session, publisher.key, "reconfirm", address, fields, now=now)


def write_goodbye(
    session: Session,
    publication_id: int,
    address: str,
    undo_url: str,
    *,
    now: datetime,
) -> None:
    """Write the last letter to an address, with a way back."""
    # The caller knows whether the publication wants one (`Publication.goodbye`).
    _write(session, publication_id, "goodbye", address, {"undo_url": undo_url}, now=now)


def write_ownership(
    session: Session,
    publisher: Publisher,
    submission: Submission,
    *,
    until: datetime,
    now: datetime,
) -> None:
    """Ask whether the owner of an address sent in a tool."""
    fields = ownership_fields(publisher, submission, until)
    _write(session, publisher.key, "ownership", submission.contact, fields, now=now)


def write_question(
    session: Session,
    publisher: Publisher,
    submission: Submission,
    *,
    until: datetime,
    now: datetime,
) -> None:
    """Ask the maker what an editor wants to know before they decide."""
    fields = question_fields(publisher, submission, until)
    _write(session, publisher.key, "question", submission.contact, fields, now=now)


def write_approved(
    session: Session,
    publisher: Publisher,
    tool: Tool,
    contact: str,
    *,
    now: datetime,
) -> None:
    """Tell the maker that the tool has a page, and give them its badge."""
    fields = approved_fields(publisher, tool)
    _write(session, publisher.key, "approved", contact, fields, now=now)


def write_rejected(
    session: Session,
    publisher: Publisher,
    submission: Submission,
    now: datetime,
) -> None:
    """Tell the maker that the tool was rejected, and why."""
    fields = rejected_fields(publisher, submission)
    _write(session, publisher.key, "rejected", submission.contact, fields, now=now)


def write_notice(
    session: Session,
    publication_id: int,
    address: str,
    notice: Notice,
    *,
    now: datetime,
) -> None:
    """Write to one editor about something that they must know."""
    _write(session, publication_id, "notice", address, asdict(notice), now=now)


def write_to_subscriber(
    session: Session,
    publication_id: int,
    address: str,
    letter: SubscriberLetter,
    *,
    now: datetime,
) -> None:
    """Write what a subscriber asked for, or must know. See letters/requested.py."""
    # The kind is kept in rows: its name is older than our word for a subscriber.
    _write(session, publication_id, "reader", address, asdict(letter), now=now)


def write_proof(
    session: Session,
    publication_id: int,
    edition_id: int,
    address: str,
    *,
    now: datetime,
) -> None:
    """Write to an editor: an edition as a reader would get it."""
    _write(
        session,
        publication_id,
        "proof",
        address,
        {},
        now=now,
        edition_id=edition_id,
    )


def is_proof_written(session: Session, publication_id: int) -> bool:
    """True if a proof is on its way, or was not long ago."""
    query = select(SmallLetter.id).filter_by(publication_id=publication_id, kind="proof")
    return session.exec(query.limit(1)).first() is not None


def _write(
    session: Session,
    publication_id: int,
    kind: str,
    address: str,
    fields: Mapping[str, str],
    *,
    now: datetime,
    edition_id: int | None = None,
) -> None:
    row = {
        "publication_id": publication_id,
        "kind": kind,
        "address": address,
        # As the person writes it: bücher.example, not xn--bcher-kva.example.
        "fields": {**fields, "email": display_address(address)},
        "edition_id": edition_id,
        "status": "planned",
        "due_at": AT_ONCE,
        "created_at": now,
    }
    add_row(session, SmallLetter, row)
    # The queue wakes the lane of small letters when this transaction commits.
    remind_letters(session)
