"""Pure. Small changes to text that many rooms need: clean, one line, no accents, an address."""

import re
import unicodedata
from collections.abc import Collection
from datetime import datetime, tzinfo

SLUG_CHARS = 80
NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")
# The controls of ASCII, and what Unicode calls a line end: next line, line and paragraph separator.
# The other controls of Unicode (U+0080 to U+009F) stay: a letter's subject comes back as it was.
BREAKS = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029]")
# Signs that no text of ours has, each with what stands in its place. PostgreSQL takes no NUL, UTF-8
# no half of a surrogate pair, XML neither of them nor U+FFFE; the others are seen by nobody.
UNWRITABLE: dict[int, str | None] = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)]),
    **dict.fromkeys(range(0xD800, 0xE000)),
    **dict.fromkeys((0xFFFE, 0xFFFF)),
    # embeddings and overrides of direction: what follows would be read backwards
    **dict.fromkeys(range(0x202A, 0x202F)),
    # what ends a line in Word or in a mainframe
    **dict.fromkeys((0x0B, 0x0C, 0x85), "\n"),
}
for code in (0x09, 0x0A, 0x0D):
    del UNWRITABLE[code]
OPENING = "\u2066\u2067\u2068"  # isolates: the way of today to write a name of another direction
CLOSING = "\u2069"
WITHOUT_ISOLATES = dict.fromkeys(map(ord, OPENING + CLOSING))

# units of time: name, length in seconds, and the seconds from which the next one is used
UNITS = (
    ("second", 1, 60),
    ("minute", 60, 90 * 60),
    ("hour", 3600, 48 * 3600),
    ("day", 86400, float("inf")),
)


def clean_text(text: str) -> str:
    """Return `text` without what no database, letter or page can hold, or a reader be shown.

    Taken out are controls, halves of surrogate pairs and overrides of direction; tabulators and
    line ends stay. Isolates stay on a line that closes them all.
    """
    # Nearly every text is clean, and every field of every form comes through here.
    if text.isprintable():
        return text
    kept = text.translate(UNWRITABLE)
    if not any(sign in kept for sign in OPENING + CLOSING):
        return kept
    return "".join(map(_with_closed_isolates, kept.splitlines(keepends=True)))


def is_clean(text: str) -> bool:
    """True if `clean_text` leaves `text` as it is."""
    return clean_text(text) == text


def _with_closed_isolates(line: str) -> str:
    """Return a line whose isolates are all closed; else they are taken out."""
    depth = 0
    for sign in line:
        depth += (sign in OPENING) - (sign == CLOSING)
        if depth < 0:
            break
    return line.translate(WITHOUT_ISOLATES) if depth else line


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


def day_in_words(at: datetime, zone: tzinfo) -> str:
    """Return the day that a time has in a zone, as people read it: "9 June 2026"."""
    return f"{at.astimezone(zone):%-d %B %Y}"


def is_number(text: str) -> bool:
    """True for the digits 0 to 9 and nothing else; isdigit() alone takes those of other scripts."""
    return text.isascii() and text.isdigit()


def free_name(
    name: str,
    taken: Collection[str],
) -> str:
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


def _count(
    seconds: float,
    length_s: int,
) -> int:
    # seconds are counted when they are over, larger units are rounded
    return int(seconds / length_s + 0.5) if length_s > 1 else max(0, int(seconds))


def about(seconds: float) -> str:
    """Return an estimate in words that claim no more than is known."""
    return "less than a minute" if seconds < 60 else f"about {duration(seconds)}"
