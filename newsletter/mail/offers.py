"""Pure. A letter on offer, what a relay can carry, and how long we wait for its replies."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from newsletter.mail.letter import Letter
from newsletter.mail.outcomes import Outcome

# What ends an address or a command early: such an address could put a command of its own in.
NO_ADDRESS = re.compile(r"[\x00-\x20\x7f<>]")
# A quoted local part may hold spaces and angle brackets (RFC 5321, 4.1.2; RFC 6531, 3.3).
QUOTED = re.compile(
    r'"(?:[ !#-\[\]-~\x80-\U0010ffff]++|\\[ -~])++"@[^\x00-\x20\x7f<>"]+',
)

LOOK_S = 1.0  # at most, between two looks at a deadline


class Offer(NamedTuple):
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


class ReplyWait:
    """Whether a session has waited for its next reply for long enough, by looks now and then.

    Times are seconds of one clock. A reply may be waited for by `look_s` longer: to note a time
    with each of them would cost each letter, and nobody is ever hung up on too early.
    """

    def __init__(self, patience: Patience) -> None:
        self._command_s = patience.command_s
        self._waits_s = {"DOT": patience.dot_s, "DATA": patience.data_s}
        self._since = 0.0
        self._seen: tuple[str, int] = ("", 0)
        shortest_s = min(self._command_s, *self._waits_s.values())
        self.look_s = min(LOOK_S, shortest_s / 4)  # between two looks

    def is_over(self, command: str, heard: int, now: float) -> bool:
        """Look: True if the reply to this command was waited for long enough.

        An empty one awaits none. `heard` differs whenever the relay has said something.
        """
        if (command, heard) != self._seen:
            self._seen = command, heard
            self._since = now
        wait_s = self._waits_s.get(command, self._command_s)
        return bool(command) and now - self._since > wait_s


def refuse_unfit(letter: Letter, ability: Ability) -> Outcome | None:
    """Return the refusal of a letter that this relay cannot carry; None if it can.

    The codes are those that the relay would answer with, but no connection is spent on them. A size
    is ours to mend, so it ends no message.
    """
    # asked for each letter: what most relays allow is not computed
    if not ability.smtputf8 and letter.needs_smtputf8:
        # RFC 6531, 3.2: such a letter must not be offered at all
        return Outcome(
            "refused",
            553,
            "5.6.7",
            "The relay cannot carry an address outside ASCII (no SMTPUTF8).",
        )
    if NO_ADDRESS.search(letter.rcpt_to) and not QUOTED.fullmatch(letter.rcpt_to):
        return Outcome(
            "refused",
            553,
            "5.1.3",
            "This is not an address.",
        )
    if 0 < ability.size < letter.size:
        # RFC 1870, 6.1
        return Outcome(
            "deferred",
            552,
            "5.3.4",
            f"The relay takes letters of up to {ability.size} bytes (SIZE).",
        )
    return None
