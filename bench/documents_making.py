"""Hostile documents, made by chance: a form that a reader knows, with what harms in its fields."""

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

KINDS = ("feed", "json", "sitemap", "listing", "page", "list")
# Units of texts, each the beginning of something that a reader looks for.
UNITS = (
    *("a@", "a ", " ", "\n", "<p ", "</p", "&lt;p ", "<b>", "&lt;b&gt;", "&amp;", "&#", "&"),
    *("[...] ", "Comments ", "The post ", "Read more ", "[link] [comments] ", "(", ")", "["),
    *("<img ", "<img src='", 'src="', "src =", " - ", " | ", ". ", '."', "…", "\u2026\u201d"),
    *("1 ", "1.", "1:", "11 May ", "2026-05-", "2026年", "ﷺ", "%7E", "%", "/amp", "/2026/"),
    *("http://", "https://news.google.com/url?q=", "utm_a=b&", "../", "//", "?", "#!", "xn--"),
    *("\u00a0", "&nbsp;", "<br>", "<!--", "<![CDATA[", "]]>", "\u0301", "\u202e", "\x00", "\ud7ff"),
    *("a", "A", "aB", "A ", "é", "字", "$1 ", "1,", "-", "_", "'", '"', "\\", "{", "}", ","),
    *(
        "<item>",
        "<entry>",
        "xmlns:a='b' ",
        "style='display:none' ",
        "<table><tr><td>",
        "<a href=x>",
    ),
)
INLINE = ("b", "i", "a", "font", "span", "em", "code", "nobr")
BLOCKS = ("div", "section", "article", "table", "ul", "li", "blockquote", "h2", "p", "td", "svg")
RSS_FIELDS = (
    *("title", "link", "description", "author", "pubDate", "category", "guid", "dc:creator"),
    *("content:encoded", "media:title", "enclosure", "language"),
)
SPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
)


@dataclass(frozen=True, slots=True)
class HostileDocument:
    """The bytes, and how they were made, in a few words."""

    content: bytes
    form: str


def make(kind: str, chance: Random) -> HostileDocument:
    """Return a document of one kind."""
    return MAKERS[kind](chance)


def _size(chance: Random) -> int:
    """Most documents are small; a few are as large as a source may be."""
    return chance.choice((1, 3, 10, 30, 30, 100, 300, 1000)) * 1000


def _text(chance: Random, size: int) -> str:
    """A text of one unit, or of two, or of many in any order."""
    units = chance.sample(UNITS, chance.choice((1, 1, 2, 5)))
    if len(units) < 3:
        text = "".join(units)
        return (text * (size // len(text) + 1))[:size]
    return "".join(chance.choices(units, k=max(1, size // 4)))[:size]


def _nested(chance: Random, size: int, names: tuple[str, ...]) -> str:
    """Elements in elements, closed or not."""
    name = chance.choice(names)
    attribute = chance.choice(("", f' class="{_text(chance, 20)}"', ' size="1"'))
    opened = f"<{name}{attribute}>"
    depth = size // len(opened) // chance.choice((1, 2, 10, 100)) + 1
    inside = _text(chance, size - depth * len(opened)) if depth * len(opened) < size else "x"
    closed = f"</{name}>" * depth if chance.random() < 0.5 else ""
    return opened * depth + inside + closed


def _markup(chance: Random, size: int) -> str:
    return chance.choice((_text, _text, _inline, _blocks))(chance, size)


def _inline(chance: Random, size: int) -> str:
    # Formatting that differs in an attribute is opened again in every paragraph.
    fonts = "".join(f'<font size="{n}">' for n in range(chance.choice((1, 10, 100))))
    return _nested(chance, size // 2, INLINE) + fonts + "<p>x" * (size // 8)


def _blocks(chance: Random, size: int) -> str:
    return _nested(chance, size, BLOCKS)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\x00", "")


def _rss(chance: Random) -> HostileDocument:
    size = _size(chance)
    items = chance.choice((1, 1, 3, 50, 1000))
    field = chance.choice(RSS_FIELDS)
    is_broken = chance.random() < 0.3
    text = _markup(chance, size // items + 1)
    inside = text if is_broken else _escaped(text)
    filled = f"<{field}>{inside}</{field}>"
    item = f"<item><title>T</title><link>https://news.example/a</link>{filled}</item>"
    whole = f'<rss version="2.0" {SPACES}><channel><title>N</title>{item * items}</channel></rss>'
    if chance.random() < 0.2:
        whole = whole[: chance.randrange(1, len(whole))]
    form = f"{items} items with {field} of {text[:30]!r}, {'raw' if is_broken else 'escaped'}"
    return HostileDocument(whole.encode("utf-8", "replace"), form)


def _json_feed(chance: Random) -> HostileDocument:
    size = _size(chance)
    items = chance.choice((1, 1, 20, 1000))
    key = chance.choice(("title", "summary", "content_html", "url", "authors", "tags", "id"))
    text = _markup(chance, size // items + 1)
    listed: object = text
    if key in ("authors", "tags"):
        listed = [{"name": text}] if key == "authors" else [text[:30]] * (size // items // 30 + 1)
    item = {"url": "https://news.example/a", "title": "T", key: listed}
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [item] * items}
    content = json.dumps(feed)
    if chance.random() < 0.1:
        content = content[:-2] + "[" * size
    return HostileDocument(content.encode(), f"{items} items with {key} of {text[:30]!r}")


def _sitemap(chance: Random) -> HostileDocument:
    size = _size(chance)
    root, entry = chance.choice((("urlset", "url"), ("sitemapindex", "sitemap")))
    field = chance.choice(("loc", "lastmod", "news:title", "news:keywords", "image:loc", "x"))
    count = chance.choice((1, 1, 50, 5000))
    text = _escaped(_text(chance, size // count + 1))
    news = f"<news:news><{field}>{text}</{field}></news:news>" if "news" in field else ""
    filled = news or f"<{field}>{text}</{field}>"
    entries = f"<{entry}><loc>https://news.example/a-b/</loc>{filled}</{entry}>" * count
    addresses = f"https://news.example/{text[:50]}\n" * (size // 20)
    whole = _shaped(chance, f"<{root}>{entries}</{root}>", addresses)
    content = _packed(chance, whole.encode("utf-8", "replace"))
    return HostileDocument(content, f"{count} {entry} with {field} of {text[:30]!r}")


def _shaped(chance: Random, whole: str, addresses: str) -> str:
    """Some sitemaps are addresses alone, and some are cut off."""
    shape = chance.random()
    if shape < 0.2:
        return addresses
    return whole[: chance.randrange(1, len(whole))] if shape < 0.4 else whole


def _packed(chance: Random, content: bytes) -> bytes:
    """Some sitemaps are packed."""
    return gzip.compress(content, 1) if chance.random() < 0.2 else content


def _links(chance: Random, size: int) -> str:
    """Links that may be an article's, in cards that are nested, named or dated."""
    count = chance.choice((1, 10, 300, 3000))
    text = _escaped(_text(chance, size // count + 1))
    name = chance.choice(BLOCKS)
    card = chance.choice(
        (
            f'<{name} class="{text}"><a href="/a-b-c-NUMBER">A title of words</a></{name}>',
            f'<{name}><h2>{text}</h2><a href="/a-b-c-NUMBER">x</a><time>{text}</time></{name}>',
            f'<{name}><a href="/a-b-c-NUMBER/{text}">A title of words</a>',
            f'<a href="/a-b-c-NUMBER" aria-label="{text}"></a><{name}>',
            f"<h2><{name}><h2>more</h2><a href='/a-b-c'>{text}</a>",
        )
    )
    return "".join(card.replace("NUMBER", str(number)) for number in range(count))


def _listing(chance: Random) -> HostileDocument:
    size = _size(chance)
    body = _links(chance, size)
    around = _nested(chance, size // 10, BLOCKS) if chance.random() < 0.5 else ""
    whole = f"<html><body>{around}{body}"
    return HostileDocument(whole.encode("utf-8", "replace"), f"{around[:20]} {body[:70]!r}")


def _page(chance: Random) -> HostileDocument:
    size = _size(chance)
    head = _text(chance, size // 10).replace("<", "").replace('"', "")
    name = chance.choice(
        ("og:title", "description", "article:published_time", "author", "keywords")
    )
    meta = f'<meta property="{name}" content="{head}">'
    linked = chance.choice(("", "[" * 500, json.dumps({"@type": "Article", "headline": head})))
    script = f'<script type="application/ld+json">{linked}</script>'
    body = chance.choice((_markup, _links))(chance, size)
    whole = f"<html><head><title>{head[:100]}</title>{meta}{script}</head><body><h1>T</h1>{body}"
    return HostileDocument(whole.encode("utf-8", "replace"), f"{name} {body[:70]!r}")


def _list(chance: Random) -> HostileDocument:
    size = _size(chance)
    count = chance.choice((1, 10, 1000, 10_000))
    text = _escaped(_text(chance, size // count + 1)).replace('"', "")
    field = chance.choice(("text", "title", "xmlUrl", "htmlUrl", "category"))
    outline = f'<outline text="T" xmlUrl="https://news.example/NUMBER" {field}2="{text}"'
    if field in ("category", "htmlUrl"):
        outline = outline.replace(f"{field}2", field)
    lines = "".join(f"{outline.replace('NUMBER', str(n))}/>\n" for n in range(count))
    depth = chance.choice((0, 0, 10, 200, 5000))
    folders = '<outline text="F">' * depth
    whole = f"<opml><body>{folders}{lines}{'</outline>' * depth}</body></opml>"
    return HostileDocument(
        whole.encode("utf-8", "replace"), f"{count} outlines, {depth} deep, {field} {text[:30]!r}"
    )


MAKERS: Mapping[str, Callable[[Random], HostileDocument]] = {
    "feed": _rss,
    "json": _json_feed,
    "sitemap": _sitemap,
    "listing": _listing,
    "page": _page,
    "list": _list,
}
