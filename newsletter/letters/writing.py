"""Writing small letters: one row, in the caller's transaction."""

from datetime import datetime, timedelta

from sqlmodel import Session

from newsletter.jobs import remind_letters
from newsletter.letters.models import SmallLetter
from newsletter.tokens import Signer
from newsletter.urls import Urls

CONFIRM_FOR = timedelta(days=7)


def write_confirm(
    session: Session, publication_id: int, subscription_id: int, address: str, urls: Urls, signer: Signer, now: datetime
) -> SmallLetter:
    """The letter whose button makes a sign-up count; its link works for a week."""
    until = now + CONFIRM_FOR
    fields = {
        "email": address,
        "confirm_url": urls.confirm(signer.sign("confirm", subscription_id, until)),
        "confirm_expires": f"{until.day} {until:%B %Y, %H:%M} UTC",
    }
    return _write(session, publication_id, "confirm", address, fields, now)


def write_welcome(
    session: Session, publication_id: int, subscription_id: int, address: str, urls: Urls, signer: Signer, now: datetime
) -> SmallLetter:
    """What follows a confirmation."""
    leave_url = urls.stop(signer.sign("preferences", subscription_id))
    fields = {"email": address, "latest_url": urls.archive(), "unsubscribe_url": leave_url}
    return _write(session, publication_id, "welcome", address, fields, now)


def write_goodbye(
    session: Session, publication_id: int, subscription_id: int, address: str, urls: Urls, signer: Signer, now: datetime
) -> SmallLetter:
    """The last letter to an address, with a way back."""
    fields = {"email": address, "undo_url": urls.back(signer.sign("undo", subscription_id))}
    return _write(session, publication_id, "goodbye", address, fields, now)


def write_notice(session: Session, publication_id: int, address: str, head: str, text: str, url: str, now: datetime) -> SmallLetter:
    """Something that an editor must know, with one link."""
    fields = {"head": head, "text": text, "url": url, "url_label": "Open the desk"}
    return _write(session, publication_id, "notice", address, fields, now)


def write_proof(session: Session, publication_id: int, edition_id: int, address: str, now: datetime) -> SmallLetter:
    """An edition as a reader would get it, to an editor."""
    return _write(session, publication_id, "proof", address, {"email": address}, now, edition_id)


def _write(
    session: Session,
    publication_id: int,
    kind: str,
    address: str,
    fields: dict[str, str],
    now: datetime,
    edition_id: int | None = None,
) -> SmallLetter:
    letter = SmallLetter(
        publication_id=publication_id,
        kind=kind,
        address=address,
        fields=fields,
        edition_id=edition_id,
        status="planned",
        due_at=now,
        created_at=now,
    )
    session.add(letter)
    remind_letters(session)
    session.flush()
    return letter
