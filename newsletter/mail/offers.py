"""Pure. A letter on offer, what a relay can do, how long we wait for it, and how an offer fails."""

from dataclasses import dataclass

from newsletter.errors import Unavailable
from newsletter.mail.letter import Letter


class NotOffered(Unavailable):
    """The relay did not take the letter's content, so the letter was not sent."""


class SenderRefused(NotOffered):
    """The relay takes no letter from our sender address, or wants a login. Ask its operator."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A letter, and the key by which the session's owner knows it."""

    key: int
    letter: Letter


@dataclass(frozen=True, slots=True)
class Ability:
    """What the relay can do, by its reply to EHLO (RFC 5321, 4.1.1.1)."""

    pipelining: bool = False  # RFC 2920
    smtputf8: bool = False  # RFC 6531
    size: int = 0  # RFC 1870: the largest letter in octets, 0 if no limit is known


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait for a reply. RFC 5321, 4.5.3.2 asks for at least these."""

    command_s: float = 300.0
    data_s: float = 120.0
    # The relay may scan the letter before it answers the dot. Who hangs up earlier gets the letter
    # sent, and does not know it (RFC 1047).
    dot_s: float = 600.0
