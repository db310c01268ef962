"""OPML: what other readers write is read, hostile files are refused, what we write comes back."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats.markup import plain_text
from newsletter.formats.opml import MOST_FEEDS, NotOpml, Outline, OutlineList, read_opml, write_opml

FILE = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0"><head><title>mine</title></head><body>
<outline text="Science" title="Science">
  <outline type="rss" text="Cells &amp;amp; folds" xmlUrl="https://cells.example/feed" \
htmlUrl="https://cells.example/"/>
  <outline text="Sea"><outline text="Tides" xmlurl="https://tides.example/rss"/></outline>
</outline>
<outline type="rss" title="Top" xmlUrl="http://top.example/atom.xml" category="/News/World,Other"/>
<outline type="rss" text="No address" xmlUrl=""/>
<outline type="rss" text="Script" xmlUrl="javascript:alert(1)"/>
<outline type="rss" text="Again" xmlUrl="http://top.example/atom.xml"/>
</body></opml>"""


def test_feeds_are_read_with_their_folders_whoever_wrote_the_file() -> None:
    assert read_opml(FILE).outlines == (
        Outline("Cells & folds", "https://cells.example/feed", "https://cells.example/", "Science"),
        Outline("Tides", "https://tides.example/rss", "", "Sea"),
        Outline("Top", "http://top.example/atom.xml", "", "World"),
    )


def test_each_line_that_cannot_be_taken_is_reported_with_its_number() -> None:
    bad = read_opml(FILE).bad
    assert [line.split(":")[0] for line in bad] == ["line 8", "line 9", "line 10"]
    assert "No address" in bad[0]
    assert "javascript" in bad[1]
    assert "twice" in bad[2]


BOMB = (
    "<!DOCTYPE opml [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]>"
    "<opml><body><outline text='&b;' xmlUrl='https://x.example/'/></body></opml>"
)
OUTSIDE = (
    "<!DOCTYPE opml [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>"
    "<opml><body><outline text='&a;' xmlUrl='https://x.example/'/></body></opml>"
)


@pytest.mark.parametrize(
    "content",
    [
        *(
            BOMB.encode(),
            b"<!-- mine -->" + BOMB.encode(),
            OUTSIDE.encode(),
            b"",
            b"words",
            b"<opml/>",
            b"<opml><body>",
            b"<rss><body/></rss>",
            b"<outline>" * 100_000,
        ),
        ('<?xml version="1.0"?>' + BOMB).encode("utf-16"),
    ],
)
def test_what_is_hostile_or_no_opml_is_refused_and_says_what_to_do(content: bytes) -> None:
    with pytest.raises(NotOpml, match="Export the list"):
        read_opml(content)


def test_folders_without_end_and_lists_without_end_are_bounded() -> None:
    deep = (
        "<outline text='x'>" * 200 + "<outline xmlUrl='https://x.example/'/>" + "</outline>" * 200
    )
    assert read_opml(f"<opml><body>{deep}</body></opml>".encode()).outlines == ()
    many = "".join(f"<outline xmlUrl='https://x.example/{n}'/>" for n in range(MOST_FEEDS + 10))
    assert len(read_opml(f"<opml><body>{many}</body></opml>".encode()).outlines) == MOST_FEEDS


WORDS = st.text(max_size=30).map(plain_text).filter(lambda text: plain_text(text) == text)
PLACES = st.integers(0, 30).map(lambda n: f"https://x.example/{n}?a=1&b='2'")


@given(
    st.lists(
        st.builds(Outline, WORDS, PLACES, PLACES | st.just(""), WORDS),
        unique_by=lambda outline: outline.xml_url,
        max_size=8,
    ),
    WORDS,
)
def test_what_is_written_comes_back(outlines: list[Outline], title: str) -> None:
    back = read_opml(write_opml(title, outlines))
    assert back.bad == ()
    assert sorted(back.outlines, key=repr) == sorted(outlines, key=repr)


@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(
        lambda inside: FILE.replace(b"Tides", inside.encode("utf-8", "replace"))
    )
)
def test_no_bytes_break_the_reader(content: bytes) -> None:
    with contextlib.suppress(NotOpml):
        assert isinstance(read_opml(content), OutlineList)
