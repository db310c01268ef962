"""What we write for a spreadsheet is text to it, and what we read back is what it was."""

from hypothesis import given
from hypothesis import strategies as st

from subscribers.formulas import read_cell, write_cell


@given(
    st.text(max_size=20)
    | st.sampled_from(["=1+1", "'=1", "''@x", "+a@b.example", "-", "'", "'ada", "\t=x"])
)
def test_a_cell_is_never_run_as_a_formula_and_comes_back_as_it_was(cell: str) -> None:
    written = write_cell(cell)
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert read_cell(written) == cell
