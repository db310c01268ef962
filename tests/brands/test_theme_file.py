"""A theme's file: a slip in it is refused, and the refusal names its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.brands.theme import MOST_CHARS, BadTheme
from newsletter.brands.theme_file import line_of, read_theme
from newsletter.brands.themes import SHIPPED

TEXT = (SHIPPED / "bulletin" / "theme.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("now", "then", "words"),
    [
        ("gutter      = 24", "gutter      = 4000", "“gutter” is a number from 8 to 48"),
        ("gutter      = 24", "gutter      = true", "“gutter” is a number"),
        ("gutter      = 24", "gutters     = 24", "there is no “gutters” in [layout]"),
        ('accent     = "#2450c8"', 'accent     = "red;}"', "“accent” is a colour"),
        ('accent     = "#2450c8"', 'brand      = "#2450c8"', "there is no “brand” in [light]"),
        ('header       = "band"', 'header       = "neon"', "“header” is one of plain, marker"),
        ('heading = "helvetica"', 'heading = "Comic Sans"', "“heading” is one of"),
        ("[type.meta]\nsize = 14", "[type.meta]\nsize = 9", "“size” is a number from 14"),
        ("[type.meta]", "[type.metta]", "there is no “metta” in [type]"),
        ('title = "Bulletin"', 'title = ""', "“title” is a text"),
    ],
)
def test_a_slip_is_named_with_its_line(now: str, then: str, words: str) -> None:
    assert now in TEXT
    with pytest.raises(BadTheme) as refused:
        read_theme("own", TEXT.replace(now, then))
    message = str(refused.value)
    assert words in message
    line = int(message.split("line ")[1].split(":")[0])
    changed = then.splitlines()[-1] if "\n" in then else then
    assert TEXT.replace(now, then).splitlines()[line - 1].startswith(changed.split(" ")[0])


def test_what_is_no_toml_is_refused_with_line_and_column() -> None:
    with pytest.raises(BadTheme, match="line 2, column"):
        read_theme("own", 'title = "x"\nabout = = 1\n')


@pytest.mark.parametrize("section", ["layout", "light", "style", "font", "type"])
def test_a_missing_section_is_named(section: str) -> None:
    before, _, after = TEXT.partition(f"[{section}")
    # Without its section, up to the next: at the end of the file there is none.
    without = before + ("[" + after.partition("\n[")[2] if "\n[" in after else "")
    without = without if section != "type" else before
    with pytest.raises(BadTheme, match=rf"\[{section}"):
        read_theme("own", without)


def test_a_file_without_end_is_not_read() -> None:
    with pytest.raises(BadTheme, match="characters"):
        read_theme("own", "#" * (MOST_CHARS + 1))


@given(st.text(max_size=300))
def test_any_text_is_a_theme_or_is_refused(text: str) -> None:
    with pytest.raises(BadTheme):
        read_theme("own", text)


@given(st.text(max_size=200), st.text(max_size=8), st.text(max_size=8))
def test_a_line_is_always_one_of_the_text(text: str, section: str, key: str) -> None:
    assert 1 <= line_of(text, section, key) <= max(1, len(text.splitlines()))
