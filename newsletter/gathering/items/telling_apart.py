"""Pure. Which items of a document are articles of their own though they share one address.

A list of changes has one page: its items differ after the `#`, in their guid, or where they have
none in their date only. Most marks after a `#` count readers, though, and the item is the same as
without.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from newsletter.formats.canonical import canonical, own_fragment
from newsletter.formats.found import Found

MARK_CHARS = 12  # of a guid's hash
DIGEST_CHARS = 16
# An item of the same page that is so much later, with another title, is another one.
LATER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Known:
    """An article that is stored: its title, its date, and whether a source gave that date."""

    title: str
    published_at: datetime
    is_dated: bool = True


@dataclass(frozen=True, slots=True)
class Shown:
    """One item of a document: the address that it may share, and one of its own or "".

    `is_apart`: other items of the document share the address, and are not the same.
    """

    item: Found
    shared: str
    own: str = ""
    is_apart: bool = False


@dataclass(frozen=True, slots=True)
class Addresses:
    """The items of a document by the addresses that they are kept by.

    `aliases` are further addresses of articles that are stored: each with the one that is kept.
    """

    items: Mapping[str, Found]
    aliases: Mapping[str, str]


def read_document(found: Sequence[Found]) -> list[Shown]:
    """Return the items of one document with the addresses by which each may be known."""
    groups: dict[str, list[Found]] = defaultdict(list)
    for item in found:
        groups[canonical(item.url)].append(item)
    shown = []
    for shared, items in groups.items():
        # Aggregators link an article twice with two guids: those count where all is one page.
        is_page = len(items) > 1 and 2 * len(items) >= len(found)
        shown += _of_group(shared, items, is_page=is_page)
    return shown


def most_at_one_address(found: Sequence[Found]) -> int:
    """Return how many items of a document share one address, at most."""
    addresses = [canonical(item.url) for item in found]
    return max(map(addresses.count, set(addresses)), default=0)


def digest(item: Found) -> str:
    """Return what an item says, in a few characters: another digest is a correction."""
    words = "\0".join((item.title, item.dek, item.author, item.image_url))
    return _hash(f"{words}\0{item.published_at}")[:DIGEST_CHARS]


def keep_by_address(
    shown: Sequence[Shown],
    ids: Mapping[str, int],
    known: Mapping[int, Known],
) -> Addresses:
    """Decide by which address each item is kept.

    `ids` has the articles that are stored by their addresses, `known` what they say.
    """
    items: dict[str, Found] = {}
    aliases: dict[str, str] = {}
    for each in shown:
        url = _kept_by(each, ids, known)
        # Of two with one address the first stays, mostly the newest.
        items.setdefault(url, each.item)
        if each.own and url == each.shared and url in ids:
            aliases.setdefault(each.own, url)
    return Addresses(items, aliases)


def _kept_by(
    shown: Shown,
    ids: Mapping[str, int],
    known: Mapping[int, Known],
) -> str:
    """Return the address that an item is kept by: its own, or the one that it may share."""
    if not shown.own or shown.own in ids:
        return shown.own or shown.shared
    stored = known.get(ids.get(shown.shared, 0))
    if stored is None:
        return shown.own if shown.is_apart else shown.shared
    # It was stored while nothing else shared its address.
    if _is_same(shown.item, stored):
        return shown.shared
    return shown.own if shown.is_apart or _is_later(shown.item, stored) else shown.shared


def _is_same(item: Found, stored: Known) -> bool:
    if _has_title(item, stored):
        return not (stored.is_dated and item.published_at) or not _is_later_at(item, stored)
    return stored.is_dated and item.published_at == stored.published_at


def _is_later(item: Found, stored: Known) -> bool:
    return not _has_title(item, stored) and _is_later_at(item, stored)


def _has_title(item: Found, stored: Known) -> bool:
    return item.title.casefold() == stored.title.casefold()


def _is_later_at(item: Found, stored: Known) -> bool:
    return item.published_at is not None and item.published_at > stored.published_at + LATER


def _of_group(
    shared: str,
    items: Sequence[Found],
    *,
    is_page: bool,
) -> list[Shown]:
    """Return what one address stands for: one item, or several with marks of their own."""
    marked: dict[str, Found] = {}
    for item in _each_once(items):
        marked.setdefault(_mark(item, is_page=is_page), item)
    is_apart = len(marked) > 1
    return [
        Shown(item, shared, f"{shared}#{mark}" if mark else "", is_apart)
        for mark, item in marked.items()
    ]


def _each_once(items: Sequence[Found]) -> list[Found]:
    """Return items without those that say the same at the same time: their marks count readers."""
    once: dict[object, Found] = {}
    for item in items:
        once.setdefault((item.title.casefold(), item.published_at), item)
    return list(once.values())


def _mark(item: Found, *, is_page: bool) -> str:
    if fragment := own_fragment(item.url):
        return fragment
    name = item.guid or _by_date(item)
    # The page has no such place: a browser shows its beginning.
    return _hash(name)[:MARK_CHARS] if is_page and name else ""


def _by_date(item: Found) -> str:
    """Return what names an item without a guid: when it was written; "" if nobody says that.

    A title alone names none: corrected, it would be another item.
    """
    at = item.published_at
    if at is None:
        return ""
    # Several changes may have one day for their date.
    return f"{at}" if at.hour or at.minute or at.second else f"{at} {item.title}"


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()
