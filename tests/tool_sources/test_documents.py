"""What a source gives by its kind: items of a feed are tools, and a file is read with limits."""

from pathlib import Path

import pytest

from newsletter.fetching.failures import FetchFailed
from newsletter.formats.found import Found
from newsletter.tool_sources.documents import read_file, tools_of_feed
from newsletter.tool_sources.sources import file_address


@pytest.mark.parametrize(
    ("title", "name", "words"),
    [
        ("Pen – writes letters", "Pen", "writes letters"),
        ("Pen | Shelf - all tools", "Pen", "Shelf - all tools"),
        ("Pen-and-ink", "Pen-and-ink", ""),
        (" – x", "", "x"),
    ],
)
def test_words_behind_a_name_describe_a_tool(title: str, name: str, words: str) -> None:
    (tool,) = tools_of_feed([Found("https://pen.example", title, topics=("Writing",))])
    assert (tool.name, tool.description, tool.tags, tool.row) == (name, words, ("Writing",), 1)
    (tool,) = tools_of_feed([Found("https://pen.example", title, dek="Its dek.")])
    assert tool.description == "Its dek."


def test_a_file_is_read_and_a_large_or_an_odd_one_is_not(tmp_path: Path) -> None:
    file = tmp_path / "ä b.csv"
    file.write_bytes(b"name,url")
    assert read_file(file_address(file), 8).body == b"name,url"
    with pytest.raises(FetchFailed, match="over 7 bytes"):
        read_file(file_address(file), 7)
    with pytest.raises(FetchFailed, match="there is no file"):
        read_file("file:///dev/zero", 10)
