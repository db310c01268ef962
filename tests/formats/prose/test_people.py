"""People have names: no address of theirs is printed, and several are several."""

import pytest

from newsletter.formats.prose.people import name_of, names_of
from tests.samples.feeds import read_item


@pytest.mark.parametrize(
    "written",
    [
        *("Ada Grey", "ada@news.example (Ada Grey)", "Ada Grey (ada@news.example)"),
        *("Ada Grey <ada@news.example>", "Ada Grey &lt;ada@news.example&gt;"),
        *("Ada Grey, ada@news.example", "mailto:ada@news.example Ada Grey", " <b>Ada</b> Grey "),
        "ada.grey+news@a-very-long-name-of-a-domain.museum (Ada Grey)",
    ],
)
def test_an_address_is_left_out_and_the_name_stays(written: str) -> None:
    assert name_of(written) == "Ada Grey"


@pytest.mark.parametrize("written", ["ada@news.example", "https://social.example/ada", "", "()"])
def test_an_address_alone_is_nobody(written: str) -> None:
    assert name_of(written) == ""


def test_several_are_named_once_each_and_not_too_many() -> None:
    assert names_of(["Ada Grey", "Bo Lund", "Ada Grey"]) == "Ada Grey, Bo Lund"
    assert names_of(f"P{number} Q" for number in range(9)).count(",") == 3


def test_all_authors_of_an_item_are_named() -> None:
    two = "<dc:creator>Ada Grey</dc:creator><dc:creator>Bo Lund</dc:creator>"
    (item,) = read_item(f"<title>T</title><link>/a</link>{two}")
    assert item.author == "Ada Grey, Bo Lund"
    (item,) = read_item("<title>T</title><link>/a</link><dc:author>Ada Grey</dc:author>")
    assert item.author == "Ada Grey"
