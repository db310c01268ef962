"""Files of past issues: what is read from them, and what is left out or refused."""

import contextlib
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.archive.past_files import BadPastFile, read_past_file
from newsletter.formats.pages.front_matter import BadFile
from tests.samples.hostile import HOSTILE, harmless
from tests.samples.past_files import BERLIN, sample


def test_a_letter_of_another_program_is_read_without_its_layout_and_without_what_was_personal() -> (
    None
):
    past = sample("2024-05-14-tidal.html")
    assert (past.title, past.number, past.dek) == (
        "Issue 12: The tide comes in",
        12,
        "A harbor sells what the moon brings.",
    )
    assert past.at == datetime(2024, 5, 14, tzinfo=BERLIN)
    assert past.address == "https://old.example/p/the-tide-comes-in"
    harmless(past.html)
    for gone in (
        "FNAME",
        "ARCHIVE",
        "readers.example",
        "Unsubscribe",
        "your browser",
        "Hidden words",
        "open.gif",
        "utm_",
        "window.hit",
        "td{",
    ):
        assert gone not in past.html, gone
    assert "<h2>A harbor with a price list</h2>" in past.html
    assert "<th>Hour</th>" in past.html, "a table of figures stays one"
    assert past.html.count("<table>") == 1
    assert past.html.count("<img") == 1
    assert "</h2><p>The harbor at Sandwyk" in past.html, "words beside a heading are a paragraph"
    assert 'href="https://old.example/p/another-of-ours"' in past.html
    assert dict(past.links) == {
        "https://wire.example/2024/sandwyk-price-list": "Sandwyk's price list",
        "https://lamps.example/a-quiet-lamp/": "A quiet lamp",
    }


def test_markdown_with_a_head_is_read() -> None:
    past = sample("2024-05-21-lamps.md")
    assert (past.title, past.number, past.address) == (
        "Lamps that listen",
        13,
        "https://old.example/?p=13",
    )
    assert "<h2>Lamps that listen to a room</h2>" in past.html
    assert "<script" not in past.html
    assert set(past.links) == {
        "https://brightside.example/news/lamp-that-listens/",
        "https://court.example/2024/lamps.html",
    }


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.html", b"<p>A text", "It says no date"),
        ("2024-01-01.html", b"<html><style>x</style>", "There is no text"),
        ("2024-01-01.html", b"", "There is no text"),
        ("2024-01-01.md", b"A text", "line 1: A file in Markdown begins with a line ---"),
        ("2024-01-01.md", b"---\nnumber: twelve\n---\nA text", "'twelve' is no number"),
        (
            "2024-01-01.md",
            b"---\ntitle: x\nurl: p/1\n---\nA text",
            "line 3: an old address is a whole one",
        ),
        (
            "2024-01-01.md",
            b"---\nauthor: x\n---\nA text",
            "line 2: there is no key 'author'. The keys are title, date, url, number, dek.",
        ),
    ],
)
def test_a_file_that_lacks_something_is_refused(name: str, content: bytes, says: str) -> None:
    with pytest.raises((BadPastFile, BadFile), match=says.replace("(", r"\(")):
        read_past_file(name, content, BERLIN)


@pytest.mark.parametrize("attack", HOSTILE)
def test_nothing_hostile_is_kept(attack: str) -> None:
    html = (
        f"<html><head><title>{attack}</title></head>"
        f"<body><table><tr><td>{attack} words</td></tr></table><div>{attack}</div></body></html>"
    )
    with contextlib.suppress(BadPastFile):  # some leave no word behind
        harmless(read_past_file("2024-01-01.html", html.encode(), BERLIN).html)
    harmless(
        read_past_file(
            "2024-01-01.md", f"---\ntitle: x\n---\nwords\n\n{attack}\n".encode(), BERLIN
        ).html
    )


@given(
    st.binary(max_size=300)
    | st.text(alphabet="<>/=\"' \nabtdrhimgspx-0123456789&;", max_size=300).map(str.encode)
)
def test_whatever_a_file_holds_it_is_kept_harmless_or_refused(content: bytes) -> None:
    for name in ("2024-01-01.html", "2024-01-01.md"):
        with contextlib.suppress(BadPastFile, BadFile):
            harmless(read_past_file(name, content, BERLIN).html)
