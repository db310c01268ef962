"""Pure. What a relay answered to one letter, and whom a refusal blames."""

import re
from typing import Literal, NamedTuple

ENHANCED = re.compile(r"^\s*([245]\.\d{1,3}\.\d{1,3})\b")  # RFC 3463, 2: class, subject, detail
REPLY = re.compile(rb"([2-5]\d\d)(?:([ -])(.*))?")  # RFC 5321, 4.2: "-" if a line follows
LONGEST_DECODED = 500  # octets of a reply's text
LONGEST_READ = 4000  # characters of a reply that are looked at: a relay may write for ever
LONGEST_TEXT = 200  # characters of a reply that are kept

# Words of a refusal that is about us: our policy, our reputation, our speed, our sender address.
OURS = re.compile(
    r"polic|block|spam|reputation|rate|limit|too many|blacklist|listed"
    r"|dmarc|dkim|spf|relay|authent|sender",
    re.I,
)
# Words of a relay that takes nobody's first offer (RFC 6647): they say nothing of us or our speed.
GREY = re.compile(r"gr[ae]y.?list", re.I)
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


class Outcome(NamedTuple):
    """What became of one letter.

    `accepted`: the relay took it. `refused`: nobody has the address. `deferred`: any other refusal,
    temporary (4yz) or not (5yz), it is offered again. `uncertain`: its dot left and the reply was
    not seen.
    """

    kind: Kind
    code: int | None = None  # RFC 5321 reply code: 250
    enhanced: str = ""  # RFC 3463 enhanced code: "5.1.1"
    text: str = ""

    @property
    def brief_code(self) -> int | None:
        """The code of 4yz or 5yz that says without words what becomes of the letter."""
        if self.kind == "deferred" and self.code is not None and self.code >= 500:
            return self.code - 100
        return self.code


class ReplyLines:
    """The lines of one reply, as they come; `texts` are those that more lines follow."""

    def __init__(self) -> None:
        self.texts: list[bytes] = []

    def add(self, line: bytes) -> tuple[int, str] | None:
        """Return code and text once the last line is there; ValueError for a line of no reply."""
        found = REPLY.fullmatch(line.rstrip(b"\r"))
        if found is None:
            raise ValueError(line)
        self.texts.append(found[3] or b"")
        if found[2] == b"-":
            return None
        text = decode_text(b" ".join(self.texts))
        self.texts.clear()
        return int(found[1]), text


def decode_text(octets: bytes) -> str:
    """Return the text of a reply, which may be of any octets."""
    return octets[:LONGEST_DECODED].decode("utf-8", "replace")


def read_code(code: int) -> Outcome:
    """Return the outcome by a `brief_code`, as a journal has it."""
    return Outcome(_kind(code), code)


def read_reply(code: int, text: str) -> Outcome:
    """Turn one SMTP reply (RFC 5321, 4.2.1) into an outcome.

    Raises ValueError for a code outside 200..599: that is a broken relay, not an answer.
    """
    # nearly all replies take this way
    if code < 300 and text[:6] == "2.0.0 " and len(text) <= LONGEST_TEXT and text.isprintable():
        return Outcome("accepted", code, "2.0.0", " ".join(text.split()))
    if not 200 <= code <= 599:
        raise ValueError(f"{code} is no SMTP reply to a letter")
    text = text[:LONGEST_READ]
    found = ENHANCED.match(text)
    enhanced = found[1] if found else ""
    kind = _kind(code)
    if kind == "refused" and not _is_dead_address(enhanced, text):
        # A refusal for policy, reputation, size or sender speaks of us, and one without a clear
        # word may: it ends when we are mended, so it must not end the message.
        kind = "deferred"
    # PostgreSQL refuses a text with a NUL, and nobody wants line breaks in a table
    one_line = " ".join(text.replace("\0", "").split())
    return Outcome(
        kind,
        code,
        enhanced,
        one_line[:LONGEST_TEXT],
    )


def _kind(code: int) -> Kind:
    if code < 400:
        return "accepted"
    return "deferred" if code < 500 else "refused"


def _is_dead_address(enhanced: str, text: str) -> bool:
    """True if a refusal says that nobody is there.

    Without an enhanced code its words must say that the mailbox does not exist.
    """
    if OURS.search(text):
        return False
    return enhanced in DEAD_ADDRESS if enhanced else bool(NOBODY.search(text))


def blames_us(outcome: Outcome) -> bool:
    """True if a permanent refusal is not about the address, so that a person must mend something.

    Else one bad day with one provider, or one wrong setting of ours, would take its readers.
    """
    return outcome.kind == "deferred" and (outcome.code or 0) >= 500


def is_greylisted(outcome: Outcome) -> bool:
    """True if a letter was put off only because it is offered for the first time.

    That is no reason to be slower, to let its domain rest, or to pause: it is taken at the retry.
    """
    is_put_off = outcome.kind == "deferred" and (outcome.code or 0) < 500
    return is_put_off and GREY.search(outcome.text) is not None


def blames_the_address(outcome: Outcome) -> bool:
    """True if a refusal says that nobody is there, so that we must not write again."""
    return outcome.kind == "refused" and _is_dead_address(outcome.enhanced, outcome.text)
