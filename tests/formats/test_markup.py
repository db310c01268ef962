"""Markup from outside: made plain, cut well, or cleaned; nothing hostile is let through."""

from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats.markup import clean, cut, first_image, plain_text, replace_surrogates


def test_plain_text_has_no_markup_no_entities_and_no_spare_white_space() -> None:
    assert (
        plain_text("<p>One\n two</p><p>three<br>four &amp;amp; five&nbsp;six</p>")
        == "One two three four & five six"
    )
    assert plain_text("a<script>alert(1)</script>b<style>c{}</style>\x07\ufeff") == "ab"


def test_a_long_text_is_cut_where_a_sentence_ends_and_not_after_an_abbreviation() -> None:
    text = (
        "The lab of Dr. Grey opened on Monday. "
        + "It has room for forty people and a great many machines. " * 8
    )
    assert cut(text, 60) == "The lab of Dr. Grey opened on Monday."
    assert (
        cut("Mr. Grey and the whole of the staff moved to the new house", 30)
        == "Mr. Grey and the whole of…"
    )
    assert cut("short") == "short"


@given(st.text(max_size=400), st.integers(20, 300))
def test_a_cut_text_is_never_longer_than_asked(text: str, limit: int) -> None:
    assert len(cut(plain_text(text), limit)) <= limit


def test_the_first_image_is_one_that_is_meant_to_be_seen() -> None:
    counter = '<img src="https://count.example/p.gif" width="1" height="1">'
    assert (
        first_image(counter + "<IMG alt='a' src = 'https://x.example/a.png?b=1&amp;c=2'>")
        == "https://x.example/a.png?b=1&c=2"
    )
    assert first_image(counter + '<img src="data:image/gif;base64,R0">') == ""


def test_half_characters_are_not_kept() -> None:
    assert replace_surrogates("a\ud800b") == "a?b"
    assert plain_text("<b>a\ud800b</b>") == "a?b"


@given(st.text(max_size=300))
def test_cleaned_html_is_clean_already(markup: str) -> None:
    assert clean(clean(markup)) == clean(markup)


def test_nothing_that_acts_is_kept() -> None:
    kept = clean(
        '<p onclick="x()" style="color:red">A<script>x()</script>'
        '<iframe src="https://x.example"></iframe>'
        '<a href="javascript:x()">b</a><form><input></form>'
    )
    assert kept == '<p>A<a rel="noopener nofollow">b</a></p>'
