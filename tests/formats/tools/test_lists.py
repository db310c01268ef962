"""Lists of tools: whatever program wrote them, each row is read by itself, or says why not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats.tools.found import MOST_TOOLS, NotAToolList
from newsletter.formats.tools.lists import read_tool_list

AT = "https://lists.example/tools"
PEN = {"name": "Pen", "url": "https://pen.example/"}


@pytest.mark.parametrize(
    "text",
    [
        b"name,url,price\nPen,https://pen.example/,$9\n",
        b"\xef\xbb\xbfName;Website;Preis\r\nPen;https://pen.example/;$9\r\n",
        b"sep=;\nTool;Link;Pricing\nPen;https://pen.example/;$9\n",
        b"Our tools,,\n\nTitle\tURL\tCost\nPen\thttps://pen.example/\t$9\n",
        "NAME|Web address|Prix\nPen|https://pen.example/|$9".encode("utf-16"),
        b'[{"name": "Pen", "url": "https://pen.example/", "price": "$9"}]',
        b'{"tools":[{"Title":"Pen","link":"https://pen.example/","cost":9,"currency":"USD"}]}',
    ],
)
def test_a_list_is_read_by_the_names_of_its_columns_whatever_wrote_it(text: bytes) -> None:
    (tool,) = read_tool_list(text, AT).tools
    assert (tool.name, tool.url, tool.price) == ("Pen", "https://pen.example/", "$9")


def test_bytes_of_latin_1_are_letters_and_a_price_of_nothing_is_free() -> None:
    text = "name;url;price;tags\nStift für Büros;stift.example/für;0;Büro, Stifte #Neu\n"
    (tool,) = read_tool_list(text.encode("latin-1"), AT).tools
    assert (tool.name, tool.price) == ("Stift für Büros", "Free")
    assert tool.url == "https://stift.example/für", "people leave the scheme away"
    assert tool.tags == ("Büro", "Stifte", "Neu")


def test_what_is_hostile_in_a_cell_is_text_or_stays_to_be_refused() -> None:
    rows = [
        "name,url,description,image",
        'Pen\0cil,https://pen.example/,"<script>x()</script><b>Writes</b> &amp; more\u202e",data:x',
        'Evil,javascript:alert(1),"{{ 7*7 }} [[name]] %recipient%",/pen.png',
    ]
    pen, evil = read_tool_list("\n".join(rows).encode(), AT).tools
    assert (pen.name, pen.description, pen.image_url) == ("Pencil", "Writes & more", "")
    assert (evil.url, evil.image_url) == ("javascript:alert(1)", "https://lists.example/pen.png")
    assert evil.description == "{{ 7*7 }} [[name]] %recipient%", "no template reads it"


def test_a_row_that_is_broken_costs_itself_only() -> None:
    rows = [
        "name,url,description",
        'A,https://a.example,"two\nlines"',
        'B,https://b.example,"open',
        "C,https://c.example,fine",
        "x" * 200_000,
        "D,https://d.example",
        ",,",
    ]
    listed = read_tool_list("\n".join(rows).encode(), AT)
    assert [(tool.row, tool.name) for tool in listed.tools] == [(2, "A"), (5, "C"), (7, "D")]
    assert listed.tools[0].description == "two lines"
    assert [(row.row, row.reason.split(".")[0]) for row in listed.refused] == [
        (4, "A quotation mark opens in this row and does not close"),
        (6, "The row is longer than 100 KB"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\0\0",
        b"Pen,https://pen.example\n",
        b"name,price\nPen,$9\n",
        b'{"error": "log in"}',
        b'{"tools": {"name": "Pen"}}',
        b'[1, "two", null]',
        b"[" * 100_000,
        b"[" + b"9" * 10_000 + b"]",
        b"<html><body><form>Log in</form></body></html>",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50,
    ],
)
def test_what_is_no_list_is_refused_with_what_a_list_is(text: bytes) -> None:
    with pytest.raises(NotAToolList, match="first row names the columns"):
        read_tool_list(text, AT)


def test_a_heading_that_lacks_a_column_is_shown_to_the_person() -> None:
    with pytest.raises(NotAToolList, match="The first row names: name,prices"):
        read_tool_list(b"name,prices\nPen,$9\n", AT)


def test_objects_that_are_none_are_refused_by_their_place() -> None:
    listed = read_tool_list(json.dumps([PEN, "Ink", {**PEN, "tags": ["a", 1]}]).encode(), AT)
    assert [row.row for row in listed.refused] == [2]
    assert listed.tools[1].tags == ("a", "1")


def test_what_cannot_be_read_is_shown_as_any_page_can_show_it() -> None:
    """JSON writes half a character as \\ud800: a page with it would answer 500 for ever."""
    text = json.dumps(["half \ud800\u202e\n\0 row" + "x" * 500, PEN, {**PEN, "price": 1e999}])
    listed = read_tool_list(text.encode(), AT)
    assert listed.refused[0].name == "half row" + "x" * 52
    assert listed.tools[1].price == "", "Infinity is no price"


def test_a_list_that_is_too_long_says_what_was_left_out() -> None:
    rows = "".join(f"T{n},https://t{n}.example\n" for n in range(MOST_TOOLS + 5))
    listed = read_tool_list(b"name,url\n" + rows.encode(), AT)
    assert len(listed.tools) == MOST_TOOLS
    assert listed.note == "The list has 10,005 rows; the first 10,000 were read."


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-16")))
def test_no_bytes_raise_anything_else(content: bytes) -> None:
    for begins in (b"", b"name,url\n", b'[{"name":"a","url":"https://a.example"},'):
        try:
            listed = read_tool_list(begins + content, AT)
        except NotAToolList:
            continue
        assert all("\0" not in tool.name + tool.url + tool.description for tool in listed.tools)
