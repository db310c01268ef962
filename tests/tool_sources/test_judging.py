"""What becomes of each row: refused with a reason, a double, new, the same or changed."""

from dataclasses import replace

import pytest

from newsletter.formats.tools.found import FoundTool
from newsletter.tool_sources.judging import (
    JudgedTool,
    ToolMatch,
    card_of,
    compare,
    count_outcomes,
    find_changes,
    is_private,
    judge_rows,
    watched_of,
)
from newsletter.tool_sources.keys import keys_of

PEN = FoundTool("Pen", "https://pen.example", "$9", "Writes.", ("Writing",), row=2)


def judged(*found: FoundTool) -> list[JudgedTool]:
    return judge_rows(found)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "Give the name"),
        ("name", "x" * 90, "at most 60"),
        ("url", "", "Write the web address"),
        ("url", "javascript:alert(1)", "Write the web address"),
        ("url", "data:text/html,x", "Write the web address"),
        ("url", "https://user:secret@pen.example", "Write the web address"),
        ("url", "http://localhost/x", "Write the web address"),
        ("url", "http://10.0.0.1/", "private network"),
        ("url", "http://127.1.1/", "private network"),
        ("url", "http://printer.local/", "private network"),
        ("price", "x" * 300, "at most 24"),
    ],
)
def test_a_row_that_cannot_be_a_tool_is_refused_with_its_reason(
    field: str, value: str, says: str
) -> None:
    (row,) = judged(replace(PEN, **{field: value}))
    assert row.outcome == "refused"
    assert says in row.reason


def test_what_a_cut_does_no_harm_to_is_cut() -> None:
    found = replace(
        PEN,
        name="Pen – " + "the finest tool for writing letters of all lengths " * 3,
        description="It writes. " * 100,
        tags=("a" * 31, *"bcdefgh"),
        image_url="http://pen.example/plain.png",
    )
    card = card_of(found)
    assert (card.name, card.tags, card.image_url) == ("Pen", tuple("bcdef"), "")
    assert len(card.description) <= 400
    assert judged(found)[0].outcome == "new"


def test_a_row_is_the_double_of_one_before_by_address_or_by_name() -> None:
    rows = judged(
        PEN,
        replace(PEN, name="Pencil", url="http://www.pen.example/?utm_source=x", row=3),
        replace(PEN, name="PEN!", url="https://other.example", row=4),
        replace(PEN, name="Ink", url="https://ink.example", row=5),
    )
    assert [row.outcome for row in rows] == ["new", "double", "double", "new"]
    assert rows[2].reason == "The same tool as row 2."
    assert count_outcomes(rows) == {"new": 2, "same": 0, "changed": 0, "double": 2, "refused": 0}


def test_a_change_of_what_is_known_is_pointed_out_and_words_are_no_change() -> None:
    card = card_of(replace(PEN, description="Other words.", price="$8", name="PEN"))
    known = ToolMatch("gathered", 1, keys_of("Pen", PEN.url), watched_of(card))
    by_key = dict.fromkeys(known.keys, known)
    (row,) = judged(PEN)
    assert compare(row, by_key, set()).changes == {"price": ("$8", "$9")}
    (row,) = judged(replace(PEN, price=""))
    assert compare(row, by_key, set()).outcome == "same", "what a list leaves out is no change"
    refused = replace(known, is_open=False, reason="An editor refused it.")
    assert compare(row, dict.fromkeys(known.keys, refused), set()).outcome == "same"


def test_a_picture_is_an_editors_own_choice_in_what_they_wrote() -> None:
    known = ToolMatch("tool", 1, keys_of("Pen", PEN.url), watched_of(card_of(PEN)))
    (row,) = judged(replace(PEN, image_url="https://pen.example/p.png"))
    assert compare(row, dict.fromkeys(known.keys, known), set()).outcome == "same"


def test_what_was_sent_in_is_a_double_of_its_submission() -> None:
    known = ToolMatch("submission", 7, keys_of("Pen", "https://x.example"), {}, reason="Sent in.")
    (row,) = judged(PEN)
    assert compare(row, dict.fromkeys(known.keys, known), set()).outcome == "double"


def test_a_spelling_of_the_same_link_is_no_change() -> None:
    before = {"url": "http://www.pen.example/", "name": "pen", "price": "FREE"}
    now = {"url": "https://pen.example", "name": "Pen", "price": "Free", "image_url": ""}
    assert find_changes(before, now) == {}


@pytest.mark.parametrize(
    "host",
    ["192.168.1.1", "[::1]", "0x7f.1", "127.1", "a.internal", "169.254.169.254", "[fe80::1]"],
)
def test_no_spelling_of_a_private_address_passes(host: str) -> None:
    assert is_private(f"http://{host}/x")
    assert not is_private("https://93.184.215.14/"), "a public one does"
    assert not is_private("https://localhost.example/")
