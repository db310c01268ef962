"""Pure. Sitemaps (sitemaps.org 0.9): of pages, of news, of other sitemaps, or plain lists of addresses; gzip or not, broken off or not."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from newsletter.errors import Refused
from newsletter.formats.dates import read_date
from newsletter.formats.decoding import decode, unpack
from newsletter.formats.found import Found, absolute, language_tag, newest, recency
from newsletter.formats.links import day_in, may_be_article
from newsletter.formats.markup import plain_text
from newsletter.formats.trees import Tree, repair_xml

MOST_SITEMAPS = 50  # of an index, the newest first
LONGEST_LINE = 2000


class NotASitemap(Refused):
    """That address gives no sitemap. The site's robots.txt says where it has one."""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """Pages that may be articles, the newest first, and the addresses of further sitemaps.

    A page's date is the news sitemap's, else the day in its address, else its last change: no more than a hint, which the
    page's own date replaces. Its title is "" unless this is a news sitemap.
    """

    found: tuple[Found, ...] = ()
    more: tuple[str, ...] = ()


def read_sitemap(content: bytes, url: str) -> Sitemap:
    """Return the sitemap that was fetched from `url`. Raises NotASitemap, whatever the bytes."""
    text = decode(unpack(content)).lstrip("\ufeff \t\r\n")
    if not text.startswith("<"):
        return _list(text, url)
    root = repair_xml(text)
    kind = _name(root) if root is not None else ""
    if root is None or not len(root) or kind not in ("urlset", "sitemapindex"):
        raise NotASitemap
    if kind == "sitemapindex":
        entries = sorted(
            ((_text(one, "lastmod"), _text(one, "loc")) for one in root if _name(one) == "sitemap"),
            reverse=True,
        )
        more = [absolute(place, url) for _, place in entries]
        return Sitemap(more=tuple(dict.fromkeys(filter(None, more)))[:MOST_SITEMAPS])
    return Sitemap(_newest_first(_page(one, url) for one in root if _name(one) == "url"))


def _list(text: str, url: str) -> Sitemap:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or not all(
        line.startswith(("http://", "https://")) and len(line) <= LONGEST_LINE
        for line in lines[:100]
    ):
        raise NotASitemap
    return Sitemap(_newest_first(_found(Found(absolute(line, url), "")) for line in lines))


def _page(entry: Tree, url: str) -> Found | None:
    news, image = _child(entry, "news"), _child(entry, "image")
    place = absolute(_text(entry, "loc"), url)
    picture = absolute(_text(image, "loc"), url) if image is not None else ""
    if news is None:
        return _found(Found(place, "", image_url=picture), _text(entry, "lastmod"))
    said, words = _child(news, "publication"), _text(news, "keywords").split(",")
    return _found(
        Found(
            place,
            plain_text(_text(news, "title"))[:500],
            published_at=read_date(_text(news, "publication_date")),
            image_url=picture,
            topics=tuple(filter(None, (plain_text(word)[:80] for word in words[:10]))),
            language=language_tag(_text(said, "language")) if said is not None else "",
        ),
        _text(entry, "lastmod"),
    )


def _found(item: Found, changed: str = "") -> Found | None:
    if not item.url or not may_be_article(item.url):
        return None
    return replace(item, published_at=item.published_at or day_in(item.url) or read_date(changed))


def _newest_first(items: Iterator[Found | None]) -> tuple[Found, ...]:
    once: dict[str, Found] = {item.url: item for item in items if item is not None}
    ordered: list[Found] = sorted(once.values(), key=recency, reverse=True)
    return newest(ordered)


def _name(element: Tree) -> str:
    return str(element.tag).rpartition("}")[2].lower()


def _child(element: Tree, name: str) -> Tree | None:
    return next((child for child in element if _name(child) == name), None)


def _text(element: Tree, name: str) -> str:
    child = _child(element, name)
    return (child.text or "").strip() if child is not None else ""
