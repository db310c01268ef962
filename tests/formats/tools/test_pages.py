"""The tool of a page: as schema.org describes it, else by OpenGraph, else there is none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats.tools.pages import AsksForLogin, NotAToolPage, ToolPage, read_tool_page

AT = "https://shelf.example/tools/pen?utm_source=x"


def page(*parts: str) -> ToolPage:
    return read_tool_page(f"<html>{''.join(parts)}</html>".encode(), AT)


def linked(**values: object) -> str:
    thing = {"@type": "SoftwareApplication", "name": "Pen", **values}
    return f'<script type="application/ld+json">{json.dumps(thing)}</script>'


def test_json_ld_describes_a_tool_with_price_and_picture() -> None:
    offers = [{"@type": "Offer", "price": 9, "priceCurrency": "USD"}]
    found = page(
        linked(
            url="https://pen.example/",
            offers=offers,
            description="Writes &amp; <b>reads</b>.",
            image={"url": "/pen.png"},
            applicationCategory="BusinessApplication",
            keywords="Writing, Notes",
        )
    )
    tool = found.tool
    assert found.is_declared
    assert (tool.name, tool.url, tool.price) == ("Pen", "https://pen.example/", "$9")
    assert (tool.description, tool.category) == ("Writes & reads.", "Business")
    assert (tool.image_url, tool.tags) == ("https://shelf.example/pen.png", ("Writing", "Notes"))


@pytest.mark.parametrize(
    ("values", "price"),
    [
        ({"offers": {"price": "0", "priceCurrency": "EUR"}}, "Free"),
        ({"offers": {"lowPrice": 4.5, "priceCurrency": "EUR"}}, "From €4.5"),
        ({"isAccessibleForFree": True}, "Free"),
        ({"offers": "cheap"}, ""),
        ({"offers": [[]]}, ""),
        ({}, ""),
    ],
)
def test_a_price_is_read_in_each_form(values: dict[str, object], price: str) -> None:
    assert page(linked(**values)).tool.price == price


def test_the_front_of_the_site_is_not_each_tools_address() -> None:
    for url in ("https://shelf.example", "javascript:alert(1)", ["x"], None):
        assert page(linked(url=url)).tool.url == "https://shelf.example/tools/pen"


def test_of_several_products_the_one_of_this_page_counts() -> None:
    other = linked(name="Ink", url="https://shelf.example/tools/ink")
    assert page(other, linked(url="https://shelf.example/tools/pen")).tool.name == "Pen"


def test_microdata_describes_a_tool_and_not_what_is_inside_of_it() -> None:
    found = page(
        '<div itemscope itemtype="https://schema.org/WebApplication">',
        '<div itemprop="author" itemscope><b itemprop="name">Ada</b></div>',
        '<h1 itemprop="name">Pen &lt;3</h1><img itemprop="image" src="/p.png">',
        '<div itemprop="offers" itemscope><meta itemprop="price" content="9">',
        '<meta itemprop="priceCurrency" content="GBP"></div></div>',
    )
    assert (found.tool.name, found.tool.price) == ("Pen <3", "£9")
    assert found.tool.image_url == "https://shelf.example/p.png"


def test_opengraph_alone_is_no_declaration_unless_it_says_product() -> None:
    title = '<meta property="og:title" content="Pen | Shelf">'
    site = '<meta property="og:site_name" content="Shelf">'
    product = (
        '<meta property="og:type" content="product">'
        '<meta property="product:price:amount" content="9">'
        '<meta property="product:price:currency" content="USD">'
    )
    assert not page(title, site).is_declared
    declared = page(title, site, product)
    assert (declared.is_declared, declared.tool.name, declared.tool.price) == (True, "Pen", "$9")
    with pytest.raises(NotAToolPage):
        page(title, '<meta property="og:type" content="article">')


def test_a_login_is_known_and_a_tool_with_a_login_field_is_one() -> None:
    field = '<form><input type="password"></form>'
    with pytest.raises(AsksForLogin):
        page('<meta property="og:title" content="Log in">', field)
    assert page(field, linked()).tool.name == "Pen"


def test_a_page_that_nests_without_end_is_read() -> None:
    deep = "<div itemprop='x'>" * 20_000
    found = page(
        '<div itemscope itemtype="http://schema.org/Product">', "<b itemprop=name>Pen</b>", deep
    )
    assert found.tool.name == "Pen"


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(content: bytes) -> None:
    scripts = (b"", b'<script type="application/ld+json">{"@type":"Product","name":"x",')
    for begins in scripts:
        try:
            read_tool_page(begins + content, AT)
        except (NotAToolPage, AsksForLogin):
            continue
