"""Pure. What a relay said about one letter."""

import re
from dataclasses import dataclass
from typing import Literal

ENHANCED = re.compile(r"^\s*([245]\.\d{1,3}\.\d{1,3})\b")
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
    return Outcome(kind, code, found[1] if found else "", " ".join(text.split())[:200])
