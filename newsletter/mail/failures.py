"""Pure. How an offer fails: before the letter's final dot left, or after it."""

from newsletter.errors import Unavailable
from newsletter.mail.outcomes import LONGEST_TEXT, Outcome

LONGEST_WHY = 300  # characters


class NotOffered(Unavailable):
    """The relay did not take the letter's content, so the letter was not sent."""


class SenderRefused(NotOffered):
    """The relay takes no letter from our sender address, or wants a login. Ask its operator."""


def not_offered(why: str) -> NotOffered:
    """Return the failure of an offer; a relay may say long things."""
    return NotOffered(why[:LONGEST_WHY])


def unclear_reply(code: int, text: str) -> NotOffered:
    """Return the failure by a reply that is none to this command (RFC 5321, 4.3.2)."""
    return not_offered(
        f"The relay gave no clear reply before the letter was offered: {code} {text}"
    )


def in_doubt(failure: NotOffered) -> Outcome:
    """Return the outcome of a letter whose dot left before this failure of its session."""
    why = f"The reply to the letter was not seen. {failure}"
    return Outcome("uncertain", None, "", why[:LONGEST_TEXT])
