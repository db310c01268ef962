"""Pure. Forms of titles that no list of words can name: sums, versions, names of benchmarks.

A cue file names a form in the `forms` of a family; what a form means is the family's business. So
"Orrery 4" is a launch where the world knows Orrery, and else a list of changes only if the number
is one of a build: "Part 2" and "Story 3" are no versions.

Each pattern is tried only where a quick look shows what it needs, as titles come by thousands.

Sums are read as they are written in several countries: a sign before the figure, or the currency
spelled behind it. A sum that is no number, as in "$1.2.3 million", is none. Which sum is large does
not depend on the currency: a hundred million of any is news.

A benchmark has a name that ends so; two firms that show something together are often written with
an x between them; and a year behind a name, at the end or before a colon, looks back.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import starmap

from newsletter.choosing.cues import DIGIT, LONGEST
from newsletter.choosing.news.phrases import fits

SUM = "a sum"
LARGE_SUM = "a large sum"
VERY_LARGE_SUM = "a very large sum"
PRODUCT = "a product and its version"
KNOWN_PRODUCT = "a known product and its version"
BENCHMARK = "a benchmark's name"
YEAR = "a look back at a year"
CROSSED = "two names with an x"
FORMS = frozenset({
    SUM, LARGE_SUM, VERY_LARGE_SUM, PRODUCT, KNOWN_PRODUCT, BENCHMARK, CROSSED, YEAR,
})  # fmt: skip

AMOUNT = re.compile(
    r"[$€£¥] ?(\d[\d.,]*)\s?(million|billion|trillion|mn|bn|m|b)\b"
    r"|(?<!\d[.,])\b(\d[\d.,]*+) (million|billion) (?:dollars|euros?|pounds)\b",
    re.IGNORECASE,
)
UNITS = {"m": 1e6, "b": 1e9, "t": 1e12}
MOST_PARTS = 2  # of the version of a launch; one like 2.0.14 is a build
LARGE = 100e6  # a sum from here on is large, in any currency
VERY_LARGE = 1e9
# "Orrery 4", "Announcing Orrery Planner v2.1", "Orrery 1.37 Release".
VERSION = re.compile(
    r"(?:(?:Introducing|Announcing|Meet) (?:the )?(?:new )?)?"
    r"([A-Z][\w.+-]*(?: (?:and )?[A-Z][\w+-]*){0,4})"
    r"[ -]v?(\d{1,4}(?:\.\d{1,4}){0,3})"
    r"(?: (?:pro|mini|flash|max|ultra|lite|nano|turbo|large|medium|small|thinking|preview)){0,2}"
    r"(?: (release|released|is out|is here|beta|preview|ga|now available|is now available))?[.!]?",
    re.IGNORECASE,
)
BARE_VERSION = re.compile(
    r"(?:[a-z][\w-]{0,60}==)?v?\d{1,4}(?:\.\d{1,4}){1,3}(?:[-.]?[a-z]{1,6}\.?\d{0,3})?", re.I
)
BUILD = re.compile(r"[bvr]\d{3,8}", re.IGNORECASE)
BENCH = re.compile(r"\b\w{2,40}[Bb]ench\b|\b\w{2,40}-[Bb]ench\b")
LOOK_BACK = re.compile(r"[A-Z][\w.&-]{1,40}(?: [\w.&-]{1,40}){0,4} in 20\d\d\s*(?::|$)")
CROSS = re.compile(r"[A-Z][\w.&-]{1,40}(?: [A-Z][\w.&-]{1,40}){0,2} [x×] [A-Z]")


def forms_of(
    title: str,
    known: Sequence[str],
) -> frozenset[str]:
    """Return the forms that a title has; `known` are names of products, as cue files write them."""
    title = title[:LONGEST]
    if not DIGIT.search(title):  # sums and versions have one
        return frozenset(_names(title))
    return frozenset((*_sums(title), *_versions(title, known), *_names(title)))


def _sums(title: str) -> Iterator[str]:
    """Give the forms of sums, once for each sum."""
    for amount in filter(None, starmap(_amount, AMOUNT.findall(title))):
        yield SUM
        if amount >= LARGE:
            yield LARGE_SUM
        if amount >= VERY_LARGE:
            yield VERY_LARGE_SUM


def _versions(
    title: str,
    known: Sequence[str],
) -> Iterator[str]:
    """Give the form of a title that is a product with its version, and no more."""
    if BARE_VERSION.fullmatch(title) or BUILD.fullmatch(title):
        yield PRODUCT
    # "Orrery 4: a planner for all" is a launch too; a lesson of that form makes it void.
    head, colon, _ = title.partition(": ")
    if colon and _is_coded(head, known):
        yield KNOWN_PRODUCT
    found = VERSION.fullmatch(head)
    if found:
        words = found[1].casefold().split()
        parts = found[2].count(".") + 1
        if parts <= MOST_PARTS and any(_is_known(word, known) for word in words):
            yield KNOWN_PRODUCT
        elif not colon and (parts > 1 or found[3]):  # “Part 2” is no version
            yield PRODUCT


def _is_coded(
    name: str,
    known: Sequence[str],
) -> bool:
    """True for one word with a number that the world knows: "Orrery4-Coder"."""
    return " " not in name and bool(DIGIT.search(name)) and _is_known(name.casefold(), known)


def _is_known(
    word: str,
    known: Sequence[str],
) -> bool:
    """True if a word of a product is one that the world knows."""
    return any(fits(name, word) for name in known)


def _names(title: str) -> Iterator[str]:
    """Give the forms of names that stand in a title."""
    # A look for what each pattern needs spares most titles the pattern.
    if "ench" in title and BENCH.search(title):
        yield BENCHMARK
    if (" x " in title or " × " in title) and CROSS.match(title):
        yield CROSSED
    if " in 20" in title and LOOK_BACK.match(title):
        yield YEAR


# Read what AMOUNT found, in figures or with the currency spelled; None for "1.2.3 million".
def _amount(
    number: str,
    unit: str,
    spelled: str,
    spelled_unit: str,
) -> float | None:
    with suppress(ValueError):
        return _figure(number or spelled) * _scale(unit or spelled_unit)
    return None


def _scale(unit: str) -> float:
    """Return what a unit stands for, by its first letter."""
    return UNITS[unit[0].lower()]


def _figure(written: str) -> float:
    """Read "1,200.5" and "3."; raises ValueError for "1.2.3"."""
    return float(written.replace(",", "").rstrip("."))
