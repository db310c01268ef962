"""Feeds: each dialect gives the same item, broken ones what can be saved; no bytes break it."""

import contextlib
import gzip
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.formats.feeds import LONGEST_BROKEN, NotAFeed, read_feed
from newsletter.formats.found import MOST_ITEMS
from tests.gathering.real import real_feeds
from tests.samples.feeds import (
    AT,
    ATOM,
    ITEM,
    JSON,
    RDF,
    RSS,
    RSS_ITEM,
    check_feed,
    damaged,
    read_items,
)


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


def test_an_item_that_is_broken_off_is_left_away_and_those_before_it_are_kept() -> None:
    cut_off = RSS.replace("</channel></rss>", "") + RSS_ITEM[: RSS_ITEM.index("</description>")]
    assert read_items(cut_off.encode()) == [ITEM]


def test_a_broken_document_without_end_is_read_up_to_a_bound() -> None:
    content = RSS.replace(
        "</channel></rss>", RSS_ITEM.replace("/a<", "/b<").replace("&amp;", "&") * 8000
    ).encode()
    assert len(content) > LONGEST_BROKEN * 1.5
    assert [item.url for item in read_items(content)[:2]] == [ITEM.url, "https://news.example/b"]
    assert len(read_items(content)) <= MOST_ITEMS


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
def test_what_is_no_feed_is_refused(content: bytes) -> None:
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
    check_feed(content)


@settings(max_examples=40)
@given(st.randoms(use_true_random=False))
def test_no_damage_to_a_real_feed_breaks_the_reader(chance: random.Random) -> None:
    originals = [content[:40_000] for content in real_feeds()]
    check_feed(damaged(chance.choice(originals), chance.choice(originals), chance))


def test_every_item_of_the_real_feeds_is_found_dated_and_has_an_address_of_its_own() -> None:
    for content in real_feeds():
        items = read_items(content)
        assert len(items) == content.count(b"<item>")
        assert all(item.published_at for item in items)
        assert len({item.url for item in items}) == len(items)
