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

# units of time: name, length in seconds, and the seconds from which the next one is used
UNITS = (
    ("second", 1, 60),
    ("minute", 60, 90 * 60),
    ("hour", 3600, 48 * 3600),
    ("day", 86400, float("inf")),
)


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


def day_in_words(at: datetime) -> str:
    """Return the day of a time, in UTC, as people read it: "9 June 2026"."""
    return f"{at.day} {at:%B %Y}"


def is_number(text: str) -> bool:
    """True for the digits 0 to 9 and nothing else; isdigit() alone takes those of other scripts."""
    return text.isascii() and text.isdigit()


def free_name(name: str, taken: Collection[str]) -> str:
    """Return `name`, or the first of name-2, name-3, … that is not taken."""
    if name not in taken:
        return name
    numbered = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    return next(candidate for candidate in numbered if candidate not in taken)


def duration(seconds: float) -> str:
    """Return a time span in one unit, as people say it: "40 seconds", "3 minutes", "2 hours"."""
    unit, length_s, _ = next(unit for unit in UNITS if seconds < unit[2])
    count = _count(seconds, length_s)
    plural = "" if count == 1 else "s"
    return f"{count:,} {unit}{plural}"


def _count(seconds: float, length_s: int) -> int:
    # seconds are counted when they are over, larger units are rounded
    return int(seconds / length_s + 0.5) if length_s > 1 else max(0, int(seconds))


def about(seconds: float) -> str:
    """Return an estimate in words that claim no more than is known."""
    return "less than a minute" if seconds < 60 else f"about {duration(seconds)}"
