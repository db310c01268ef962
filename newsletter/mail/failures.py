"""Pure. How an offer fails: before the letter's final dot left, or after it."""

from newsletter.errors import Unavailable
from newsletter.mail.outcomes import LONGEST_TEXT, Outcome

LONGEST_WHY = 300  # characters


class NotOffered(Unavailable):
    """The relay did not take the letter's content, so the letter was not sent."""


class SenderRefused(NotOffered):
    """The relay takes no letter from our sender address, or wants a login. Ask its operator."""


class EndedAtRecipient(NotOffered):
    """The session ended at the letter's own recipient; the next letter may be taken well."""


class WithoutReply(Unavailable):
    """The relay took letters and did not say if it keeps them. Look at its log, then resume."""


def hung_up(error: Exception | None, *, has_dotted: bool) -> NotOffered:
    """Return the failure of a session that the relay closed, in true words."""
    why = f" ({error})" if error else ""
    return NotOffered(f"The relay hung up {_when(has_dotted)}{why}.")


def fell_silent(*, has_dotted: bool) -> NotOffered:
    """Return the failure of a session that the relay left without a reply."""
    return NotOffered(f"The relay fell silent {_when(has_dotted)}.")


def _when(has_dotted: bool) -> str:
    if has_dotted:
        return "after it took the letter, before it replied"
    return "before the letter was offered"


def not_offered(why: str) -> NotOffered:
    """Return the failure of an offer; a relay may say long things."""
    return NotOffered(why[:LONGEST_WHY])


def unclear_reply(code: int, text: str) -> NotOffered:
    """Return the failure by a reply that is none to this command (RFC 5321, 4.3.2)."""
    return not_offered(
        f"The relay gave no clear reply before the letter was offered: {code} {text}"
    )


def must_wait(reply: str) -> NotOffered:
    """Return the failure by a reply that says to come again (RFC 5321, 4.2.1: 4yz)."""
    return not_offered(f"The relay said to wait before the letter was offered: {reply}")


def goes_not_on(code: int, text: str) -> NotOffered:
    """Return the failure of a session that the relay keeps in a transaction."""
    return not_offered(f"The relay does not go on before the letter was offered: {code} {text}")


def unclear_line(line: bytes) -> NotOffered:
    """Return the failure by a line that is no reply at all."""
    return NotOffered(f"The relay gave no clear reply: {line[:80]!r}")


def in_doubt(failure: NotOffered) -> Outcome:
    """Return the outcome of a letter whose dot left before this failure of its session."""
    why = f"Nobody knows whether it arrives. {failure}"
    return Outcome("uncertain", None, "", why[:LONGEST_TEXT])
