"""A folder remembers a counter that only grows, and knows itself as a copy."""

import shutil
from pathlib import Path

import pytest

from newsletter.host.memory import Memory
from newsletter.host.standing import Remembered


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "journals"
    made.mkdir()
    (made / "home").write_text("us-00000000")
    return made


def test_a_counter_only_grows(folder: Path) -> None:
    memory = Memory(folder)
    assert memory.read() is None
    for counter in (3, 7, 5):
        memory.raise_to(counter)
    assert Memory(folder).read() == Remembered(7, memory.place())


def test_a_copied_folder_is_another_place_and_stays_so_when_it_counts(
    folder: Path, tmp_path: Path
) -> None:
    Memory(folder).raise_to(3)
    copy = Memory(Path(shutil.copytree(folder, tmp_path / "copy")))
    copy.raise_to(9)
    remembered = copy.read()
    assert remembered is not None
    assert remembered.place != copy.place()
    copy.settle_here(10)
    assert copy.read() == Remembered(10, copy.place())


def test_a_folder_that_was_renamed_is_the_same_place(folder: Path, tmp_path: Path) -> None:
    Memory(folder).raise_to(3)
    moved = Memory(folder.rename(tmp_path / "moved"))
    remembered = moved.read()
    assert remembered is not None
    assert remembered.place == moved.place()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"counter": 3}', "3"])
def test_a_memory_that_cannot_be_read_is_none(folder: Path, text: str) -> None:
    (folder / "memory").write_text(text)
    assert Memory(folder).read() is None
