"""An export is a file that every reader of CSV reads as it was meant."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from subscribers.exporting import COLUMNS, ExportRow, csv_text

CELLS = st.sampled_from(
    ["a@x.example", "Reader", "", ",", '"', "Doe, Jane", "two\r\nlines", "\r", "\n", ",,,,,,", "é"]
) | st.text(max_size=5)


@given(st.lists(st.tuples(*[CELLS] * len(COLUMNS)), max_size=450))
def test_each_cell_comes_back_as_it_went_whatever_is_in_it(rows: list[ExportRow]) -> None:
    text = "".join(csv_text(rows))
    file = io.StringIO(newline="")
    csv.writer(file).writerows([COLUMNS, *rows])
    assert text == file.getvalue()


def test_plain_cells_stand_without_quotation_marks() -> None:
    row = ("a@x.example", "Ada", "active", "2026-05-12T09:00:00Z", "2026-05-12T09:00:00Z", "", "")
    lines = "".join(csv_text([row] * 300)).split("\r\n")
    assert len(lines) == 302
    assert set(lines[1:-1]) == {",".join(row)}
