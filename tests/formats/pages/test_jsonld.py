"""JSON-LD: the article is found wherever publishers put it, and any value may be of any shape."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats.pages.jsonld import LinkedThing, find_article
from newsletter.formats.trees import parse_page

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "url", "@type", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


def article_in(*scripts: str, kind: str = "application/ld+json") -> LinkedThing:
    elements = "".join(f'<script type="{kind}">{script}</script>' for script in scripts)
    root = parse_page(f"<html><head>{elements}</head></html>")
    assert root is not None
    return find_article(root)


@pytest.mark.parametrize(
    "document",
    [
        {"@type": "NewsArticle", "headline": "T"},
        {"@type": ["Thing", "BlogPosting"], "headline": "T"},
        [{"@type": "WebSite"}, {"@type": "Article", "headline": "T"}],
        {"@graph": [{"@type": "Person"}, {"@type": "Article", "headline": "T"}]},
        {"@type": "WebPage", "mainEntity": {"@type": "Article", "headline": "T"}},
    ],
)
def test_the_article_is_found_wherever_it_is(document: object) -> None:
    assert article_in(json.dumps(document)).text("headline") == "T"


def test_a_script_that_is_broken_gives_way_to_the_next() -> None:
    good = '{"@type": "Article", "headline": "T"}'
    assert article_in("{broken", good).text("headline") == "T"
    assert article_in(good, kind="text/javascript").values == {}


def test_what_old_templates_wrap_around_a_script_is_taken_off() -> None:
    article = '{"@type": "Article", "headline": "two\nlines"}'
    assert article_in(f"//<![CDATA[\n{article}\n//]]>").text("headline") == "two\nlines"


def test_persons_pictures_and_keywords_come_in_every_shape() -> None:
    article = LinkedThing(
        {
            "author": [{"name": "Ada &amp; Co"}, "Tom Reed", {"name": "Tom Reed"}],
            "publisher": {"name": ["The Tide Table"]},
            "image": ["/a.png", {"url": "/b.png"}, {"contentUrl": "/c.png"}],
            "keywords": "tides, servers",
            "articleSection": ["Energy", 7],
        }
    )
    assert article.names("author") == ["Ada & Co", "Tom Reed"]
    assert article.name("publisher") == "The Tide Table"
    assert article.image_addresses() == ["/a.png", "/b.png", "/c.png"]
    assert article.keywords("keywords") == ["tides", "servers"]
    assert article.keywords("articleSection") == ["Energy"]


@given(VALUES)
def test_no_value_breaks_the_reading(value: object) -> None:
    article = LinkedThing({"x": value, "image": value})
    text = article.text("x") + article.name("x")
    assert isinstance(text, str)
    for found in (article.names("x"), article.keywords("x"), article.image_addresses()):
        assert all(isinstance(part, str) for part in found)
