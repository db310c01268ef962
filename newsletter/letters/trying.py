"""Trying a relay: one letter to somebody who waits for it, and what the relay said to it.

It goes past the queue: a person looks at the answer, and a second letter does no harm.
"""

import asyncio
from dataclasses import dataclass
from time import monotonic

from newsletter.errors import NewsletterError
from newsletter.mail.failures import NotOffered
from newsletter.mail.letter import Letter
from newsletter.mail.outcomes import Outcome
from newsletter.mail.relay import Connection, LoginRefused, RelayAddress

MOST_S = 30.0  # a person waits
SLOW = "The relay took longer than 30 seconds. Look at its address, and for a firewall between."
WORDS = {
    "accepted": "The relay took the letter. Look into your mailbox.",
    "deferred": "The relay did not take the letter, and says why.",
    "refused": "The relay refused the address.",
    "uncertain": "The letter left, and the relay's answer did not come.",
}
TLS_WORDS = {
    "start": "encrypted after STARTTLS, if the relay offers it",
    "implicit": "encrypted from the first byte",
    "none": "not encrypted",
}


@dataclass(frozen=True, slots=True)
class RelayTrial:
    """What came of a try: what the relay said, how the session was encrypted, how long it took."""

    is_accepted: bool
    sentence: str
    relay: str  # host and port: never a name or a password
    reply: str = ""  # "250 2.0.0 Ok: queued"
    security: str = ""  # "TLSv1.3", "" if it never came so far
    seconds: float = 0.0


def place_of(relay: RelayAddress) -> str:
    """Return where a relay is, without what logs in."""
    return f"{relay.host}:{relay.port}"


async def try_relay(relay: RelayAddress, letter: Letter, most_s: float = MOST_S) -> RelayTrial:
    """Offer one letter to a relay now; whatever goes wrong is the result."""
    connection = Connection(relay)
    began = monotonic()
    try:
        async with asyncio.timeout(most_s):
            outcome = await connection.offer(letter)
            security = connection.security
            await connection.close()
    except TimeoutError:
        return RelayTrial(False, SLOW, place_of(relay), seconds=monotonic() - began)
    except (NotOffered, LoginRefused) as failure:
        return RelayTrial(
            False,
            _without_waiting(failure),
            place_of(relay),
            security=connection.security,
            seconds=monotonic() - began,
        )
    return RelayTrial(
        outcome.kind == "accepted",
        WORDS[outcome.kind],
        place_of(relay),
        _reply_of(outcome),
        security,
        monotonic() - began,
    )


def _reply_of(outcome: Outcome) -> str:
    return f"{outcome.code or ''} {outcome.text}".strip()


def _without_waiting(failure: NewsletterError) -> str:
    # Nothing waits here: who tried is looking at it.
    return str(failure).replace("; letters wait", "")
