"""What travels between parent and child arrives as it left."""

import random
from dataclasses import fields
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.errors import Refused
from newsletter.formats.feeds import NotAFeed
from newsletter.formats.pages.main_text import extract_page
from newsletter.formats.pages.page import NotAPage, Page
from newsletter.gathering.children.messages import (
    FEED,
    PAGE,
    REFUSALS,
    answered_value,
    refusal_answer,
    value_answer,
)
from tests.samples.feeds import damaged
from tests.samples.page_files import PAGES, sample

AT = "https://tidetable.example/a"


def test_nothing_of_a_page_is_lost_on_its_way_between_processes() -> None:
    page = Page(
        "https://x.example/",
        "T",
        "d",
        "t",
        "a",
        datetime(2026, 5, 5, tzinfo=UTC),
        "i",
        "en",
        7,
        ("x", "y"),
        "h",
        "s",
        ("j",),
    )
    assert all(getattr(page, field.name) for field in fields(page)), "every field is tried"
    assert answered_value(PAGE, value_answer(PAGE, page)) == page


@pytest.mark.parametrize("error", REFUSALS)
def test_a_refusal_arrives_as_the_error_that_the_format_raised(error: type[Refused]) -> None:
    with pytest.raises(error):
        answered_value(FEED, refusal_answer(error()))


@pytest.mark.parametrize("answer", [b"", b"+", b"-", b"-System", b'+{"title": 1}', b"+[]"])
def test_an_answer_of_another_form_is_believed_in_nothing(answer: bytes) -> None:
    with pytest.raises(ValueError, match="."):
        answered_value(FEED, answer)
    assert not isinstance(NotAFeed(), ValueError)


@settings(max_examples=30)
@given(st.randoms(use_true_random=False))
def test_no_damaged_page_is_changed_on_its_way_between_processes(chance: random.Random) -> None:
    check_way(damaged(sample(chance.choice(PAGES)), sample(chance.choice(PAGES)), chance))


@settings(max_examples=30)
@given(st.text(max_size=300))
def test_no_text_is_changed_on_its_way_between_processes(text: str) -> None:
    check_way(f"<html><h1>{text}</h1><p>{text}</p>".encode("utf-8", "replace"))


def check_way(content: bytes) -> None:
    try:
        page = extract_page(content, AT)
    except NotAPage:
        return
    assert answered_value(PAGE, value_answer(PAGE, page)) == page
