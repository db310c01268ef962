"""Pure. Small changes to text that many rooms need: one line, no accents, words for an address."""

import re
import unicodedata
from collections.abc import Collection
from datetime import datetime

SLUG_CHARS = 80
NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")
# The controls of ASCII, and what Unicode calls a line end: next line, line and paragraph separator.
# The other controls of Unicode (U+0080 to U+009F) stay: a letter's subject comes back as it was.
BREAKS = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029]")


def one_line(text: str) -> str:
    """Return `text` on one line: controls become spaces, several spaces become one."""
    # Nearly every text is one line already, and letters ask for each of their headers.
    if text.isprintable() and "  " not in text and text == text.strip():
        return text
    return " ".join(BREAKS.sub(" ", text).split())


def without_accents(text: str) -> str:
    """Return `text` casefolded and without accents: "Über" is "uber", "Straße" is "strasse"."""
    if text.isascii():
        return text.lower()
    # Folding can bring back composed letters ("ǰ"), so decomposition stands on both sides of it.
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    signs = unicodedata.normalize("NFKD", decomposed)
    return "".join(sign for sign in signs if not unicodedata.combining(sign))


def slug(text: str) -> str:
    """Return the words of `text` for an address: a to z, digits, hyphens; at most 80 characters.

    It is "" where the text has no Latin letter or digit.
    """
    latin = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return NOT_IN_SLUGS.sub("-", latin).strip("-")[:SLUG_CHARS].rstrip("-")


def rfc3339(at: datetime) -> str:
    """Return an aware time in UTC as RFC 3339 has it, with "Z" for the zone."""
    return at.isoformat().replace("+00:00", "Z")


def is_number(text: str) -> bool:
    """True for the digits 0 to 9 and nothing else; isdigit() alone takes those of other scripts."""
    return text.isascii() and text.isdigit()


def free_name(name: str, taken: Collection[str]) -> str:
    """Return `name`, or the first of name-2, name-3, … that is not taken."""
    if name not in taken:
        return name
    numbered = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    return next(candidate for candidate in numbered if candidate not in taken)
