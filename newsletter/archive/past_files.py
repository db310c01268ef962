"""Pure. A past issue as its file says it: HTML as another program saved it, or Markdown with a head.

A head has lines `title: …`, `date: 2024-05-12`, and where they are known `url: …` (its old address), `number: 12` and `dek: …`. HTML says
these in its own metadata; what it does not say may stand in the file's name: 2024-05-12-issue-12.html.
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
from newsletter.formats.trees import drop, parse_page, text_of

KEYS = ("title", "date", "url", "number", "dek")
MARKDOWN = (".md", ".markdown")
NAMED_DAY = re.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)")
NAMED_NUMBER = re.compile(
    r"(?:\b(?:issue|no|nr|number|edition|ausgabe)\b[.\s_-]*#?|#)(\d{1,5})\b", re.IGNORECASE
)
MOST_BYTES = 5_000_000


class BadPastFile(Refused):
    """This file is no past issue that can be kept."""


@dataclass(frozen=True, slots=True)
class PastFile:
    """A past issue, fit to be kept. `html` is sanitised, `links` has the addresses that may be articles with their longest words."""

    title: str
    dek: str
    at: datetime
    number: int | None
    address: str
    html: str
    text: str
    links: Mapping[str, str]


def read_past_file(name: str, content: bytes, zone: ZoneInfo) -> PastFile:
    """Return what a file says. Raises BadPastFile or BadFile, saying what it lacks."""
    if len(content) > MOST_BYTES:
        raise BadPastFile(f"It has more than {MOST_BYTES // 1_000_000} MB. Is it an issue?")
    said, html = (
        _markdown(decode(content)) if name.casefold().endswith(MARKDOWN) else _html(decode(content))
    )
    text = plain_text(html)
    if not text:
        raise BadPastFile("There is no text in it.")
    title = said["title"] or name.rsplit(".", 1)[0]
    return PastFile(
        title=cut(title, 200),
        dek=cut(said["dek"], 300),
        at=_date(said["date"], name, zone),
        number=_number(said["number"], title, name),
        address=said["url"],
        html=html,
        text=text,
        links=_links(html, said["url"]),
    )


def _markdown(text: str) -> tuple[Mapping[str, str], str]:
    head = read_head(text, KEYS)
    said = {key: plain_text(head.values.get(key, "")) for key in KEYS}
    url = absolute(said["url"], "")
    if said["url"] and not url:
        raise BadPastFile(
            f"line {head.lines['url']}: an old address is a whole one, like https://example.org/p/tides."
        )
    root = parse_page(f"<div>{render(head.body)}</div>")
    return {**said, "url": url}, import_html(root, url) if root is not None else ""


def _html(text: str) -> tuple[Mapping[str, str], str]:
    root = parse_page(text)
    if root is None:
        return dict.fromkeys(KEYS, ""), ""
    own = read_metadata(root, "")
    date = own.published_at.isoformat() if own.published_at else ""
    said = {
        "title": own.title,
        "date": date,
        "url": own.canonical_url,
        "number": "",
        "dek": own.dek,
    }
    for heading in [one for one in root.iter("h1") if text_of(one) == own.title]:
        drop(heading)  # the page has its title already
    return said, import_html(root, own.canonical_url)


def _date(said: str, name: str, zone: ZoneInfo) -> datetime:
    """A day without an hour is that day in the publication's own zone."""
    named = NAMED_DAY.search(name)
    at = read_date(said) if said else read_date("-".join(named.groups())) if named else None
    if at is None:
        raise BadPastFile(
            "It says no date. Write `date: 2024-05-12` in its head, or name the file 2024-05-12-…."
        )
    return at.replace(tzinfo=zone) if (at.hour, at.minute, at.second) == (0, 0, 0) else at


def _number(said: str, title: str, name: str) -> int | None:
    if said and not re.fullmatch(r"[0-9]{1,5}", said):
        raise BadPastFile(
            f"{said[:20]!r} is no number of an issue. Write it like `number: 12`, or leave it out."
        )
    named = NAMED_NUMBER.search(title) or NAMED_NUMBER.search(name)
    return int(said) if said else int(named[1]) if named else None


def _links(html: str, address: str) -> Mapping[str, str]:
    root, found = parse_page(html), dict[str, str]()
    for link in root.iter("a") if root is not None else ():
        url = canonical(link.get("href") or "")
        if (
            url.startswith(("http://", "https://"))
            and may_be_article(url)
            and not (address and same_site(url, address))
        ):
            found[url] = max(found.get(url, ""), text_of(link), key=len)
    return found
