"""Pure. One tool exactly as a list, a feed or a page shows it, before anybody judges it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite

from newsletter.errors import Refused
from newsletter.formats.found import absolute
from newsletter.formats.markup import plain_text

MOST_TOOLS = 10_000  # of one list
FIELD_CHARS = 20_000  # of a field's markup: a longer one is cut before anything looks at it
SHOWN_CHARS = 200  # of a link that is none: enough to know it again
MOST_TAGS = 20  # of one tool; the card has fewer
TAG_SIGNS = re.compile(r"[,;#|\n]")
# `example.com/app`, as people write an address into a sheet.
BARE_HOST = re.compile(r"[^\s/:.@]++(?:\.[^\s/:.@]++)++(?:[/?#:]\S*+)?")
NOTHING = ("0", "0.0", "0.00", "0,00")


@dataclass(frozen=True, slots=True)
class FoundTool:
    """Plain text throughout, "" for what is not there; `row` is its place in a list, from 1.

    `url` is as it was written where it is no http(s) address, so that a person can look for it.
    """

    name: str
    url: str
    price: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    image_url: str = ""
    category: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row of a list that gives no tool, and why."""

    row: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class ToolList:
    """The tools of one list or page; `note` says what was left out of a long one."""

    tools: tuple[FoundTool, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    note: str = ""


class NotAToolList(Refused):
    """That is no list of tools.

    A list is CSV whose first row names the columns, with at least name and url; or JSON: a list
    of objects that have a name and a url.
    """


def make_tool(
    fields: Mapping[str, str],
    tags: Iterable[str],
    base: str,
    row: int,
) -> FoundTool:
    """Return a tool of fields as they are written: markup, relative links; `base` is the list's."""
    return FoundTool(
        _plain(fields.get("name", "")),
        _link(fields.get("url", ""), base),
        _plain(fields.get("price", "")),
        _plain(fields.get("description", "")),
        _tags(tags),
        absolute(fields.get("image", ""), base),
        _plain(fields.get("category", "")),
        row,
    )


def split_tags(text: str) -> list[str]:
    """Return the tags of one text, with commas or other signs between them."""
    return TAG_SIGNS.split(text[:FIELD_CHARS])


def price_in_words(amount: str, currency: str = "") -> str:
    """Return a price as a pill shows it: "Free" for nothing, else the amount with its currency."""
    amount = amount.strip()
    if amount in NOTHING:
        return "Free"
    if not amount or not currency.strip():
        return amount
    sign = {"USD": "$", "EUR": "€", "GBP": "£"}.get(currency.strip().upper())
    return f"{sign}{amount}" if sign else f"{amount} {currency.strip()}"


def number_in_words(amount: float) -> str:
    """Return the number of a price as people write it; "" for NaN and 1e999, which are none."""
    if isinstance(amount, int):
        return str(amount)[:60]
    return f"{amount:g}" if isfinite(amount) else ""


def _link(text: str, base: str) -> str:
    text = text.strip()[:FIELD_CHARS]
    if BARE_HOST.fullmatch(text):
        return absolute(f"https://{text}", "")
    return absolute(text, base) or _plain(text)[:SHOWN_CHARS]


def _plain(markup: str) -> str:
    return plain_text(markup[:FIELD_CHARS])


def _tags(tags: Iterable[str]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for tag in map(_plain, tags):
        if tag:
            kept.setdefault(tag.casefold(), tag)
    return tuple(kept.values())[:MOST_TAGS]
