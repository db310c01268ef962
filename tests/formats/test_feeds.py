"""Feeds: each dialect gives the same item, broken ones give what can be saved, and no bytes break the reader."""

import contextlib
import gzip
import json
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.formats.decoding import decode
from newsletter.formats.feeds import LONGEST_BROKEN, NotAFeed, read_feed, repair_feed
from newsletter.formats.found import MOST_ITEMS, Found, SourceFeed, make_found
from newsletter.formats.xmlfeeds import read_xml_feed
from tests.gathering.real import real_feeds

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
RSS_ITEM = """<item><title>Cells &amp; folds</title><link>/a</link><description>&lt;p&gt;They fold.&lt;/p&gt;</description>
<author>ada@news.example (Ada Grey)</author><pubDate>Mon, 11 May 2026 10:00:00 +0200</pubDate><category>Science</category>
<enclosure url="/a.png" type="image/png" length="1"/></item>"""
RSS = f"<rss version='2.0'><channel><title>News</title><link>https://news.example/</link><language>en</language>{RSS_ITEM}</channel></rss>"
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"'
RDF = f"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" {DC}>
<channel rdf:about="https://news.example/"><title>News</title><link>https://news.example/</link><dc:language>en</dc:language></channel>
<item rdf:about="https://news.example/a"><title>Cells &amp; folds</title><link>https://news.example/a</link><description>They fold.</description>
<dc:creator>Ada Grey</dc:creator><dc:date>2026-05-11T10:00:00+02:00</dc:date><dc:subject>Science</dc:subject>
<media:thumbnail url="https://news.example/a.png"/></item></rdf:RDF>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>News</title><link rel="self" href="https://news.example/feed"/>
<link href="https://news.example/"/><entry><title type="html">Cells &amp;amp; folds</title><link rel="enclosure" type="image/png" href="/a.png"/>
<link rel="replies" href="/a/replies"/><link rel="alternate" href="/a"/><id>tag:news.example,2026:a</id><author><name>Ada Grey</name></author>
<updated>2026-05-12T00:00:00Z</updated><published>2026-05-11T08:00:00Z</published><category term="sci" label="Science"/>
<summary type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>They <b>fold</b>.</p></div></summary></entry></feed>"""
JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "News", "home_page_url": "https://news.example/", "language": "en", "items":
[{"id": 7, "url": "/a", "title": "Cells & folds", "content_html": "<p>They fold.</p>", "authors": [{"name": "Ada Grey"}],
"date_published": "2026-05-11T10:00:00+02:00", "image": "/a.png", "tags": ["Science"]}]}"""


def found_in(feed: SourceFeed, base: str) -> list[Found | None]:
    return [make_found(item, base) for item in feed.items]


def read_items(content: bytes) -> list[Found]:
    return list(read_feed(content, AT).found)


@pytest.mark.parametrize("document", [RSS, RDF, ATOM, JSON], ids=["rss", "rdf", "atom", "json"])
def test_each_dialect_gives_the_same_item_and_says_whose_it_is(document: str) -> None:
    feed = read_feed(document.encode(), AT)
    assert feed.found == (ITEM,)
    assert (feed.title, feed.home_url) == ("News", "https://news.example/")


BREAKS: dict[str, Callable[[str], bytes]] = {
    "a byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "blanks before the declaration": lambda text: b"\n\n  <?xml version='1.0'?>" + text.encode(),
    "gzip left over": lambda text: gzip.compress(text.encode()),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16 declared, UTF-8 sent": lambda text: (
        b'<?xml version="1.0" encoding="UTF-16"?>' + text.encode()
    ),
    "an encoding that nobody knows": lambda text: (
        b'<?xml version="1.0" encoding="x-mine"?>' + text.encode()
    ),
    "an entity that XML does not know": lambda text: text.replace(
        "They fold.", "They&nbsp;fold."
    ).encode(),
    "a bare ampersand": lambda text: text.replace("&amp; folds", "& folds").encode(),
    "a control character": lambda text: text.replace("They", "\x0bThey").encode(),
    "a document type": lambda text: (
        b"<!DOCTYPE rss SYSTEM 'https://news.example/rss.dtd'>" + text.encode()
    ),
    "nothing after the last item": lambda text: text.removesuffix("</channel></rss>").encode(),
    "rubbish after the end": lambda text: (
        text.encode() + b"<!-- page made in 0.1 s --><script>x()</script>"
    ),
}


@pytest.mark.parametrize("broken", BREAKS)
def test_what_is_broken_is_read_all_the_same(broken: str) -> None:
    assert read_items(BREAKS[broken](RSS)) == [ITEM]


def test_an_encoding_that_is_not_the_declared_one_is_read_by_its_bytes() -> None:
    document = RSS.replace("Cells &amp; folds", "Zellen ‚falten‘ für Überleben")
    assert (
        read_items(b'<?xml version="1.0" encoding="iso-8859-1"?>' + document.encode())[0].title
        == "Zellen ‚falten‘ für Überleben"
    )
    assert (
        read_items(b'<?xml version="1.0" encoding="utf-8"?>' + document.encode("windows-1252"))[
            0
        ].title
        == "Zellen ‚falten‘ für Überleben"
    )
    declared = '<?xml version="1.0" encoding="Shift_JIS"?>' + RSS.replace(
        "Cells &amp; folds", "細胞が折れる"
    )
    assert read_items(declared.encode("shift_jis"))[0].title == "細胞が折れる"


def test_an_item_that_is_broken_off_is_left_away_and_those_before_it_are_kept() -> None:
    cut_off = RSS.replace("</channel></rss>", "") + RSS_ITEM[: RSS_ITEM.index("</description>")]
    assert read_items(cut_off.encode()) == [ITEM]


def test_a_broken_document_without_end_is_read_up_to_a_bound() -> None:
    content = RSS.replace(
        "</channel></rss>", RSS_ITEM.replace("/a<", "/b<").replace("&amp;", "&") * 8000
    ).encode()
    assert len(content) > LONGEST_BROKEN * 1.5
    assert [one.url for one in read_items(content)[:2]] == [ITEM.url, "https://news.example/b"]
    assert len(read_items(content)) <= MOST_ITEMS


def item(inside: str) -> list[Found]:
    spaces = 'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    return read_items(
        f"<rss version='2.0' {DC} {spaces}><channel><title>T</title><item>{inside}</item></channel></rss>".encode()
    )


def test_an_item_without_a_title_takes_its_first_words() -> None:
    (one,) = item(
        "<link>/a</link><description>We moved house. The rest is about boxes.</description>"
    )
    assert (one.title, one.dek) == ("We moved house. The rest is about boxes.", "")
    (long,) = item(
        f"<link>/a</link><description>We moved to a new house in the north{' and carried boxes' * 9}.</description>"
    )
    assert (
        long.title
        == "We moved to a new house in the north and carried boxes and carried boxes and…"
    )


def test_an_item_without_a_link_is_known_by_its_permalink_or_its_sound_and_else_not_kept() -> None:
    assert (
        item("<title>T</title><guid>https://news.example/p</guid>")[0].url
        == "https://news.example/p"
    )
    assert item("<title>T</title><guid isPermaLink='false'>https://news.example/p</guid>") == []
    assert (
        item("<title>T</title><enclosure url='/a.mp3' type='audio/mpeg'/>")[0].url
        == "https://news.example/a.mp3"
    )
    assert item("<title>T</title><link>javascript:alert(1)</link>") == []
    assert item("<link>/a</link>") == []


def test_a_podcast_episode_has_its_words_and_its_picture() -> None:
    (one,) = item(
        "<title>Episode 4</title><link>/4</link><itunes:summary>We talk.</itunes:summary><itunes:author>Ada Grey</itunes:author>"
        "<itunes:image href='/4.jpg'/><enclosure url='/4.mp3' type='audio/mpeg'/>"
    )
    assert (one.dek, one.author, one.image_url) == (
        "We talk.",
        "Ada Grey",
        "https://news.example/4.jpg",
    )


def test_the_picture_is_one_of_the_items_or_the_first_in_its_text() -> None:
    media = "<media:group><media:content url='/v.mp4' type='video/mp4'><media:thumbnail url='/v.jpg'/></media:content></media:group>"
    assert (
        item(f"<title>T</title><link>/a</link>{media}")[0].image_url == "https://news.example/v.jpg"
    )
    text = '<![CDATA[<img src="https://count.example/p" width="1"><p>A</p><img src="in/b.png">]]>'
    assert (
        item(f"<title>T</title><link>/a/</link><content:encoded>{text}</content:encoded>")[
            0
        ].image_url
        == "https://news.example/a/in/b.png"
    )


@pytest.mark.parametrize(
    ("written", "dek"),
    [
        ("It works. The post It works appeared first on News.", "It works."),
        ("It works. […]", "It works."),
        ("It works. Continue reading It works", "It works."),
        ("Comments", ""),
        ("T", ""),
    ],
)
def test_a_dek_says_something_or_nothing(written: str, dek: str) -> None:
    assert (
        item(f"<title>T</title><link>/a</link><description>{written}</description>")[0].dek == dek
    )


def test_a_title_that_a_listing_page_glued_together_is_taken_apart_by_its_date() -> None:
    date = "<link>/a</link><pubDate>Tue, 05 May 2026 00:00:00 GMT</pubDate>"
    assert (
        item(f"<title>May 5, 2026ScienceHow cells fold</title>{date}")[0].title
        == "Science: How cells fold"
    )
    whole = item(f"<title>ScienceMay 5, 2026How cells foldWe looked at cells.</title>{date}")[0]
    assert (whole.title, whole.dek) == ("How cells fold", "We looked at cells.")
    assert item(f"<title>May 4, 2026A day</title>{date}")[0].title == "May 4, 2026A day", (
        "another day is part of the title"
    )


def test_of_too_many_items_the_newest_are_kept_whatever_their_order() -> None:
    many = "".join(
        f"<item><title>T</title><link>/{n}</link><pubDate>{2000 + n // 365}-01-01</pubDate></item>"
        for n in range(MOST_ITEMS + 365)
    )
    kept = read_items(
        f"<rss version='2.0'><channel><title>T</title>{many}</channel></rss>".encode()
    )
    assert len(kept) == MOST_ITEMS
    assert min(one.published_at.year for one in kept if one.published_at) == 2001


@pytest.mark.parametrize(
    "content",
    [
        *(
            b"",
            b"\0",
            b"<html><body><item>",
            b"<!doctype html><title>T</title>",
            b"<rss",
            b"plain words",
            b"{}",
            b'{"version": "1", "items": []}',
        ),
        *(
            b"[" * 100_000,
            b'{"a":' * 100_000,
            b"<a>" * 100_000,
            b"\x1f\x8b broken gzip",
            gzip.compress(b" " * 60_000_000),
        ),
    ],
)
def test_what_is_no_feed_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(NotAFeed, match="site's feed address"):
        read_items(content)


def test_a_feed_cannot_have_a_file_of_this_machine_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text(RSS, "utf-8")
    with pytest.raises(NotAFeed):
        read_items(str(secret).encode())
    entity = f"<!DOCTYPE rss [<!ENTITY x SYSTEM 'file://{secret}'>]>" + RSS.replace(
        "They fold.", "&x;"
    )
    assert "fold" not in read_items(entity.encode())[0].dek


def test_an_entity_bomb_does_not_go_off() -> None:
    bomb = "".join(f"<!ENTITY x{n} '{f'&x{n - 1};' * 10}'>" for n in range(1, 10))
    made = f"<!DOCTYPE rss [<!ENTITY x0 'ha'>{bomb}]>" + RSS.replace("They fold.", "&x9;")
    with contextlib.suppress(NotAFeed):
        assert len(read_items(made.encode())[0].dek) < 1000


@given(
    st.binary(max_size=400)
    | st.text(max_size=300).map(
        lambda inside: RSS.replace("They fold.", inside).encode("utf-8", "surrogatepass")
    )
)
def test_no_bytes_break_the_reader(content: bytes) -> None:
    check(content)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["url", "title", "name", "tags", "authors"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "id",
                "url",
                "title",
                "summary",
                "authors",
                "tags",
                "date_published",
                "image",
                "attachments",
            ]
        ),
        JSON_VALUES,
    )
)
def test_no_json_breaks_the_reader(entry: dict[str, object]) -> None:
    check(
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1",
                "title": entry.get("title"),
                "items": [entry, 1],
            }
        ).encode()
    )


@settings(max_examples=40)
@given(st.randoms(use_true_random=False))
def test_no_damage_to_a_real_feed_breaks_the_reader(chance: random.Random) -> None:
    originals = [content[:40_000] for content in real_feeds()]
    check(damaged(chance.choice(originals), chance.choice(originals), chance))


def damaged(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """The same with some bytes turned, cut off, doubled, spliced with another feed's, or in another encoding."""
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


def check(content: bytes) -> None:
    """Only NotAFeed may come out, and what is found keeps its word: plain, absolute, bounded, sound enough to be stored."""
    try:
        feed = read_feed(content, AT)
    except NotAFeed:
        return
    for one in feed.found:
        assert one.url.lower().startswith(("http://", "https://"))
        assert 0 < len(one.title) <= 500
        assert max(map(len, (one.url, one.image_url))) <= 2000
        assert (
            len(one.dek) <= 300,
            len(one.author) <= 200,
            len(one.language) <= 12,
            len(one.topics) <= 10,
        ) == (True,) * 4
        "".join((one.url, one.title, one.dek, one.author, one.image_url, *one.topics)).encode()
        assert "\0" not in one.title + one.dek + one.author + one.url


def test_the_quick_reader_and_feedparser_find_the_same_in_every_real_feed() -> None:
    for content in real_feeds():
        quick = read_xml_feed(decode(content))
        repaired = repair_feed(decode(content))
        assert quick is not None
        assert repaired is not None
        assert found_in(quick, AT) == found_in(repaired, AT)
        assert (quick.title, quick.links, quick.language) == (
            repaired.title,
            repaired.links,
            repaired.language,
        )


@pytest.mark.parametrize("document", [RSS, RDF, ATOM], ids=["rss", "rdf", "atom"])
def test_the_quick_reader_and_feedparser_find_the_same_in_each_dialect(document: str) -> None:
    repaired = repair_feed(document)
    assert repaired is not None
    assert found_in(repaired, "https://news.example/") == [ITEM]


def test_every_item_of_the_real_feeds_is_found_dated_and_has_an_address_of_its_own() -> None:
    for content in real_feeds():
        items = read_items(content)
        assert len(items) == content.count(b"<item>")
        assert all(one.published_at for one in items)
        assert len({one.url for one in items}) == len(items)
