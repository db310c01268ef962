"""Lists wait in a folder, with what was asked of them and what was found."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from newsletter.lists.storing import ImportAccount
from newsletter.lists.uploads import (
    CheckRequest,
    CheckResult,
    ListProgress,
    Lists,
    NoUpload,
    TooLarge,
)
from tests.samples.times import NOON

REQUEST = CheckRequest(1, ("address",), "Spring event", "Send it")
RESULT = CheckResult(ImportAccount(read=2, added=1, rejected=1))


def keep(lists: Lists, folder: Path, text: str = "email\nada@readers.example\n") -> str:
    path = folder / "list.csv"
    path.write_text(text, "utf-8")
    with path.open("rb") as file:
        return lists.keep(file, path.stat().st_size, "list.csv", 1)


def test_a_list_is_here_or_is_asked_for_again(tmp_path: Path) -> None:
    lists = Lists(tmp_path / "lists")
    path = tmp_path / "list.csv"
    path.write_text("email\nada@readers.example\n", "utf-8")
    with path.open("rb") as file, pytest.raises(TooLarge):
        lists.keep(file, 501 * 1024 * 1024, "list.csv", 1)
    with path.open("rb") as file:
        mark = lists.keep(file, 30, "../../etc/list.csv", 1)
    assert lists.name(mark) == "list.csv"
    assert list(lists.marks()) == [mark]
    lists.drop(mark)
    with pytest.raises(NoUpload):
        lists.sheet(mark)


def test_a_result_counts_for_the_columns_that_were_asked_for_last(tmp_path: Path) -> None:
    lists = Lists(tmp_path / "lists")
    mark = keep(lists, tmp_path)
    assert (lists.requested_check(mark), lists.check_result(mark)) == (None, None)
    lists.request_check(mark, REQUEST)
    assert lists.requested_check(mark) == REQUEST
    assert list(lists.waiting_marks()) == [mark]
    lists.set_check_result(mark, REQUEST, RESULT)
    assert lists.check_result(mark) == RESULT
    assert not lists.waiting_marks()
    other = CheckRequest(1, ("name",))
    lists.set_check_result(mark, other, CheckResult(None, "for columns of before"))
    assert lists.check_result(mark) is None
    lists.drop_check(mark)
    assert lists.requested_check(mark) is None
    assert lists.has(mark)


def test_progress_and_the_first_rejected_rows_are_read_beside_the_list(tmp_path: Path) -> None:
    lists = Lists(tmp_path / "lists")
    mark = keep(lists, tmp_path)
    assert (lists.progress(mark), lists.rejections(mark, 9)) == (None, ())
    lists.set_progress(mark, ListProgress(2, 3))
    assert lists.progress(mark) == ListProgress(2, 3, 0)
    lists.rejected_path(mark).write_text("line,reason,email,name\n2,no @,x,Bo\n3,no @,y,\n")
    assert lists.rejections(mark, 1) == [["2", "x, Bo", "no @"]]
    assert list(lists.marks()) == [mark], "the rejected rows are no list"
    lists.drop(mark)
    assert lists.rejections(mark, 9), "they are mended and sent in again"


def test_what_nobody_touched_is_forgotten_half_a_list_too(tmp_path: Path) -> None:
    lists = Lists(tmp_path / "lists")
    mark = keep(lists, tmp_path)
    (lists.folder / "half.part").write_text("email\nada@")
    long_ago = (NOON - timedelta(days=99)).timestamp()
    for path in lists.folder.iterdir():
        os.utime(path, (long_ago, long_ago))
    assert lists.forget_older(NOON - timedelta(days=100)) == 0
    assert lists.forget_older(NOON - timedelta(days=9)) == 4
    assert not lists.has(mark)
