"""Pure. What a relay answered to one letter, and whom a refusal blames."""

import re
from dataclasses import dataclass
from typing import Literal

ENHANCED = re.compile(r"^\s*([245]\.\d{1,3}\.\d{1,3})\b")  # RFC 3463, 2: class, subject, detail
LONGEST_TEXT = 200  # characters of a reply that are kept

# Words of a refusal that is about us: our policy, our reputation, our speed.
OURS = re.compile(
    r"polic|block|spam|reputation|rate|limit|too many|blacklist|listed"
    r"|dmarc|dkim|spf|relay|authent",
    re.I,
)
# Words of a refusal that is about the address: nobody has it.
NOBODY = re.compile(
    r"(no such|unknown|invalid|non-?existent) (user|mailbox|recipient|address|local)"
    r"|(user|mailbox) (unknown|not found)"
    r"|does not exist",
    re.I,
)
# Enhanced codes that say the same: RFC 3463, 3.2 and 3.3; 5.1.10 is a domain that takes no mail at
# all (RFC 7505). 5.2.2, a full mailbox, is not among them: somebody may empty it.
DEAD_ADDRESS = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})

Kind = Literal["accepted", "deferred", "refused", "uncertain"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one letter.

    `accepted`: the relay took it. `deferred`: a temporary refusal (4yz), it is offered again.
    `refused`: a permanent one (5yz). `uncertain`: its dot left and the reply was not seen.
    """

    kind: Kind
    code: int | None = None  # RFC 5321 reply code: 250
    enhanced: str = ""  # RFC 3463 enhanced code: "5.1.1"
    text: str = ""


def read_reply(code: int, text: str) -> Outcome:
    """Turn one SMTP reply (RFC 5321, 4.2.1) into an outcome.

    Raises ValueError for a code outside 200..599: that is a broken relay, not an answer.
    """
    if not 200 <= code <= 599:
        raise ValueError(f"{code} is no SMTP reply to a letter")
    enhanced = ENHANCED.match(text)
    # PostgreSQL refuses a text with a NUL, and nobody wants line breaks in a table
    one_line = " ".join(text.replace("\0", "").split())
    return Outcome(
        _kind(code),
        code,
        enhanced[1] if enhanced else "",
        one_line[:LONGEST_TEXT],
    )


def _kind(code: int) -> Kind:
    if code < 400:
        return "accepted"
    return "deferred" if code < 500 else "refused"


def blames_the_address(outcome: Outcome) -> bool:
    """True if a refusal says that nobody is there, so that we must not write again.

    A refusal for policy, reputation or rate (5.7.x, or in its words) speaks of us, never of the
    reader: else one bad day with one provider would take all its readers from us. Without an
    enhanced code its words must say that the mailbox does not exist.
    """
    if outcome.kind != "refused" or OURS.search(outcome.text):
        return False
    if outcome.enhanced:
        return outcome.enhanced in DEAD_ADDRESS
    return bool(NOBODY.search(outcome.text))
