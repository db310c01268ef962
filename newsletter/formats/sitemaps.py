"""Pure. Sitemaps (sitemaps.org 0.9): of pages, of news, of other sitemaps, or lists of addresses.

They may be gzip, and they may be broken off: the servers of large sites cut them at a time limit.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from newsletter.errors import Refused
from newsletter.formats.dates.reading import read_date
from newsletter.formats.decoding import decode, unpack
from newsletter.formats.found import (
    LONGEST_MARKUP,
    LONGEST_NAME,
    MOST_TOPICS,
    TOPIC_CHARS,
    Found,
    absolute,
    language_tag,
    newest,
    recency,
)
from newsletter.formats.links import day_in, may_be_article
from newsletter.formats.markup import plain_text
from newsletter.formats.trees import Tree, all_named, first_named, local_name, repair_xml

MOST_SITEMAPS = 50  # of an index, the newest first
T = TypeVar("T")
# Of one sitemap. The protocol allows more; the newest are at its beginning or at its end.
MOST_PAGES = 20_000
LONGEST_LINE = 2000
LINES_LOOKED_AT = 100  # of a text, before it counts as a list of addresses


class NotASitemap(Refused):
    """That address gives no sitemap. The site's robots.txt says where it has one."""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """Pages that may be articles, the newest first, and the addresses of further sitemaps.

    A page's date is the news sitemap's, else the day in its address, else its last change: no more
    than a hint, which the page's own date replaces. Its title is "" unless this is a news sitemap.
    """

    found: tuple[Found, ...] = ()
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedPages:
    """All pages that a sitemap lists, in its order, and the sitemaps of an index.

    `listed` counts those of a large one that were left out, too.
    """

    pages: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    listed: int = 0


def read_sitemap(content: bytes, url: str) -> Sitemap:
    """Return the sitemap that was fetched from `url`. Raises NotASitemap, whatever the bytes."""
    text = decode(unpack(content)).lstrip("\ufeff \t\r\n")
    return _read_xml(text, url) if text.startswith("<") else _read_list(text, url)


def list_pages(content: bytes, url: str) -> ListedPages:
    """Return every page of the sitemap that was fetched from `url`, of articles or not.

    Raises NotASitemap, whatever the bytes.
    """
    text = decode(unpack(content)).lstrip("\ufeff \t\r\n")
    if not text.startswith("<"):
        lines = list(filter(None, map(str.strip, text.splitlines())))
        if not lines or not all(map(_is_address, lines[:LINES_LOOKED_AT])):
            raise NotASitemap
        return _listed(lines, url)
    root = repair_xml(text)
    if root is None or local_name(root) not in ("urlset", "sitemapindex"):
        raise NotASitemap
    if local_name(root) == "sitemapindex":
        return ListedPages(more=_read_index(root, url).more)
    return _listed([_text(entry, "loc") for entry in all_named(root, "url")], url)


def _listed(written: list[str], url: str) -> ListedPages:
    addresses = (absolute(link, url) for link in _both_ends(written))
    pages = tuple(dict.fromkeys(filter(None, addresses)))
    return ListedPages(pages, listed=len(written))


def _read_xml(text: str, url: str) -> Sitemap:
    root = repair_xml(text)
    # A root alone is an error page, or a sitemap that was broken off before it began.
    if root is None or not len(root):
        raise NotASitemap
    match local_name(root):
        case "urlset":
            return _read_pages(root, url)
        case "sitemapindex":
            return _read_index(root, url)
    raise NotASitemap


def _read_list(text: str, url: str) -> Sitemap:
    """Return a list of addresses, one a line: a sitemap in its simplest form."""
    lines = _both_ends(list(filter(None, map(str.strip, text.splitlines()))))
    if not lines or not all(map(_is_address, lines[:LINES_LOOKED_AT])):
        raise NotASitemap
    pages = [Found(absolute(line, url), title="") for line in lines]
    return Sitemap(_newest_first(map(_dated, pages)))


def _is_address(line: str) -> bool:
    if len(line) > LONGEST_LINE:
        return False
    return line.startswith(("http://", "https://"))


def _read_pages(root: Tree, url: str) -> Sitemap:
    entries = _both_ends(list(all_named(root, "url")))
    pages = [_dated(_page(entry, url), _text(entry, "lastmod")) for entry in entries]
    return Sitemap(_newest_first(pages))


def _read_index(root: Tree, url: str) -> Sitemap:
    """Return the addresses of an index, the newest first, each once."""
    entries = _both_ends(list(all_named(root, "sitemap")))
    dated = [(_text(entry, "lastmod"), _text(entry, "loc")) for entry in entries]
    # The dates of one index are written alike (W3C's form): as text they sort by time.
    dated.sort(reverse=True)
    addresses = [absolute(written, url) for _, written in dated]
    more = dict.fromkeys(filter(None, addresses))
    return Sitemap(more=tuple(more)[:MOST_SITEMAPS])


def _both_ends(entries: list[T]) -> list[T]:
    """Return the entries, of too many those at both ends."""
    if len(entries) <= MOST_PAGES:
        return entries
    return entries[: MOST_PAGES // 2] + entries[-MOST_PAGES // 2 :]


def _page(entry: Tree, url: str) -> Found:
    """Return a page as its entry has it, with what Google's extensions for it add."""
    address = absolute(_text(entry, "loc"), url)
    page = Found(
        address,
        title="",
        image_url=_image_url(entry, url),
    )
    news = first_named(entry, "news")
    return page if news is None else _with_news(page, news)


def _with_news(page: Found, news: Tree) -> Found:
    """Return a page with what a sitemap of news says about it."""
    return replace(
        page,
        title=plain_text(_text(news, "title")[:LONGEST_MARKUP])[:500],
        published_at=read_date(_text(news, "publication_date")),
        topics=_keywords(news),
        language=_language(news),
    )


def _image_url(entry: Tree, url: str) -> str:
    # The extension for images allows a thousand; the first is the page's own.
    image = first_named(entry, "image")
    if image is None:
        return ""
    return absolute(_text(image, "loc"), url)


def _language(news: Tree) -> str:
    # The language is that of the newspaper, and not of the article.
    publication = first_named(news, "publication")
    if publication is None:
        return ""
    return language_tag(_text(publication, "language"))


def _keywords(news: Tree) -> tuple[str, ...]:
    topics = []
    for keyword in _text(news, "keywords").split(",")[:MOST_TOPICS]:
        if topic := plain_text(keyword[:LONGEST_NAME])[:TOPIC_CHARS]:
            topics.append(topic)
    return tuple(topics)


def _dated(page: Found, changed: str = "") -> Found | None:
    """Return a page with the best date there is; None if it is no article."""
    if not page.url or not may_be_article(page.url):
        return None
    published_at = page.published_at or day_in(page.url) or read_date(changed)
    return replace(page, published_at=published_at)


def _newest_first(pages: Iterable[Found | None]) -> tuple[Found, ...]:
    """Return the pages that are articles, each address once, the newest first."""
    by_url = {page.url: page for page in pages if page is not None}
    ordered = sorted(by_url.values(), key=recency, reverse=True)
    return newest(ordered)


def _text(element: Tree, name: str) -> str:
    """Return the text of the first child of a name, "" if there is none."""
    child = first_named(element, name)
    if child is None:
        return ""
    return (child.text or "").strip()
