"""Pure. A past issue as its file has it: HTML that another program saved, or Markdown with a head.

A head has lines `title: …`, `date: 2024-05-12`, and where they are known `url: …` (its old
address), `number: 12` and `dek: …`. HTML has these in its own metadata. A date or a number that
is missing there may be in the name of the file: 2024-05-12-issue-12.html.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from newsletter.errors import Refused
from newsletter.formats.canonical import canonical
from newsletter.formats.dates.reading import read_date
from newsletter.formats.decoding import decode
from newsletter.formats.found import absolute
from newsletter.formats.links import may_be_article, same_site
from newsletter.formats.markup import cut, plain_text
from newsletter.formats.pages.front_matter import Head, read_head
from newsletter.formats.pages.imported_html import import_html
from newsletter.formats.pages.markdown import render
from newsletter.formats.pages.metadata import Metadata, read_metadata
from newsletter.formats.trees import Tree, drop, parse_page, text_start

KEYS = ("title", "date", "url", "number", "dek")
MARKDOWN = (".md", ".markdown")
NAMED_DAY = re.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)")
NAMED_NUMBER = re.compile(
    r"(?:\b(?:issue|no|nr|number|edition|ausgabe)\b[.\s_-]*#?|#)(\d{1,5})\b",
    re.IGNORECASE,
)
NUMBER = re.compile(r"[0-9]{1,5}")
MOST_BYTES = 5_000_000
TITLE_CHARS = 200
DEK_CHARS = 300
Parsed = tuple[Mapping[str, str], str]  # what the file says, by KEYS, and its sanitised HTML


class BadPastFile(Refused):
    """This file is no past issue that can be kept."""


@dataclass(frozen=True, slots=True)
class PastFile:
    """A past issue, fit to be kept.

    `html` is sanitised, `address` is its old address or "". `links` has the addresses that may be
    articles, each with the longest words that link to it.
    """

    title: str
    dek: str
    at: datetime
    number: int | None
    address: str
    html: str
    text: str
    links: Mapping[str, str]


def read_past_file(
    name: str,
    content: bytes,
    zone: ZoneInfo,
) -> PastFile:
    """Return the issue of a file. Raises BadPastFile or BadFile, which name what is missing."""
    values, html = _parse(name, content)
    text = plain_text(html)
    if not text:
        raise BadPastFile("There is no text in it.")
    title = values["title"] or name.rsplit(".", 1)[0]
    return PastFile(
        title=cut(title, TITLE_CHARS),
        dek=cut(values["dek"], DEK_CHARS),
        at=_date(values["date"], name, zone),
        number=_number(values["number"], title, name),
        address=values["url"],
        html=html,
        text=text,
        links=_links(html, values["url"]),
    )


def _parse(name: str, content: bytes) -> Parsed:
    _refuse_large(content)
    is_markdown = name.casefold().endswith(MARKDOWN)
    parse = _parse_markdown if is_markdown else _parse_html
    return parse(decode(content))


def _refuse_large(content: bytes) -> None:
    """Raises BadPastFile."""
    if len(content) > MOST_BYTES:
        raise BadPastFile(f"It has more than {MOST_BYTES // 1_000_000} MB. Is it an issue?")


def _parse_markdown(text: str) -> Parsed:
    head = read_head(text, KEYS)
    values = _values_of_head(head)
    return values, _html_of_markdown(head.body, values["url"])


def _values_of_head(head: Head) -> Mapping[str, str]:
    values = {key: plain_text(head.values.get(key, "")) for key in KEYS}
    values["url"] = _whole_address(values["url"], head.lines.get("url", 0))
    return values


def _whole_address(value: str, line: int) -> str:
    url = absolute(value, "")
    if value and not url:
        raise BadPastFile(
            f"line {line}: an old address is a whole one, like https://example.org/p/tides."
        )
    return url


def _html_of_markdown(body: str, address: str) -> str:
    """The sanitised HTML of a text in Markdown, which was read at `address` before."""
    # The parser needs a single element around the text.
    root = parse_page(f"<div>{render(body)}</div>")
    return import_html(root, address) if root is not None else ""


def _parse_html(text: str) -> Parsed:
    root = parse_page(text)
    if root is None:
        return dict.fromkeys(KEYS, ""), ""
    metadata = read_metadata(root, "")
    # The page of the archive shows the title, so the text must not repeat it.
    _drop_headings(root, metadata.title)
    return _values_of_page(metadata), import_html(root, metadata.canonical_url)


def _values_of_page(metadata: Metadata) -> Mapping[str, str]:
    return {
        "title": metadata.title,
        "date": metadata.published_at.isoformat() if metadata.published_at else "",
        "url": metadata.canonical_url,
        "number": "",
        "dek": metadata.dek,
    }


def _drop_headings(root: Tree, title: str) -> None:
    # A list, because dropping changes the tree that `iter` walks.
    for heading in list(root.iter("h1")):
        if text_start(heading, len(title) + 1) == title:
            drop(heading)


def _date(
    value: str,
    name: str,
    zone: ZoneInfo,
) -> datetime:
    """The date that the file gives, or else its name. A day without an hour is a day in `zone`."""
    at = read_date(value or _named_day(name))
    if at is None:
        raise BadPastFile(
            "It says no date. Write `date: 2024-05-12` in its head, or name the file 2024-05-12-…."
        )
    return at.replace(tzinfo=zone) if _is_midnight(at) else at


def _named_day(name: str) -> str:
    named = NAMED_DAY.search(name)
    return "-".join(named.groups()) if named else ""


def _is_midnight(at: datetime) -> bool:
    return (at.hour, at.minute, at.second) == (0, 0, 0)


def _number(
    value: str,
    title: str,
    name: str,
) -> int | None:
    """The number that the file gives, or else its title or name, or None."""
    if value:
        return _read_number(value)
    named = NAMED_NUMBER.search(title[:TITLE_CHARS]) or NAMED_NUMBER.search(name)
    return int(named[1]) if named else None


def _read_number(value: str) -> int:
    """Raises BadPastFile for anything but a number of an issue."""
    if not NUMBER.fullmatch(value):
        raise BadPastFile(
            f"{value[:20]!r} is no number of an issue. Write it like `number: 12`, or leave it out."
        )
    return int(value)


def _links(html: str, address: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for url, words in _links_of_page(html):
        if _may_be_story(url, address):
            # An image or "read more" may link to it too: the longest words are its title.
            found[url] = max(found.get(url, ""), words, key=len)
    return found


def _links_of_page(html: str) -> Iterator[tuple[str, str]]:
    """The canonical address of each link, and the words that link to it."""
    root = parse_page(html)
    if root is not None:
        for link in root.iter("a"):
            yield canonical(link.get("href") or ""), text_start(link, TITLE_CHARS)


def _may_be_story(url: str, address: str) -> bool:
    if not url.startswith(("http://", "https://")) or not may_be_article(url):
        return False
    # Links to its own site lead to other issues or to the account of a reader.
    return not (address and same_site(url, address))
