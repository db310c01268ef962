"""Pure. A page's own account of itself, before anything is guessed.

JSON-LD (schema.org) comes first, because publishers write it for search engines and keep it right;
then OpenGraph and other meta elements; then the page's own elements.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from itertools import dropwhile, islice
from urllib.parse import urlsplit

from newsletter.formats.bases import page_base
from newsletter.formats.canonical import canonical
from newsletter.formats.dates.reading import first_date, first_date_alone
from newsletter.formats.found import (
    LONGEST_URL,
    MOST_LINKS,
    TOPICS_READ,
    absolute,
    bounded_topics,
    language_tag,
)
from newsletter.formats.links import day_in, may_be_article
from newsletter.formats.markup import plain_text
from newsletter.formats.pages.bylines import read_byline
from newsletter.formats.pages.jsonld import LinkedThing, find_article
from newsletter.formats.pictures import may_be_of_story
from newsletter.formats.prose.deks import stored_dek
from newsletter.formats.prose.people import names_of
from newsletter.formats.trees import Tree, text_of, text_pieces, text_start

TITLE_CHARS = 500
LONGEST_TITLE = 2000  # with the site's name behind it
AUTHOR_CHARS = 200
SITE_CHARS = 200
MOST_AUTHORS = 4
MOST_HEADINGS = 20  # of a page that are looked at
MOST_TIMES = 20  # of a page's own publication; a page of comments has more of others
TIME_CHARS = 100
PIECES_BELOW = 12  # pieces of text below the heading, one of which may be the date
# Names of meta elements, the best first: OpenGraph, then what publishing systems (Parse.ly,
# Sailthru) and libraries (Highwire, Dublin Core) ask for.
DATES = (
    "article:published_time",
    "og:published_time",
    "article:published",
    "datepublished",
    "citation_publication_date",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "dcterms.date",
    "publishdate",
    "publish-date",
    "pubdate",
    "date",
)
AUTHORS = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "citation_author",
    "byl",
)
IMAGES = (
    "og:image:secure_url",
    "og:image",
    "og:image:url",
    "twitter:image",
    "twitter:image:src",
    "image",
)
DEKS = (
    "og:description",
    "twitter:description",
    "description",
    "dc.description",
    "dcterms.description",
)
TITLES = ("og:title", "twitter:title", "dc.title", "citation_title")
SEPARATOR = re.compile(r"\s+[|·•»—–-]\s+|:\s+")


@dataclass(frozen=True, slots=True)
class Metadata:
    """Plain and bounded; "" or None where the page has nothing."""

    canonical_url: str
    title: str
    dek: str
    author: str
    published_at: datetime | None  # aware UTC
    images: tuple[str, ...]  # addresses, the best first
    language: str  # BCP 47
    topics: tuple[str, ...]
    site: str  # the name of the site, or its host


@dataclass(frozen=True, slots=True)
class _Account:
    """The places where a page describes itself."""

    root: Tree
    url: str  # from where it was fetched
    base: str  # what its addresses are relative to
    article: LinkedThing
    metas: Mapping[str, Sequence[str]]  # meta elements: plain text by name in lower case

    def all_metas(self, *names: str) -> list[str]:
        return [text for name in names for text in self.metas.get(name, ())]

    def metas_of_one(self, *names: str) -> Sequence[str]:
        """Return all that the first of these names has."""
        return next((self.metas[name] for name in names if name in self.metas), ())

    def first_meta(self, *names: str) -> str:
        for name in names:
            for text in self.metas.get(name, ()):
                return text
        return ""


def read_metadata(root: Tree, url: str) -> Metadata:
    """Return a page's account of itself; it was fetched from `url`."""
    page = _Account(
        root,
        url,
        page_base(root, url),
        find_article(root),
        read_metas(root),
    )
    site = _site_name(page)
    title = _title(page, site)
    return Metadata(
        canonical_url=_canonical_url(page),
        title=title,
        dek=_dek(page, title),
        author=_author(page),
        published_at=_published_at(page),
        images=_images(page),
        language=_language(page),
        topics=_topics(page),
        site=(site or _host(url))[:SITE_CHARS],
    )


def _site_name(page: _Account) -> str:
    if name := page.first_meta("og:site_name"):
        return name
    return page.article.name("publisher") or page.first_meta("application-name")


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _canonical_url(page: _Account) -> str:
    """Return the address that the page gives for itself, else the one it was fetched from."""
    for link in (*_canonical_links(page.root), *page.all_metas("og:url")):
        named = canonical(absolute(link, page.base))
        if _may_stand_for(named, page.url):
            return named
    return canonical(page.url)


def _canonical_links(root: Tree) -> list[str]:
    links = [link for link in root.iter("link") if "canonical" in _relations(link)]
    return [link.get("href", "") for link in links]


def _relations(link: Tree) -> list[str]:
    return link.get("rel", "").lower().split()


def _may_stand_for(named: str, url: str) -> bool:
    if not named or len(named) > LONGEST_URL:
        return False
    # Whole sites name their front page in every article by mistake: all would be one article.
    return may_be_article(named) or not may_be_article(url)


def _title(page: _Account, site: str) -> str:
    headline = plain_text(page.article.text("headline"))
    title = headline or page.first_meta(*TITLES) or _element_title(page.root)
    return _without_site(title, site)[:TITLE_CHARS]


def _without_site(title: str, site: str) -> str:
    title = title[:LONGEST_TITLE]
    *before, last = SEPARATOR.split(title)
    if not before or not site or last.casefold() != site.casefold():
        return title
    return title[: title.rindex(last)].rstrip(" |·•»—–-:")


def _element_title(root: Tree) -> str:
    """Return the heading that the title element repeats, else the title element, else a heading."""
    written = next(map(text_of, root.iter("title")), "")
    firsts = islice(root.iter("h1"), MOST_HEADINGS)
    headings = [text for each in firsts if (text := text_start(each, LONGEST_TITLE))]
    # The title element has the site's name as well; a heading alone may be the site's logo.
    repeated = [heading for heading in headings if heading in written]
    return next(iter(repeated), "") or written or next(iter(headings), "")


def _dek(page: _Account, title: str) -> str:
    descriptions = [plain_text(page.article.text("description")), *page.all_metas(*DEKS)]
    # The first that says something: a site may have its slogan or the title in one of them.
    return next(filter(None, (stored_dek(text, title) for text in descriptions)), "")


def _author(page: _Account) -> str:
    """Return the authors that the page's data name, else those of its byline."""
    written = page.article.names("author") or page.metas_of_one(*AUTHORS)
    named = names_of(escape(name, quote=False) for name in written[:MOST_AUTHORS])
    return named or read_byline(page.root)


def _published_at(page: _Account) -> datetime | None:
    written = [page.article.text("datePublished")]
    written += page.all_metas(*DATES)
    written += _element_times(page.root)
    dated = first_date(written) or day_in(page.url)
    # The first date that is a piece of text by itself just below the page's heading.
    return dated or first_date_alone(_pieces_below_heading(page.root))


def _element_times(root: Tree) -> list[str]:
    """Return the time elements that are marked as of publication, then the article's first."""
    times = [time for time in root.iter("time") if _is_of_publication(time)]
    for article in islice(root.iter("article"), 1):
        times += islice(article.iter("time"), 1)
    return [time.get("datetime") or text_start(time, TIME_CHARS) for time in times[:MOST_TIMES]]


def _is_of_publication(time: Tree) -> bool:
    # schema.org's microdata, and `pubdate`, which HTML5 had until 2011.
    if time.get("pubdate") is not None:
        return True
    return "datepublished" in time.get("itemprop", "").lower()


def _pieces_below_heading(root: Tree) -> Iterator[str]:
    heading = next(root.iter("h1"), None)
    if heading is None:
        return iter(())
    start = next(text_pieces(heading), None)
    after = dropwhile(lambda text: text != start, text_pieces(root))
    return islice(after, 1, PIECES_BELOW)


def _images(page: _Account) -> tuple[str, ...]:
    addresses = [*page.article.image_addresses(), *page.all_metas(*IMAGES)]
    pictures = [absolute(address, page.base) for address in addresses[:MOST_LINKS]]
    return tuple(dict.fromkeys(url for url in pictures if url and may_be_of_story(url)))


def _language(page: _Account) -> str:
    tags = (
        page.root.get("lang"),
        page.article.text("inLanguage"),
        page.first_meta("og:locale"),
        page.first_meta("content-language"),
    )
    known = filter(None, map(language_tag, filter(None, tags)))
    return next(known, "")


def _topics(page: _Account) -> tuple[str, ...]:
    written = [
        *page.article.keywords("articleSection"),
        *page.all_metas("article:section", "article:tag"),
        *page.article.keywords("keywords"),
    ]
    return bounded_topics(map(plain_text, written[:TOPICS_READ]))


def read_metas(root: Tree) -> dict[str, list[str]]:
    """Return the meta elements of a page: plain texts by name in lower case."""
    metas: dict[str, list[str]] = {}
    for meta in root.iter("meta"):
        name = _meta_name(meta)
        text = _meta_text(meta)
        if name and text:
            metas.setdefault(name, []).append(text)
    return metas


def _meta_text(meta: Tree) -> str:
    # The content is text and not markup: a `<` in it is a `<`.
    return plain_text(escape(meta.get("content", ""), quote=False))


def _meta_name(meta: Tree) -> str:
    for key in ("property", "name", "itemprop", "http-equiv"):
        if name := meta.get(key):
            return name.strip().lower()
    return ""
