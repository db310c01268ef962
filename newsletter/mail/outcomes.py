"""Pure. What a relay said about one letter."""

import re
from dataclasses import dataclass
from typing import Literal

ENHANCED = re.compile(r"^\s*([245]\.\d{1,3}\.\d{1,3})\b")
OURS = re.compile(
    r"polic|block|spam|reputation|rate|limit|too many|blacklist|listed|dmarc|dkim|spf|relay|authent",
    re.I,
)
NOBODY = re.compile(
    r"(no such|unknown|invalid|non-?existent) (user|mailbox|recipient|address|local)|(user|mailbox) (unknown|not found)|does not exist",
    re.I,
)
DEAD_ADDRESS = frozenset(
    {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"}
)  # RFC 3463, 3.2 and 3.3; RFC 7505
Kind = Literal["accepted", "deferred", "refused", "uncertain"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Deferred is temporary (4yz), refused is permanent (5yz); uncertain: content sent, its reply not seen."""

    kind: Kind
    code: int | None = None  # RFC 5321 reply code, 250
    enhanced: str = ""  # RFC 3463 enhanced code, "5.1.1"
    text: str = ""


def read_reply(code: int, text: str) -> Outcome:
    """Turn one SMTP reply (RFC 5321, 4.2.1) into an outcome. Raises ValueError for a code outside 200..599."""
    if not 200 <= code <= 599:
        raise ValueError(f"{code} is no SMTP reply to a letter")
    found = ENHANCED.match(text)
    kind: Kind = "accepted" if code < 400 else "deferred" if code < 500 else "refused"
    return Outcome(
        kind, code, found[1] if found else "", " ".join(text.replace("\0", "").split())[:200]
    )


def blames_the_address(outcome: Outcome) -> bool:
    """True if a refusal says that nobody is there, so that we must not write again.

    A refusal for policy, reputation or rate (5.7.x, or in its words) speaks of us, never of the reader. Without an enhanced
    code its words must say that the mailbox does not exist.
    """
    if outcome.kind != "refused" or OURS.search(outcome.text):
        return False
    return (
        outcome.enhanced in DEAD_ADDRESS if outcome.enhanced else bool(NOBODY.search(outcome.text))
    )
