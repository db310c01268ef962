"""One item in each dialect of feeds, what is found in it, and ways to damage a document."""

import random
from datetime import UTC, datetime

from newsletter.formats.feeds import NotAFeed, read_feed
from newsletter.formats.found import Found
from newsletter.formats.prose.deks import MOST_FIRST

AT = "https://news.example/feed"
ITEM = Found(
    "https://news.example/a",
    "Cells & folds",
    dek="They fold.",
    author="Ada Grey",
    published_at=datetime(2026, 5, 11, 8, 0, tzinfo=UTC),
    image_url="https://news.example/a.png",
    topics=("Science",),
    language="en",
)
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"'
PODCAST = (
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
)
RSS_ITEM = """<item><title>Cells &amp; folds</title><link>/a</link>
<description>&lt;p&gt;They fold.&lt;/p&gt;</description>
<author>ada@news.example (Ada Grey)</author><pubDate>Mon, 11 May 2026 10:00:00 +0200</pubDate>
<category>Science</category><enclosure url="/a.png" type="image/png" length="1"/></item>"""
RSS = (
    "<rss version='2.0'><channel><title>News</title><link>https://news.example/</link>"
    f"<language>en</language>{RSS_ITEM}</channel></rss>"
)
RDF = f"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" {DC}>
<channel rdf:about="https://news.example/"><title>News</title><link>https://news.example/</link>
<dc:language>en</dc:language></channel>
<item rdf:about="https://news.example/a"><title>Cells &amp; folds</title>
<link>https://news.example/a</link><description>They fold.</description>
<dc:creator>Ada Grey</dc:creator><dc:date>2026-05-11T10:00:00+02:00</dc:date>
<dc:subject>Science</dc:subject><media:thumbnail url="https://news.example/a.png"/>
</item></rdf:RDF>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>News</title>
<link rel="self" href="https://news.example/feed"/><link href="https://news.example/"/>
<entry><title type="html">Cells &amp;amp; folds</title>
<link rel="enclosure" type="image/png" href="/a.png"/><link rel="replies" href="/a/replies"/>
<link rel="alternate" href="/a"/><id>tag:news.example,2026:a</id>
<author><name>Ada Grey</name></author><updated>2026-05-12T00:00:00Z</updated>
<published>2026-05-11T08:00:00Z</published><category term="sci" label="Science"/>
<summary type="xhtml">
<div xmlns="http://www.w3.org/1999/xhtml"><p>They <b>fold</b>.</p></div></summary>
</entry></feed>"""
JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "News",
"home_page_url": "https://news.example/", "language": "en",
"items": [{"id": 7, "url": "/a", "title": "Cells & folds", "content_html": "<p>They fold.</p>",
"authors": [{"name": "Ada Grey"}], "date_published": "2026-05-11T10:00:00+02:00",
"image": "/a.png", "tags": ["Science"]}]}"""


def read_items(content: bytes) -> list[Found]:
    """Return the items of a feed that was fetched from AT."""
    return list(read_feed(content, AT).found)


def damaged(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """Return a document with bytes turned, cut off, doubled, mixed with another's, or recoded."""
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(content) + 1)
        end = min(len(content), start + chance.randrange(2000))
        match chance.randrange(6):
            case 0:
                content = bytearray(content)
                for at in range(start, end, 97):
                    content[at] ^= 1 << chance.randrange(8)
                content = bytes(content)
            case 1:
                content = content[:end]
            case 2:
                content = content[:end] + content[start:]
            case 3:
                content = content[:start] + other[start : start + 3000] + content[end:]
            case 4:
                content = content[:start] + content[end:]
            case _:
                content = content.decode("utf-8", "replace").encode(
                    chance.choice(["utf-16", "utf-16-be", "latin-1", "cp1251", "utf-7"]), "replace"
                )
    return content


def read_item(inside: str) -> list[Found]:
    """Return what is found in an RSS feed of one item with these elements."""
    item = f"<channel><title>T</title><item>{inside}</item></channel>"
    return read_items(f"<rss version='2.0' {DC} {PODCAST}>{item}</rss>".encode())


def check_feed(content: bytes) -> None:
    """Check that only NotAFeed comes out, or items that are plain, absolute and bounded."""
    try:
        feed = read_feed(content, AT)
    except NotAFeed:
        return
    for item in feed.found:
        assert item.url.lower().startswith(("http://", "https://"))
        assert 0 < len(item.title) <= 500
        assert max(map(len, (item.url, item.image_url))) <= 2000
        assert len(item.dek) <= MOST_FIRST
        assert len(item.author) <= 200
        assert len(item.language) <= 12
        assert len(item.topics) <= 10
        texts = (item.url, item.title, item.dek, item.author, item.image_url, *item.topics)
        "".join(texts).encode()
        assert "\0" not in item.title + item.dek + item.author + item.url
