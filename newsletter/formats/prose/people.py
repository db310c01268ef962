"""Pure. Names of people as sources write them: without addresses, several of them apart."""

import re
from collections.abc import Iterable

from newsletter.formats.markup import plain_text

MOST_PEOPLE = 4
LONGEST = 2000  # characters of a name's markup
NAMES_CHARS = 200
# RSS 2.0 asks for `address (name)`. An address is private, and no name.
ADDRESS = re.compile(r"[(<\[]?(?:mailto:)?[^\s@()<>\[\],;]{1,64}@[^\s@()<>\[\],;]{1,255}[)>\]]?")
AROUND = " \t,;:|–—-/"


def names_of(written: Iterable[str]) -> str:
    """Return the names in several pieces of markup, each once, with commas between them."""
    names = filter(None, map(name_of, written))
    return ", ".join(list(dict.fromkeys(names))[:MOST_PEOPLE])[:NAMES_CHARS]


def name_of(markup: str) -> str:
    """Return the name in a piece of markup without any address; "" if nothing else is there."""
    name = _without_address(plain_text(markup[:LONGEST]))
    # Facebook's `article:author` is the address of a profile.
    return "" if "://" in name else _bare(name)


def _without_address(name: str) -> str:
    return " ".join(ADDRESS.sub(" ", name).split()) if "@" in name else name


def _bare(name: str) -> str:
    """Return a name without what stands around it."""
    name = name.strip(AROUND)
    if name.startswith("(") and name.endswith(")"):
        return name[1:-1].strip()
    return name
