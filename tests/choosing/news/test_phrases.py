"""Phrases: found with their classes, gaps and places as written, and errors say what is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.choosing.news.phrases import BadPhrase, PhraseBook, parse_phrase

CLASSES = {"state": ["court", "white house"], "order": ["bans", "order*"]}


def is_found(written: str, text: str) -> bool:
    book = PhraseBook({"it": [parse_phrase(written)]}, CLASSES)
    return bool(book.found_in(text))


@pytest.mark.parametrize(
    ("written", "text", "found"),
    [
        ("sues", "Riders sue", False),
        ("sues", "Rider sues", True),
        ("regulat*", "Regulators’ view", True),
        ("<state> <order>", "White House orders a halt", True),
        ("<state> <order>", "Orders for the court", False),
        ("<state> .. <order>", "Court in the north bans ferries", True),
        ("<state> .. <order>", "Court of a b c d e f g bans ferries", False),
        ("cut # jobs", "Bank to cut 3,200 jobs", True),
        ("cut # jobs", "Bank to cut the jobs", False),
        ("<state> <state>", "Court", False),
        ("<state> .. <state>", "Court writes to White House", True),
        ("^how to", "How to swim", True),
        ("^how to", "Swimming: how to begin", True),
        ("^^how to", "Swimming: how to begin", False),
        ("^how to", "Learn how to swim", False),
        ("case study$", "Harbour case study: the ferry", True),
        ("case study$", "A case study of ferries", False),
        ("<state> <order>", "The court's order", True),
        ("it", "It's raining", True),
        ("ferry", "Loi sur l’ferry", True),
        ("ferry", "Ferry'x", False),
        ("case study$", "It is a case study. Ferries next", True),
        ("case study$", "A case study - by ferry", True),
        ("case study$", "A case study-like ferry", False),
        ("u.s <order>", "U.S. bans ferries", True),
    ],
)
def test_a_phrase_is_found_as_it_is_written(written: str, text: str, found: bool) -> None:
    assert is_found(written, text) == found


@pytest.mark.parametrize("written", ["", "..", ".. sues", "sues ..", "Sues", "<State>", "a*", "$%"])
def test_a_phrase_that_cannot_be_read_names_itself(written: str) -> None:
    with pytest.raises(BadPhrase, match="“"):
        parse_phrase(written)


def test_a_class_that_is_missing_is_named() -> None:
    with pytest.raises(BadPhrase, match="there is no class <law>"):
        PhraseBook({"it": [parse_phrase("<law> bans")]}, CLASSES)


@given(st.text(max_size=200))
def test_any_text_may_be_looked_at(text: str) -> None:
    assert is_found("<state> .. <order>", f"{text} court bans") is True
