"""A file is staged: its people in order, its bad rows listed, by one process or by two."""

import csv
import os
import random
import signal
from pathlib import Path

import pytest

from newsletter.lists.columns import Columns, guess_columns, named
from newsletter.lists.meaning.answers import Answers
from newsletter.lists.meaning.questions import Unclear
from newsletter.lists.presets import REJECTED_HEADS
from newsletter.lists.runs import ReadingTask, read_share
from newsletter.lists.staging import LARGE_BYTES, HelperLost, staged
from newsletter.lists.tables.rows import Share, first_rows
from newsletter.lists.tables.shapes import Sheet, open_sheet
from tests.samples.times import NOON


def large(path: Path) -> tuple[Sheet, Columns]:
    """A file that two processes read: in no order, some names over two lines, 1 % bad rows."""
    chance = random.Random(3)
    with path.open("w", encoding="utf-8") as file:
        file.write("email,name\n")
        for n in range(LARGE_BYTES // 40):
            name = '"Zoë\nof two lines"' if n % 50 == 0 else f"Reader {n} of a long name"
            address = f"{chance.getrandbits(48):012x}@readers.example"
            file.write(f"nobody {n},\n" if n % 100 == 7 else f"{address},{name}\n")
    assert path.stat().st_size > LARGE_BYTES
    sheet = open_sheet(path)
    return sheet, guess_columns(sheet.header)


def children() -> list[int]:
    """The processes that this one has started, by the kernel's account."""
    threads = Path("/proc/self/task").iterdir()
    return [int(child) for thread in threads for child in (thread / "children").read_text().split()]


def test_two_processes_read_a_large_file_as_one_would(tmp_path: Path) -> None:
    sheet, columns = large(tmp_path / "in.csv")
    alone = read_share(ReadingTask(sheet, columns, NOON, Share()))
    expected = sorted(line for run in alone.runs for line in run)
    with staged(sheet, columns, NOON, tmp_path / "rejected.csv") as both:
        assert (both.read, both.rejected) == (alone.read, alone.rejected)
        assert list(both.people) == expected
    with (tmp_path / "rejected.csv").open(encoding="utf-8", newline="") as file:
        header, *listed = csv.reader(file)
    assert header == [*REJECTED_HEADS, *columns.names]
    assert listed == list(csv.reader(alone.rejections))
    assert len(listed) == alone.rejected > 100
    alone.close()


def test_whoever_reads_with_us_and_is_lost_ends_the_import_and_nobody_is_taken_for_the_last(
    tmp_path: Path,
) -> None:
    sheet, columns = large(tmp_path / "in.csv")
    before = children()

    def kill_the_other(_: int) -> None:
        for child in set(children()) - set(before):
            os.kill(child, signal.SIGKILL)

    with (
        pytest.raises(HelperLost),
        staged(sheet, columns, NOON, None, kill_the_other),
    ):
        pytest.fail("a part of the list is not the list")
    assert children() == before


def test_a_small_file_is_read_by_one_process_and_lists_nothing_that_is_not_rejected(
    tmp_path: Path,
) -> None:
    path = tmp_path / "in.csv"
    path.write_text("email\nbo@x.example\nada@x.example\n")
    sheet = open_sheet(path)
    before = children()
    rejected = tmp_path / "rejected.csv"
    with staged(sheet, guess_columns(sheet.header), NOON, rejected) as file:
        assert children() == before
        assert (file.read, file.rejected) == (2, 0)
        assert [line.split("\t")[0] for line in file.people] == ["ada@x.example", "bo@x.example"]
    assert not rejected.exists()


@pytest.mark.parametrize(
    ("name", "text", "answers"),
    [
        (
            "list.csv",
            "email,Opted out\nada@x.example,no\nbo@@x.example,yes\n",
            Answers({1: {"yes": "unsubscribed", "no": "active"}}),
        ),
        ("bounces.csv", "email\nada@x.example\nbo@@x.example\n", Answers(everybody="bounce")),
        ("list.csv", "email\nada@x.example\nbo@@x.example\n", Answers(everybody="manual")),
        ("brand-unsubscribed.csv", "name,email\nx,ada@x.example\ny,bo@@x.example\n", Answers()),
        ("list.csv", "Unsubscribed\nada@x.example\nbo@@x.example\n", Answers(everybody="manual")),
    ],
)
def test_rows_that_were_rejected_say_no_as_before_when_they_come_again(
    name: str, text: str, answers: Answers, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(text)
    sheet = open_sheet(path)
    columns = named(guess_columns(sheet.header, {}, answers, first_rows(sheet)), name)
    rejected = tmp_path / "neutral.csv"  # whoever sends it in again may call it anything
    with staged(sheet, columns, NOON, rejected) as file:
        assert file.rejected == 1
    rejected.write_text(rejected.read_text().replace("@@", "@"))
    again = open_sheet(rejected)
    columns = named(guess_columns(again.header, {}, Answers(), first_rows(again)), rejected.name)
    with pytest.raises(Unclear), staged(again, columns, NOON, None):
        pytest.fail("who said no would get letters")


def test_rows_that_were_rejected_come_in_when_they_are_mended(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("email,City\nada@@x.example,Ulm\nbo@x.example,Ulm\n")
    sheet = open_sheet(path)
    rejected = tmp_path / "in.rejected.csv"
    with staged(sheet, guess_columns(sheet.header), NOON, rejected):
        pass
    rejected.write_text(rejected.read_text().replace("@@", "@"))
    again = open_sheet(rejected)
    with staged(again, guess_columns(again.header), NOON, None) as file:
        (line,) = file.people
    assert line.split("\t")[0] == "ada@x.example"
    assert '{"City": "Ulm"}' in line
