"""Pure. A past issue as its file has it: HTML that another program saved, or Markdown with a head.

A head has lines `title: …`, `date: 2024-05-12`, and where they are known `url: …` (its old
address), `number: 12` and `dek: …`. HTML has these in its own metadata. A date or a number that
is missing there may be in the name of the file: 2024-05-12-issue-12.html.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from newsletter.errors import Refused
from newsletter.formats.canonical import canonical
from newsletter.formats.dates import read_date
from newsletter.formats.decoding import decode
from newsletter.formats.found import absolute
from newsletter.formats.links import may_be_article, same_site
from newsletter.formats.markup import cut, plain_text
from newsletter.formats.pages.front_matter import read_head
from newsletter.formats.pages.imported_html import import_html
from newsletter.formats.pages.markdown import render
from newsletter.formats.pages.metadata import read_metadata
from newsletter.formats.trees import Tree, drop, parse_page, text_of

KEYS = ("title", "date", "url", "number", "dek")
MARKDOWN = (".md", ".markdown")
NAMED_DAY = re.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)")
NAMED_NUMBER = re.compile(
    r"(?:\b(?:issue|no|nr|number|edition|ausgabe)\b[.\s_-]*#?|#)(\d{1,5})\b",
    re.IGNORECASE,
)
MOST_BYTES = 5_000_000
TITLE_CHARS = 200
DEK_CHARS = 300


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


def read_past_file(name: str, content: bytes, zone: ZoneInfo) -> PastFile:
    """Return the issue of a file. Raises BadPastFile or BadFile, which name what is missing."""
    if len(content) > MOST_BYTES:
        raise BadPastFile(f"It has more than {MOST_BYTES // 1_000_000} MB. Is it an issue?")
    is_markdown = name.casefold().endswith(MARKDOWN)
    parse = _parse_markdown if is_markdown else _parse_html
    values, html = parse(decode(content))
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


def _parse_markdown(text: str) -> tuple[Mapping[str, str], str]:
    """The values of its head, by KEYS, and its sanitised HTML."""
    head = read_head(text, KEYS)
    values = {key: plain_text(head.values.get(key, "")) for key in KEYS}
    values["url"] = _whole_address(values["url"], head.lines.get("url", 0))
    # The parser needs a single element around the text.
    root = parse_page(f"<div>{render(head.body)}</div>")
    html = import_html(root, values["url"]) if root is not None else ""
    return values, html


def _whole_address(value: str, line: int) -> str:
    url = absolute(value, "")
    if value and not url:
        raise BadPastFile(
            f"line {line}: an old address is a whole one, like https://example.org/p/tides."
        )
    return url


def _parse_html(text: str) -> tuple[Mapping[str, str], str]:
    """The values of its metadata, by KEYS, and its sanitised HTML."""
    root = parse_page(text)
    if root is None:
        return dict.fromkeys(KEYS, ""), ""
    metadata = read_metadata(root, "")
    published_at = metadata.published_at
    values = {
        "title": metadata.title,
        "date": published_at.isoformat() if published_at else "",
        "url": metadata.canonical_url,
        "number": "",
        "dek": metadata.dek,
    }
    # The page of the archive shows the title, so the text must not repeat it.
    _drop_headings(root, metadata.title)
    return values, import_html(root, metadata.canonical_url)


def _drop_headings(root: Tree, title: str) -> None:
    # A list, because dropping changes the tree that `iter` walks.
    for heading in list(root.iter("h1")):
        if text_of(heading) == title:
            drop(heading)


def _date(value: str, name: str, zone: ZoneInfo) -> datetime:
    """The date that the file gives, or else its name. A day without an hour is a day in `zone`."""
    at = read_date(value or _named_day(name))
    if at is None:
        raise BadPastFile(
            "It says no date. Write `date: 2024-05-12` in its head, or name the file 2024-05-12-…."
        )
    is_midnight = (at.hour, at.minute, at.second) == (0, 0, 0)
    return at.replace(tzinfo=zone) if is_midnight else at


def _named_day(name: str) -> str:
    named = NAMED_DAY.search(name)
    return "-".join(named.groups()) if named else ""


def _number(value: str, title: str, name: str) -> int | None:
    """The number that the file gives, or else its title or name, or None."""
    if value:
        if not re.fullmatch(r"[0-9]{1,5}", value):
            raise BadPastFile(
                f"{value[:20]!r} is no number of an issue. "
                "Write it like `number: 12`, or leave it out."
            )
        return int(value)
    named = NAMED_NUMBER.search(title) or NAMED_NUMBER.search(name)
    return int(named[1]) if named else None


def _links(html: str, address: str) -> Mapping[str, str]:
    root = parse_page(html)
    if root is None:
        return {}
    found: dict[str, str] = {}
    for link in root.iter("a"):
        url = canonical(link.get("href") or "")
        if _may_be_story(url, address):
            # An image or "read more" may link to it too: the longest words are its title.
            found[url] = max(found.get(url, ""), text_of(link), key=len)
    return found


def _may_be_story(url: str, address: str) -> bool:
    if not url.startswith(("http://", "https://")) or not may_be_article(url):
        return False
    # Links to its own site lead to other issues or to the account of a reader.
    return not (address and same_site(url, address))
