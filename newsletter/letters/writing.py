"""Writing small letters: one row, in the caller's transaction."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from newsletter.issues.reading import latest_sent_issue
from newsletter.jobs import remind_letters
from newsletter.letters.models import SmallLetter
from newsletter.statements import add_row
from newsletter.tokens import Signer, pair
from newsletter.urls import Urls
from subscribers.addresses import display_address
from subscribers.models import Subscription

CONFIRM_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SubscriberLetter:
    """What a letter to a reader says: its subject and head, a paragraph, a link with its label, and a last word."""

    head: str
    text: str
    url: str
    url_label: str
    note: str


def write_confirm(
    session: Session,
    publication_id: int,
    subscription_id: int,
    address: str,
    urls: Urls,
    signer: Signer,
    now: datetime,
) -> None:
    """The letter whose button makes a sign-up count; its link works for a week."""
    until = now + CONFIRM_FOR
    fields = {
        "confirm_url": urls.confirm(signer.sign("confirm", subscription_id, until)),
        "confirm_expires": _moment(until),
    }
    _write(session, publication_id, "confirm", address, fields, now)


def write_welcome(
    session: Session,
    publication_id: int,
    subscription_id: int,
    address: str,
    urls: Urls,
    signer: Signer,
    now: datetime,
) -> None:
    """What follows a confirmation: the latest issue, so that nobody waits for the next one, and where to choose."""
    latest = latest_sent_issue(session, publication_id)
    fields = {
        "latest_url": urls.issue(latest.number) if latest else urls.archive(),
        "latest_words": f"The latest issue: {latest.subject}"
        if latest
        else "The first issue has not gone out yet.",
        **_choosing(session, publication_id, subscription_id, urls, signer),
    }
    _write(session, publication_id, "welcome", address, fields, now)


def write_known(
    session: Session,
    publication_id: int,
    subscription_id: int,
    address: str,
    urls: Urls,
    signer: Signer,
    now: datetime,
) -> None:
    """To a reader whose address was entered again: all is well. It also makes the answer to a sign-up take as long as any other."""
    fields = _choosing(session, publication_id, subscription_id, urls, signer)
    _write(session, publication_id, "known", address, fields, now)


def write_reconfirm(
    session: Session,
    publication_id: int,
    subscription_id: int,
    address: str,
    until: datetime,
    urls: Urls,
    signer: Signer,
    now: datetime,
) -> None:
    """Do you want to stay? To somebody of a doubtful list; silence leaves."""
    fields = {
        "stay_url": urls.stay(signer.sign("stay", subscription_id, until)),
        "stay_expires": _moment(until),
        **_choosing(session, publication_id, subscription_id, urls, signer),
    }
    _write(session, publication_id, "reconfirm", address, fields, now)


def write_goodbye(
    session: Session, publication_id: int, address: str, undo_url: str, now: datetime
) -> None:
    """The last letter to an address, with a way back; only where the publication wants one."""
    _write(session, publication_id, "goodbye", address, {"undo_url": undo_url}, now)


def write_ownership(
    session: Session,
    publication_id: int,
    submission_id: int,
    address: str,
    until: datetime,
    urls: Urls,
    signer: Signer,
    now: datetime,
) -> None:
    """Was it you who sent in a tool? Nothing of what was typed stands in it: the form must be no way to write to strangers."""
    fields = {
        "own_url": urls.own_tool(signer.sign("own", submission_id, until)),
        "own_expires": _moment(until),
    }
    _write(session, publication_id, "ownership", address, fields, now)


def write_question(
    session: Session,
    publication_id: int,
    address: str,
    tool: str,
    question: str,
    answer_url: str,
    until: datetime,
    now: datetime,
) -> None:
    """An editor asks the maker something before deciding."""
    fields = {
        "tool": tool,
        "question": question,
        "answer_url": answer_url,
        "answer_expires": _moment(until),
    }
    _write(session, publication_id, "question", address, fields, now)


def write_approved(
    session: Session,
    publication_id: int,
    address: str,
    tool: str,
    page_url: str,
    embed_code: str,
    now: datetime,
) -> None:
    """The tool has a page; here is its badge."""
    fields = {"tool": tool, "page_url": page_url, "embed_code": embed_code}
    _write(session, publication_id, "approved", address, fields, now)


def write_rejected(
    session: Session,
    publication_id: int,
    address: str,
    tool: str,
    reason: str,
    promote_url: str,
    now: datetime,
) -> None:
    """No, and why."""
    fields = {"tool": tool, "reason": reason, "promote_url": promote_url}
    _write(session, publication_id, "rejected", address, fields, now)


def write_notice(
    session: Session,
    publication_id: int,
    address: str,
    head: str,
    text: str,
    url: str,
    now: datetime,
) -> None:
    """Something that an editor must know, with one link."""
    fields = {"head": head, "text": text, "url": url, "url_label": "Open the desk"}
    _write(session, publication_id, "notice", address, fields, now)


def write_to_subscriber(
    session: Session, publication_id: int, address: str, says: SubscriberLetter, now: datetime
) -> None:
    """What a reader asked for, or must know: one link and what it is for. See letters/requested.py."""
    _write(session, publication_id, "reader", address, asdict(says), now)


def write_proof(
    session: Session, publication_id: int, edition_id: int, address: str, now: datetime
) -> None:
    """An edition as a reader would get it, to an editor."""
    _write(session, publication_id, "proof", address, {}, now, edition_id)


def _choosing(
    session: Session, publication_id: int, subscription_id: int, urls: Urls, signer: Signer
) -> dict[str, str]:
    token = signer.sign(
        "preferences",
        pair(publication_id, session.get_one(Subscription, subscription_id).subscriber_id),
    )
    return {"preferences_url": urls.preferences(token), "unsubscribe_url": urls.leave(token)}


def _moment(at: datetime) -> str:
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def _write(
    session: Session,
    publication_id: int,
    kind: str,
    address: str,
    fields: dict[str, str],
    now: datetime,
    edition_id: int | None = None,
) -> None:
    row = {
        "publication_id": publication_id,
        "kind": kind,
        "address": address,
        "fields": {**fields, "email": display_address(address)},
        "edition_id": edition_id,
        "status": "planned",
        "due_at": now,
        "created_at": now,
    }
    add_row(session, SmallLetter, row)
    remind_letters(session)
