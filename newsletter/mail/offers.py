"""Pure. A letter on offer, what a relay can do, how long we wait for it, and how an offer fails."""

from dataclasses import dataclass

from newsletter.errors import Unavailable
from newsletter.mail.letter import Letter


class NotOffered(Unavailable):
    """The relay did not take the letter's content, so the letter was not sent."""


class SenderRefused(NotOffered):
    """The relay takes no letter from our sender address, or not without a login. Ask its operator; letters wait."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A letter, and the key by which its work knows it."""

    key: int
    letter: Letter


@dataclass(frozen=True, slots=True)
class Ability:
    """What the relay can do (RFC 5321, 4.1.1.1): `size` in octets, 0 for no limit known."""

    pipelining: bool = False
    smtputf8: bool = False
    size: int = 0


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait for a reply: to a command, to DATA, to the final dot (RFC 5321, 4.5.3.2)."""

    command_s: float = 300.0
    data_s: float = 120.0
    dot_s: float = 600.0
