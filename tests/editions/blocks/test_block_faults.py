"""Faults of blocks: each is found at its place, and sound MJML has none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.editions.blocks.block_faults import find_fault
from newsletter.editions.blocks.filling import TEMPLATES
from newsletter.editions.blocks.own_blocks import without_jinja

SOUND = (
    "<mj-section>\n  <mj-column>\n    <mj-text>a<br>b &amp; c</mj-text>\n"
    "  </mj-column>\n</mj-section>\n"
)


@pytest.mark.parametrize(
    ("now", "then", "line", "column", "words"),
    [
        ("</mj-text>", "</mj-txt>", 3, 28, "</mj-txt> comes where <mj-text> of line 3 is open"),
        ("<mj-text>", "<mj-texd>", 3, 5, "no tag <mj-texd>"),
        ("<mj-text>", "<mj-text width=3>", 3, 5, "quotes around each value"),
        ("  <mj-column>", "  <mj-column", 2, 3, "its > at the end"),
        ("a<br>b", "<script>x</script>", 3, 14, "no tag <script>"),
        ("a<br>b", "<mj-include path='/etc/passwd' />", 3, 14, "no tag <mj-include>"),
        ("</mj-column>\n", "", 4, 3, "comes where <mj-column> of line 2 is open"),
        ("</mj-section>\n", "", 1, 1, "<mj-section> is not closed"),
    ],
)
def test_a_fault_is_named_with_line_and_column(
    now: str, then: str, line: int, column: int, words: str
) -> None:
    fault = find_fault(SOUND.replace(now, then))
    assert fault
    assert words in fault.message
    assert (fault.line, fault.column) == (line, column)


def test_sound_mjml_has_none() -> None:
    assert find_fault(SOUND) is None


@pytest.mark.parametrize("kind", ["lead", "stories", "brief", "tools", "similar", "poll"])
def test_our_own_blocks_have_none(kind: str) -> None:
    text = (TEMPLATES / "blocks" / f"{kind}.mjml.j2").read_text("utf-8")
    assert find_fault(without_jinja(text)) is None


@given(st.text(max_size=200))
def test_a_tag_of_jinja_becomes_spaces_and_every_place_stays(text: str) -> None:
    blank = without_jinja(text)
    assert len(blank) == len(text)
    assert blank.count("\n") == text.count("\n")
    assert "{{" not in blank


@given(st.text("<>/mj-text =\"'{}%!- \n", max_size=120))
def test_any_text_ends_with_a_fault_or_without(text: str) -> None:
    fault = find_fault(text)
    assert fault is None or 1 <= fault.line <= text.count("\n") + 1
