"""Pure. Addresses as mail programs and list managers write them: `Ada Low <ada@x.example>`.

RFC 5322, 3.4, has the name before the address in angles; older programs put it behind, in brackets
(RFC 822). A link has `mailto:` (RFC 6068).
"""

import re
from urllib.parse import unquote

from subscribers.addresses import PLAIN, BadAddress, normalise

MOST_CHARS = 600
# Linear, whatever is between: each part stops where the next begins, and gives nothing back.
# An address is any sign, then signs up to an @ and at least one behind it.
ANGLED = re.compile(
    r"\s*+([^<>]*+)<\s*+(?:mailto:)?([^<>\s][^<>\s@]*+@[^<>\s]++)\s*+>[\s,;]*+", re.IGNORECASE
)
BRACKETED = re.compile(r"\s*+([^\s()<>][^\s()<>@]*+@[^\s()<>]++)\s++\(([^()]*+)\)[\s,;]*+")
LINK = re.compile(r"\s*+mailto:([^\s?]++)(?:\?\S*+)?+\s*+", re.IGNORECASE)
QUOTES = " \t\"'"


def read_mailbox(cell: str) -> tuple[str, str]:
    """Return the address in a cell and the name beside it, or "". Another cell is its address."""
    if len(cell) > MOST_CHARS:
        return cell, ""
    if angled := ANGLED.fullmatch(cell):
        return angled[2], _name(angled[1], angled[2])
    if bracketed := BRACKETED.fullmatch(cell):
        return bracketed[1], _name(bracketed[2], bracketed[1])
    if link := LINK.fullmatch(cell):
        return unquote(link[1]), ""
    return cell, ""


def _name(text: str, address: str) -> str:
    name = text.replace('\\"', '"').strip(QUOTES)
    # Mail programs write the address as its own name where they know no other.
    return "" if name.casefold() == address.casefold() else name


def holds_address(cell: str) -> bool:
    """True if a cell has an address, bare or beside a name."""
    if "@" not in cell:
        return False
    bare = read_mailbox(cell)[0].strip(" '\u200b\u00a0")
    return PLAIN.match(bare) is not None or (not bare.isascii() and _is_international(bare))


def _is_international(bare: str) -> bool:
    """True for an address with letters that are not ASCII (RFC 6531)."""
    try:
        normalise(bare)
    except BadAddress:
        return False
    return True


def is_mailbox_line(line: str) -> bool:
    """True if a line is one address with a name beside it, and no row of a table."""
    return line.count("@") == 1 and read_mailbox(line)[0] != line and holds_address(line)
