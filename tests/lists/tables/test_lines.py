"""Lines of a file: found in any encoding, and no line is cut where a block ends."""

from pathlib import Path

import pytest

from newsletter.lists.tables.lines import MOST_LINE_BYTES, find_encoding, read_blocks


@pytest.mark.parametrize(
    ("sample", "encoding"),
    [
        (b"", "utf-8"),
        ("Zoë".encode(), "utf-8"),
        ("Zoë".encode()[:-1], "utf-8"),  # the sample ends within a letter
        ("Zoë".encode("utf-8-sig"), "utf-8"),
        ("Zoë Low".encode("cp1252"), "cp1252"),
        ("Zoë".encode("utf-16"), "utf-16-le"),
        ("Zoë".encode("utf-16-le"), "utf-16-le"),
        ("Zoë".encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_an_encoding_is_known_by_its_mark_or_its_bytes(sample: bytes, encoding: str) -> None:
    assert find_encoding(sample) == encoding


@pytest.mark.parametrize("block_bytes", range(1, 12))
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_the_same_wherever_a_block_ends(
    tmp_path: Path, block_bytes: int, end: str
) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(end.join(["é,1", "", "two", "three"]).encode())
    blocks = read_blocks(path, "utf-8", block_bytes)
    assert [line for block in blocks for line in block] == ["é,1", "", "two", "three"]


def test_of_a_line_without_end_only_the_beginning_is_held(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(b"x" * (3 * MOST_LINE_BYTES) + b"\nada\n")
    [lines] = read_blocks(path, "utf-8", 1 << 16)
    assert len(lines[0]) <= MOST_LINE_BYTES + (1 << 16)
    assert lines[1:] == ["ada"]
