"""JSON Feed: both versions, plain text kept as text, and no values break the reader."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats.found import SourceItem
from newsletter.formats.jsonfeeds import read_json_feed
from tests.samples.feeds import JSON, check_feed

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
    check_feed(
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1",
                "title": entry.get("title"),
                "items": [entry, 1],
            }
        ).encode()
    )


def read_item(**values: object) -> SourceItem:
    feed = read_json_feed(json.dumps(json.loads(JSON) | {"items": [values]}))
    assert feed is not None
    (item,) = feed.items
    return item


def test_version_1_has_one_author_and_1_1_several() -> None:
    assert read_item(author={"name": "Ada Grey"}).authors == ["Ada Grey"]
    several = [{"url": "/ada"}, {"name": "Ada Grey"}, {"name": "Bo & Co"}]
    assert read_item(authors=several).authors == ["", "Ada Grey", "Bo &amp; Co"]


def test_text_that_looks_like_markup_stays_text() -> None:
    item = read_item(title="a < b & c", content_text="1 < 2", tags=["<b>"])
    assert (item.title, item.content, item.topics) == (
        "a &lt; b &amp; c",
        "1 &lt; 2",
        ["&lt;b&gt;"],
    )


def test_an_id_may_be_a_number_or_the_only_address() -> None:
    assert read_item(id=7).links == ["", "", "7"]
    assert read_item(id="https://news.example/a").links[-1] == "https://news.example/a"


def test_an_attachment_gives_the_sound_and_the_picture() -> None:
    sound = {"url": "/4.mp3", "mime_type": "audio/mpeg"}
    picture = {"url": "/4.jpg", "mime_type": "image/jpeg"}
    item = read_item(url="/4", attachments=[sound, picture])
    assert item.links == ["/4", "", "", "/4.mp3", "/4.jpg"]
    assert item.images == ["", "", "/4.jpg"]


@pytest.mark.parametrize(
    "document",
    ["", "[]", "{}", '{"items": []}', '{"version": "https://jsonfeed.org/version/1", "items": {}}'],
)
def test_json_that_is_no_feed_is_none(document: str) -> None:
    assert read_json_feed(document) is None
