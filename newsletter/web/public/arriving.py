"""Arriving by a letter's link: whose it is, and how long a page was seen before its button."""

from datetime import datetime, timedelta

from sqlmodel import Session

from newsletter.delivery.letter_links import (
    LetterReader,
    reader_by_leave_token,
    reader_by_letter_token,
    reader_by_preferences_token,
)
from newsletter.errors import NewsletterError
from newsletter.runtime import Runtime
from newsletter.tokens import Signer

SHOWN_FOR = timedelta(days=1)


def reader_of(runtime: Runtime, session: Session, token: str) -> LetterReader:
    """Return the reader of a letter's link, an issue's or a small one. Raises
    BadToken, NoLetter."""
    purpose, number = runtime.signer.read_either(
        ("letter", "preferences", "leave"),
        token,
        runtime.clock.now(),
    )
    if purpose == "leave":
        return reader_by_leave_token(session, number)
    return (reader_by_letter_token if purpose == "letter" else reader_by_preferences_token)(
        session,
        number,
    )


def shown_token(signer: Signer, now: datetime) -> str:
    """Return what a page's form carries: when it was shown, to the millisecond."""
    return signer.sign("shown", int(now.timestamp() * 1000), now + SHOWN_FOR)


def looked_s(signer: Signer, token: str, now: datetime) -> float | None:
    """Return for how many seconds the page was seen; None if we did not show it within a day."""
    try:
        return now.timestamp() - signer.read("shown", token, now) / 1000
    except NewsletterError:
        return None
