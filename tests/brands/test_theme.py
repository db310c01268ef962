"""A theme's limits: each has a least and a most, and no kind of block is the footer."""

from newsletter.brands.theme import BLOCKS, FACE, LAYOUT, NAMES, SMALLEST_PX, WIDE_FACE


def test_each_limit_has_room() -> None:
    assert all(least < most for least, most in (LAYOUT | FACE | WIDE_FACE).values())


def test_no_type_is_too_small_to_read_on_a_phone() -> None:
    assert FACE["size"][0] == WIDE_FACE["wide"][0] == SMALLEST_PX == 14


def test_what_the_law_asks_for_is_no_block_of_a_theme() -> None:
    assert "footer" not in BLOCKS


def test_six_colours_have_a_name() -> None:
    assert len(NAMES) == 6
