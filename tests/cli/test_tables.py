"""Tables of a terminal: they fit, and read as people write."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from newsletter.cli.tables import cell, lines

BERLIN = ZoneInfo("Europe/Berlin")


@given(
    st.lists(
        st.fixed_dictionaries({name: st.text(st.characters(codec="ascii")) for name in "abcde"}),
        min_size=1,
    )
)
def test_no_line_is_wider_than_a_hundred_columns(rows: list[dict[str, str]]) -> None:
    clean = [{name: text.replace("\n", " ") for name, text in row.items()} for row in rows]
    assert all(len(line) <= 100 for line in lines(clean))


def test_a_long_text_goes_on_in_the_next_lines_and_nothing_is_lost() -> None:
    words = [f"word{number}" for number in range(60)]
    table = list(lines([{"id": 7, "title": " ".join(words)}, {"id": 8, "title": "short"}]))
    assert [word for line in table[1:-1] for word in line.split()] == ["7", *words]
    assert table[-1] == "8   short"


def test_a_time_is_in_the_zone_of_the_publication_and_names_it() -> None:
    at = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
    assert cell(at, BERLIN) == "2026-05-12 09:00 CEST"


def test_no_mark_of_code_is_shown() -> None:
    assert cell({}) == ""
    assert cell({"gmail.com": 5.0}) == "gmail.com 5.0"
    assert cell(["Models", "Policy"]) == "Models, Policy"
    assert cell(None) == ""
    assert cell(True) == "yes"


def test_a_short_column_is_whole_beside_a_long_one() -> None:
    _, row, *more = lines([{"id": 7, "title": "x" * 300}])
    assert row.startswith("7   xxx")
    assert len(more) == 3
