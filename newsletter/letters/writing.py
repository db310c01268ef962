"""Writing small letters: one row each, in the transaction of the act that causes the letter.

Each kind has its words beside its MJML in templates/email/letters. What a function puts into
`fields` are the values that these templates name.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from newsletter.issues.reading import latest_sent_issue
from newsletter.jobs import remind_letters
from newsletter.letters.models import SmallLetter
from newsletter.letters.publisher import Publisher
from newsletter.statements import add_row
from newsletter.tokens import pair
from newsletter.tools.models import Submission, Tool
from subscribers.addresses import display_address
from subscribers.models import Subscription

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


def write_confirm(
    session: Session,
    publisher: Publisher,
    subscription_id: int,
    address: str,
    *,
    now: datetime,
) -> None:
    """Write the letter whose button makes a sign-up count; its link works for a week."""
    until = now + CONFIRM_FOR
    token = publisher.signer.sign("confirm", subscription_id, until)
    fields = {
        "confirm_url": publisher.urls.confirm(token),
        "confirm_expires": _moment(until),
    }
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
    # It links the latest issue, so that nobody waits a week for a first one.
    latest = latest_sent_issue(session, publisher.key)
    if latest:
        url = publisher.urls.issue(latest.number)
        words = f"The latest issue: {latest.subject}"
    else:
        url = publisher.urls.archive()
        words = "The first issue has not gone out yet."
    fields = {
        "latest_url": url,
        "latest_words": words,
        **_own_links(session, publisher, subscription_id),
    }
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
    fields = _own_links(session, publisher, subscription_id)
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
    token = publisher.signer.sign("stay", subscription_id, until)
    fields = {
        "stay_url": publisher.urls.stay(token),
        "stay_expires": _moment(until),
        **_own_links(session, publisher, subscription_id),
    }
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
    # Nothing of what was typed is in the letter: the form must be no way to write to strangers.
    token = publisher.signer.sign("own", submission.key, until)
    fields = {
        "own_url": publisher.urls.own_tool(token),
        "own_expires": _moment(until),
    }
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
    token = publisher.signer.sign("answer", submission.key, until)
    fields = {
        "tool": submission.name,
        "question": submission.question,
        "answer_url": publisher.urls.answer(token),
        "answer_expires": _moment(until),
    }
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
    fields = {
        "tool": tool.name,
        "page_url": publisher.urls.tool(tool.slug),
        "embed_code": publisher.embed_code(tool),
    }
    _write(session, publisher.key, "approved", contact, fields, now=now)


def write_rejected(
    session: Session,
    publisher: Publisher,
    submission: Submission,
    now: datetime,
) -> None:
    """Tell the maker that the tool was rejected, and why."""
    fields = {
        "tool": submission.name,
        "reason": submission.reason,
        "promote_url": publisher.promote_url,
    }
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
    fields = {**asdict(notice), "url_label": "Open the desk"}
    _write(session, publication_id, "notice", address, fields, now=now)


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


def _own_links(
    session: Session,
    publisher: Publisher,
    subscription_id: int,
) -> dict[str, str]:
    """The links to a subscriber's preferences, and to leave."""
    # They never expire: a letter is found years later, and leaving must work then (docs/adr/0020).
    subscriber_id = session.get_one(Subscription, subscription_id).subscriber_id
    token = publisher.signer.sign("preferences", pair(publisher.key, subscriber_id))
    return {
        "preferences_url": publisher.urls.preferences(token),
        "unsubscribe_url": publisher.urls.leave(token),
    }


def _moment(at: datetime) -> str:
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


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
        "due_at": now,
        "created_at": now,
    }
    add_row(session, SmallLetter, row)
    # The queue wakes the lane of small letters when this transaction commits.
    remind_letters(session)
