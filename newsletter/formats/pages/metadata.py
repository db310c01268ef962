"""Pure. What a page says of itself: JSON-LD (schema.org), OpenGraph, meta elements, in this order, before anything is guessed."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from itertools import dropwhile, islice
from urllib.parse import urlsplit

from newsletter.formats.canonical import canonical
from newsletter.formats.dates import read_date
from newsletter.formats.found import absolute, language_tag
from newsletter.formats.links import day_in, may_be_article
from newsletter.formats.markup import cut, plain_text
from newsletter.formats.trees import Tree, text_of, text_pieces

ARTICLES = re.compile(
    r"(\w*Article|BlogPosting|LiveBlogPosting|SocialMediaPosting|Report|VideoObject|PodcastEpisode)$"
)
DATES = (
    *(
        "article:published_time",
        "og:published_time",
        "article:published",
        "datepublished",
        "citation_publication_date",
        "parsely-pub-date",
    ),
    *(
        "sailthru.date",
        "dc.date.issued",
        "dcterms.created",
        "dc.date",
        "dcterms.date",
        "publishdate",
        "publish-date",
        "pubdate",
        "date",
    ),
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
Said = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Metadata:
    """Plain and bounded; "" or None for what the page does not say."""

    canonical_url: str
    title: str
    dek: str
    author: str
    published_at: datetime | None
    image_url: str
    language: str
    topics: tuple[str, ...]
    site: str


def read_metadata(root: Tree, url: str) -> Metadata:
    """Return what the page that was fetched from `url` says of itself."""
    said, metas = _article(root), _metas(root)
    site = (
        _first(metas, "og:site_name")
        or plain_text(_name(said.get("publisher")))
        or _first(metas, "application-name")
    )
    topics = [
        *_words(said.get("articleSection")),
        *metas.get("article:section", ()),
        *metas.get("article:tag", ()),
        *_words(said.get("keywords")),
    ]
    spoken = (
        root.get("lang"),
        _text(said.get("inLanguage")),
        _first(metas, "og:locale"),
        _first(metas, "content-language"),
    )
    return Metadata(
        canonical_url=_canonical(root, metas, url),
        title=_title(root, said, metas, site),
        dek=cut(plain_text(_text(said.get("description"))) or _first(metas, *DEKS)),
        author=_author(said, metas),
        published_at=_date(root, said, metas, url),
        image_url=next(
            filter(
                None,
                (
                    absolute(place, url)
                    for place in (*_places(said.get("image")), *_all(metas, *IMAGES))
                ),
            ),
            "",
        ),
        language=next(filter(None, (language_tag(one) for one in spoken if one)), ""),
        topics=tuple(dict.fromkeys(topic[:80] for topic in map(plain_text, topics[:20]) if topic))[
            :10
        ],
        site=(site or (urlsplit(url).hostname or "").removeprefix("www."))[:200],
    )


def _canonical(root: Tree, metas: Mapping[str, Sequence[str]], url: str) -> str:
    """The address that the page gives for itself, unless it is that of a front page, as whole sites set up wrongly have it."""
    links = [
        link.get("href") or ""
        for link in root.iter("link")
        if "canonical" in (link.get("rel") or "").lower().split()
    ]
    for link in (*links, *_all(metas, "og:url")):
        named = canonical(absolute(link, url))
        if named and len(named) <= 2000 and (may_be_article(named) or not may_be_article(url)):
            return named
    return canonical(url)


def _title(root: Tree, said: Said, metas: Mapping[str, Sequence[str]], site: str) -> str:
    headings = [text_of(one) for one in root.iter("h1")]
    written = next(map(text_of, root.iter("title")), "")
    title = (
        plain_text(_text(said.get("headline")))
        or _first(metas, *TITLES)
        or next((one for one in headings if one and one in written), "")
    )
    title = title or written or next(filter(None, headings), "")
    *before, last = SEPARATOR.split(title)
    if before and site and last.casefold() == site.casefold():
        title = title[: title.rindex(last)].rstrip(" |·•»—–-:")
    return title[:500]


def _author(said: Said, metas: Mapping[str, Sequence[str]]) -> str:
    persons = said.get("author")
    names = [_name(one) for one in (persons if isinstance(persons, list) else [persons])]
    names = [*dict.fromkeys(filter(None, map(plain_text, names)))] or _all(metas, *AUTHORS)[:1]
    return ", ".join(name for name in names[:4] if "://" not in name and "@" not in name)[:200]


def _date(root: Tree, said: Said, metas: Mapping[str, Sequence[str]], url: str) -> datetime | None:
    times = [
        one
        for one in root.iter("time")
        if "datepublished" in (one.get("itemprop") or "").lower() or one.get("pubdate") is not None
    ]
    inside = next((article for article in root.iter("article")), None)
    times += list(inside.iter("time"))[:1] if inside is not None else []
    written = [
        _text(said.get("datePublished")),
        *_all(metas, *DATES),
        *(one.get("datetime") or text_of(one) for one in times),
    ]
    return (
        next(filter(None, map(read_date, filter(None, written))), None)
        or day_in(url)
        or _below_heading(root)
    )


def _below_heading(root: Tree) -> datetime | None:
    """The first date that stands by itself just below the page's heading."""
    heading = next((next(text_pieces(one), "") for one in root.iter("h1")), "")
    after = dropwhile(lambda text: text != heading, text_pieces(root)) if heading else ()
    return next(
        filter(None, (read_date(text) for text in islice(after, 1, 12) if len(text) <= 60)), None
    )


def _article(root: Tree) -> Said:
    """The first object of JSON-LD that is an article, or nothing."""
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        try:
            said = json.loads(
                re.sub(
                    r"^\s*(//)?\s*<!\[CDATA\[|(//)?\s*\]\]>\s*$|^\s*<!--|-->\s*$",
                    "",
                    script.text or "",
                ),
                strict=False,
            )
        except (ValueError, RecursionError):
            continue
        for one in _objects(said, 3):
            kinds = one.get("@type")
            if any(
                isinstance(kind, str) and ARTICLES.match(kind)
                for kind in (kinds if isinstance(kinds, list) else [kinds])
            ):
                return one
    return {}


def _objects(said: object, depth: int) -> Iterator[Said]:
    if isinstance(said, list) and depth:
        for one in said[:100]:
            yield from _objects(one, depth - 1)
    elif isinstance(said, dict) and depth:
        yield said
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _objects(said.get(key), depth - 1)


def _metas(root: Tree) -> dict[str, list[str]]:
    """What meta elements say, by name in lower case, as plain text."""
    metas: dict[str, list[str]] = {}
    for meta in root.iter("meta"):
        name = (
            meta.get("property")
            or meta.get("name")
            or meta.get("itemprop")
            or meta.get("http-equiv")
        )
        words = plain_text(escape(meta.get("content") or "", quote=False))
        if name and words:
            metas.setdefault(name.strip().lower(), []).append(words)
    return metas


def _all(metas: Mapping[str, Sequence[str]], *names: str) -> list[str]:
    return [words for name in names for words in metas.get(name, ())]


def _first(metas: Mapping[str, Sequence[str]], *names: str) -> str:
    return next(iter(_all(metas, *names)), "")


def _text(value: object) -> str:
    return (
        value
        if isinstance(value, str)
        else _text(value[0])
        if isinstance(value, list) and value
        else ""
    )


def _name(value: object) -> str:
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _places(value: object) -> list[str]:
    """Addresses of pictures: a text, an ImageObject, or a list of them."""
    listed = value if isinstance(value, list) else [value]
    return [
        _text(one.get("url") or one.get("contentUrl")) if isinstance(one, dict) else _text(one)
        for one in listed[:5]
    ]


def _words(value: object) -> list[str]:
    """Keywords: a list, or one text with commas."""
    listed = value if isinstance(value, list) else _text(value).split(",")
    return [one.strip() for one in listed if isinstance(one, str)]
