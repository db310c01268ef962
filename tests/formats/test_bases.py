"""Relative addresses are relative to the nearest base, and to the document at last (RFC 3986)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats.bases import joined, resolve_bases
from newsletter.formats.feeds import read_feed
from newsletter.formats.trees import parse_xml

AT = "https://feeds.example/blog/atom.xml"
ENTRY = "<entry {base}><title>Ferry</title>{link}<content type='{type}'>{text}</content></entry>"


def found_url(base: str, entry_base: str, link: str) -> str:
    entry = ENTRY.format(base=entry_base, link=link, type="text", text="")
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom' {base}><title>T</title>{entry}</feed>"
    return read_feed(feed.encode(), AT).found[0].url


@pytest.mark.parametrize(
    ("base", "entry_base", "href", "url"),
    [
        ("", "", "a", "https://feeds.example/blog/a"),
        ("", "", "/a", "https://feeds.example/a"),
        ("", "", "//other.example/a", "https://other.example/a"),
        ("xml:base='https://w.example/x/'", "", "a", "https://w.example/x/a"),
        ("xml:base='/y/'", "", "a", "https://feeds.example/y/a"),
        ("xml:base='https://w.example/x/'", "xml:base='../z/'", "a", "https://w.example/z/a"),
        ("", "xml:base='https://w.example/x/'", "?p=4", "https://w.example/x/?p=4"),
        ("xml:base='https://w.example/x/'", "", "https://o.example/a", "https://o.example/a"),
        ("xml:base='javascript:x'", "", "a", "https://feeds.example/blog/a"),
        ("xml:base='https://[broken/'", "", "a", "https://feeds.example/blog/a"),
    ],
)
def test_an_entry_of_atom_is_relative_to_its_nearest_base(
    base: str, entry_base: str, href: str, url: str
) -> None:
    assert found_url(base, entry_base, f"<link href='{href}'/>") == url


def test_a_site_that_the_feed_names_is_no_base_of_atom() -> None:
    """RFC 4287, 2: only xml:base changes what is relative to the document."""
    entry = ENTRY.format(base="", link="<link href='a'/>", type="text", text="")
    feed = (
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title>"
        f"<link href='https://site.example/'/>{entry}</feed>"
    )
    assert read_feed(feed.encode(), AT).found[0].url == "https://feeds.example/blog/a"


@pytest.mark.parametrize(
    ("home", "base", "url"),
    [
        ("https://feeds.example/", "", "https://feeds.example/blog/a"),
        ("https://site.example/", "", "https://site.example/a"),
        ("https://site.example/", "xml:base='https://w.example/x/'", "https://w.example/x/a"),
    ],
)
def test_an_item_of_rss_is_relative_to_the_document_or_to_the_site_of_another_host(
    home: str, base: str, url: str
) -> None:
    item = "<item><title>Ferry</title><link>a</link></item>"
    channel = f"<channel {base}><title>T</title><link>{home}</link>{item}</channel>"
    feed = f"<rss version='2.0'>{channel}</rss>"
    assert read_feed(feed.encode(), AT).found[0].url == url


def test_a_picture_in_the_text_has_the_base_of_the_text() -> None:
    text = "<div xmlns='http://www.w3.org/1999/xhtml' xml:base='/in/'><img src='b.png'/></div>"
    entry = ENTRY.format(base="", link="<link href='/a'/>", type="xhtml", text=text)
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title>{entry}</feed>"
    assert read_feed(feed.encode(), AT).found[0].image_url == "https://feeds.example/in/b.png"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30), max_size=9))
def test_no_base_breaks_the_reading(bases: list[str]) -> None:
    root = parse_xml("<a>" + "<b href='x'>" * len(bases) + "</b>" * len(bases) + "</a>")
    for element, base in zip(root.iter("b"), bases, strict=True):
        element.set("{http://www.w3.org/XML/1998/namespace}base", base)
    resolve_bases(root, AT)
    assert joined("https://[", "x") == "x"
