"""The quick reader of RSS and Atom: it finds what feedparser finds, the best of each first."""

from html import escape

import pytest

from newsletter.formats.decoding import decode
from newsletter.formats.feeds import LONGEST_BROKEN, repair_feed
from newsletter.formats.found import Found, SourceFeed, make_found
from newsletter.formats.trees import BadTree
from newsletter.formats.xmlfeeds import read_xml_feed
from tests.gathering.real import real_feeds
from tests.samples.feeds import AT, ATOM, ITEM, RDF, RSS, read_item, read_items


def found_in(feed: SourceFeed, base: str) -> list[Found | None]:
    return [make_found(item, base) for item in feed.items]


def test_the_quick_reader_and_feedparser_find_the_same_in_every_real_feed() -> None:
    documents = [decode(content) for content in real_feeds()]
    # A longer one that is broken is not left to feedparser.
    for document in [text for text in documents if len(text) <= LONGEST_BROKEN]:
        quick = read_xml_feed(document, AT)
        repaired = repair_feed(document)
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


def test_an_item_without_a_link_is_known_by_its_permalink_or_its_sound_and_else_not_kept() -> None:
    assert (
        read_item("<title>T</title><guid>https://news.example/p</guid>")[0].url
        == "https://news.example/p"
    )
    assert (
        read_item("<title>T</title><guid isPermaLink='false'>https://news.example/p</guid>") == []
    )
    assert (
        read_item("<title>T</title><enclosure url='/a.mp3' type='audio/mpeg'/>")[0].url
        == "https://news.example/a.mp3"
    )
    assert read_item("<title>T</title><link>javascript:alert(1)</link>") == []
    assert read_item("<link>/a</link>") == []


def test_a_podcast_episode_has_its_words_and_its_picture() -> None:
    (item,) = read_item(
        "<title>Episode 4</title><link>/4</link><itunes:summary>We talk.</itunes:summary>"
        "<itunes:author>Ada Grey</itunes:author>"
        "<itunes:image href='/4.jpg'/><enclosure url='/4.mp3' type='audio/mpeg'/>"
    )
    assert (item.dek, item.author, item.image_url) == (
        "We talk.",
        "Ada Grey",
        "https://news.example/4.jpg",
    )


def test_the_picture_is_one_of_the_items_or_the_first_in_its_text() -> None:
    media = (
        "<media:group><media:content url='/v.mp4' type='video/mp4'>"
        "<media:thumbnail url='/v.jpg'/></media:content></media:group>"
    )
    assert (
        read_item(f"<title>T</title><link>/a</link>{media}")[0].image_url
        == "https://news.example/v.jpg"
    )
    text = '<![CDATA[<img src="https://count.example/p" width="1"><p>A</p><img src="in/b.png">]]>'
    assert (
        read_item(f"<title>T</title><link>/a/</link><content:encoded>{text}</content:encoded>")[
            0
        ].image_url
        == "https://news.example/a/in/b.png"
    )


def test_feedburners_counter_gives_way_to_the_articles_own_address() -> None:
    counted = RSS.replace(
        "<link>/a</link>",
        "<link>https://feeds.example/~r/1</link><f:origLink>https://news.example/a</f:origLink>",
    )
    spaces = "<rss xmlns:f='http://rssnamespace.org/feedburner/ext/1.0'"
    feed = read_xml_feed(counted.replace("<rss", spaces, 1), AT)
    assert feed is not None
    assert found_in(feed, AT) == [ITEM]


def test_an_atom_entry_leads_to_its_html_before_its_other_forms() -> None:
    other = '<link rel="alternate" type="application/json" href="/a.json"/>'
    feed = read_xml_feed(ATOM.replace("<entry>", f"<entry>{other}"), AT)
    assert feed is not None
    assert found_in(feed, "https://news.example/") == [ITEM]


@pytest.mark.parametrize(
    "document", ["<html><body/></html>", "<rss version='2.0'/>", "<channel><item/></channel>"]
)
def test_xml_that_is_no_feed_is_none(document: str) -> None:
    assert read_xml_feed(document, AT) is None


def test_what_is_not_well_formed_is_left_to_feedparser() -> None:
    with pytest.raises(BadTree):
        read_xml_feed(RSS.replace("</channel>", ""), AT)


def test_a_video_is_described_in_its_group_of_media() -> None:
    (item,) = read_item(
        "<title>How ferries moor</title><link>/v</link><media:group>"
        "<media:description>A pilot shows it at night.</media:description></media:group>"
    )
    assert item.dek == "A pilot shows it at night."


def test_an_item_of_a_search_for_news_loses_its_newsroom_and_keeps_it_for_an_author() -> None:
    (item,) = read_item(
        "<title>Ferry fares rise - Harbor Wire</title><link>/f</link>"
        "<description>&lt;a href='/f'&gt;Ferry fares rise&lt;/a&gt; "
        "&lt;font&gt;Harbor Wire&lt;/font&gt;</description>"
        "<source url='https://wire.example'>Harbor Wire</source>"
    )
    assert (item.title, item.dek, item.author) == ("Ferry fares rise", "", "Harbor Wire")


def of_atom(title: str, inside: str = "") -> Found:
    """What is found in an entry with this title element."""
    entry = f"<entry>{title}<link href='/a'/>{inside}</entry>"
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title>{entry}</feed>"
    quick = read_xml_feed(feed, AT)
    repaired = repair_feed(feed)
    assert quick is not None
    assert repaired is not None
    assert found_in(quick, AT) == found_in(repaired, AT)
    (found,) = found_in(quick, AT)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("<title type='text'>Vec&lt;T&gt; &amp; co</title>", "Vec<T> & co"),
        ("<title>Vec&lt;T&gt; or &lt;b&gt;</title>", "Vec<T> or <b>"),
        ("<title>Tide &amp;amp; &lt;b&gt;ebb&lt;/b&gt;</title>", "Tide & ebb"),
        ("<title type='html'>Tide &amp;amp; &lt;b&gt;ebb&lt;/b&gt;</title>", "Tide & ebb"),
        (
            "<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>Use <b>of</b>"
            " &lt;T&gt;</div></title>",
            "Use of <T>",
        ),
    ],
)
def test_a_title_of_atom_is_what_its_type_says(title: str, words: str) -> None:
    """RFC 4287, 3.1.1: text has no markup, whatever it looks like."""
    assert of_atom(title).title == words


def test_a_summary_of_plain_text_keeps_its_signs() -> None:
    summary = "<summary type='text'>Give &lt;name&gt; and go.</summary>"
    assert of_atom("<title>Ferry</title>", summary).dek == "Give <name> and go."


@pytest.mark.parametrize(
    "markup",
    [
        "<table><tr><td>The tide</td><td>rises</td></tr><tr><th>at the quay.</th></tr></table>",
        "<ul><li>The tide</li><li>rises</li></ul><ol><li>at the quay.</li></ol>",
        "<dl><dt>The tide</dt><dd>rises</dd></dl><section>at the quay.</section>",
    ],
)
def test_the_words_of_cells_and_points_stay_apart(markup: str) -> None:
    escaped = f"<summary type='html'>{escape(markup)}</summary>"
    assert of_atom("<title>T</title>", escaped).dek == "The tide rises at the quay."
    inside = f"<div xmlns='http://www.w3.org/1999/xhtml'>{markup}</div>"
    written = f"<summary type='xhtml'>{inside}</summary>"
    assert of_atom("<title>T</title>", written).dek == "The tide rises at the quay."


@pytest.mark.parametrize(
    "document",
    [
        "<rss version='2.0'><title>T</title><item><title>Cells</title><link>/a</link></item></rss>",
        "<feed><title>T</title><entry><title>Cells</title><link href='/a'/></entry></feed>",
        "<feed version='0.3'><entry><title>Cells</title><link href='/a'/></entry></feed>",
        "<feed xmlns='http://example.org/atom'><entry><title>Cells</title><link href='/a'/>"
        "</entry></feed>",
    ],
)
def test_a_feed_without_its_channel_or_its_namespace_is_read_all_the_same(document: str) -> None:
    (item,) = read_items(document.encode())
    assert (item.url, item.title) == ("https://news.example/a", "Cells")


@pytest.mark.parametrize("name", ["dcterms:issued", "dcterms:created", "dc:date", "pubDate"])
def test_a_day_is_known_by_each_of_its_names(name: str) -> None:
    terms = 'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    item = f"<item><title>T</title><link>/a</link><{name}>2026-05-11T08:00:00Z</{name}></item>"
    (found,) = read_items(f"<rss version='2.0' {terms}><channel>{item}</channel></rss>".encode())
    assert found.published_at == ITEM.published_at
