"""The quick reader of RSS and Atom: it finds what feedparser finds, the best of each first."""

import pytest

from newsletter.formats.decoding import decode
from newsletter.formats.feeds import LONGEST_BROKEN, repair_feed
from newsletter.formats.found import Found, SourceFeed, make_found
from newsletter.formats.trees import BadTree
from newsletter.formats.xmlfeeds import read_xml_feed
from tests.gathering.real import real_feeds
from tests.samples.feeds import AT, ATOM, ITEM, RDF, RSS, read_item


def found_in(feed: SourceFeed, base: str) -> list[Found | None]:
    return [make_found(item, base) for item in feed.items]


def test_the_quick_reader_and_feedparser_find_the_same_in_every_real_feed() -> None:
    documents = [decode(content) for content in real_feeds()]
    # A longer one that is broken is not left to feedparser.
    for document in [text for text in documents if len(text) <= LONGEST_BROKEN]:
        quick = read_xml_feed(document)
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
    feed = read_xml_feed(counted.replace("<rss", spaces, 1))
    assert feed is not None
    assert found_in(feed, AT) == [ITEM]


def test_an_atom_entry_leads_to_its_html_before_its_other_forms() -> None:
    other = '<link rel="alternate" type="application/json" href="/a.json"/>'
    feed = read_xml_feed(ATOM.replace("<entry>", f"<entry>{other}"))
    assert feed is not None
    assert found_in(feed, "https://news.example/") == [ITEM]


@pytest.mark.parametrize(
    "document", ["<html><body/></html>", "<rss version='2.0'/>", "<channel><item/></channel>"]
)
def test_xml_that_is_no_feed_is_none(document: str) -> None:
    assert read_xml_feed(document) is None


def test_what_is_not_well_formed_is_left_to_feedparser() -> None:
    with pytest.raises(BadTree):
        read_xml_feed(RSS.replace("</channel>", ""))


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
