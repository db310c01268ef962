"""A file is staged: its people in order, its bad rows listed, whether one process reads it or two."""

import csv
import io
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.lists import staging
from newsletter.lists.columns import guess_columns
from newsletter.lists.csv_files import Share, open_sheet, read_rows
from newsletter.lists.staging import LARGE_BYTES, HelperLost, ReadingTask, Staging, stage
from tests.samples.times import NOON


def large(path: Path) -> Path:
    """A file that two processes read: in no order, a name over two lines here and there, and a bad row among each hundred."""
    chance = random.Random(3)
    with path.open("w", encoding="utf-8") as file:
        file.write("email,name\n")
        for n in range(LARGE_BYTES // 40):
            name = '"Zoë\nof two lines"' if n % 50 == 0 else f"Reader {n} of a long name"
            file.write(
                f"nobody {n},\n"
                if n % 100 == 7
                else f"{chance.getrandbits(48):012x}@readers.example,{name}\n"
            )
    assert path.stat().st_size > LARGE_BYTES
    return path


def test_two_processes_read_a_large_file_as_one_would(tmp_path: Path) -> None:
    sheet = open_sheet(large(tmp_path / "in.csv"))
    columns = guess_columns(sheet.header)
    folder = tmp_path / "alone"
    folder.mkdir()
    read, rejected = stage(ReadingTask(sheet, columns, NOON, folder), Share())
    alone = (folder / "0.rejected").read_text().splitlines()
    with Staging(sheet, columns, NOON, tmp_path / "rejected.csv") as both:
        lines = list(both.in_order())
    assert (both.read, both.rejected) == (read, rejected)
    assert lines == [line[:-1] for line in staging.merged(folder)]
    assert lines == sorted(lines)
    listed = [
        row[0] for row in csv.reader((tmp_path / "rejected.csv").open(encoding="utf-8", newline=""))
    ]
    assert listed[1:] == [row[0] for row in csv.reader(alone)]
    assert len(listed) == rejected + 1 > 100


def test_whoever_reads_with_us_and_is_lost_ends_the_import_and_nobody_is_taken_for_the_last(
    tmp_path: Path,
) -> None:
    sheet = open_sheet(large(tmp_path / "in.csv"))
    with Staging(sheet, guess_columns(sheet.header), NOON, None) as reading:
        lines = reading.in_order()
        next(lines)
        helper = reading.helper
        assert helper is not None
        helper.kill()
        with pytest.raises(HelperLost):
            list(lines)


def test_a_helper_whose_other_is_gone_leaves_no_address_on_the_disk(tmp_path: Path) -> None:
    sheet = open_sheet(large(tmp_path / "in.csv"))
    folder = tmp_path / "staged"
    folder.mkdir()
    said, out = (
        io.StringIO(
            staging.written(ReadingTask(sheet, guess_columns(sheet.header), NOON, folder)) + "\n"
        ),
        io.StringIO(),
    )
    staging.help_out(said, out)
    assert int(out.getvalue().split()[0]) > 10_000
    assert len(out.getvalue().splitlines()) == 1, "it gives its figures, and nothing to nobody"
    assert not folder.exists()


CELLS = st.sampled_from(['"', '""', '"a\nb"', "a@x.example", "b@x.example", "x", "", ",", '"\n'])
LINES = st.lists(st.lists(CELLS, min_size=1, max_size=4).map(",".join), max_size=60)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES, st.integers(16, 200))
def test_the_shares_of_a_file_are_all_of_its_rows_and_no_row_twice(
    tmp_path: Path, lines: list[str], block_bytes: int
) -> None:
    path = tmp_path / "in.csv"
    path.write_text("\n".join(["email,name", *lines]), newline="\n")
    sheet = open_sheet(path)
    whole = list(read_rows(sheet, 0, Share(), block_bytes))
    parts = [list(read_rows(sheet, 0, Share(n, 3), block_bytes)) for n in range(3)]
    assert sorted(row for part in parts for row in part) == sorted(whole)
