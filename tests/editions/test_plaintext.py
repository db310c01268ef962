"""The text part: lines that fit, blocks in print order, and a way to leave."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from newsletter.editions.content import POLL, ContentItem
from newsletter.editions.plaintext import WIDTH, wrap, write_text
from tests.editions.test_press import content


@given(st.lists(st.text("abcdefghij", min_size=1, max_size=20), max_size=60))
def test_a_paragraph_is_folded_and_no_word_of_it_is_lost(words: list[str]) -> None:
    folded = wrap(" ".join(words))
    assert folded.split() == words
    assert all(len(line) <= WIDTH for line in folded.split("\n"))


def test_an_address_is_never_broken() -> None:
    url = "https://x.example/" + "long-path/" * 20
    assert url in wrap(f"See {url} for more").split("\n")


def test_blocks_are_in_print_order_and_an_empty_one_has_no_heading() -> None:
    issue = replace(content(), poll=POLL, brief=())
    text = write_text(issue)
    order = ["Intro.", "ALSO THIS WEEK", "FEATURED TOOLS", "MORE READING", POLL.question.upper()]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert "IN BRIEF" not in text
    assert "Yes: [[vote_yes_url]]" in text


def test_what_is_known_of_an_item_is_one_line_and_its_address_another() -> None:
    lead = ContentItem(
        "Upscayl",
        "https://x.example/u",
        "Larger pictures.",
        source="Wire",
        price="Free",
        tags=("AI", "Images"),
        label="Sponsored",
    )
    text = write_text(replace(content(), lead=lead))
    assert "Sponsored, Free, #AI #Images, Wire\nhttps://x.example/u\n" in text


def test_the_foot_says_why_it_came_and_how_to_leave() -> None:
    foot = write_text(content()).partition("\n-- \n")[2]
    assert "you confirmed [[email]] for The Inference" in " ".join(foot.split())
    assert "Unsubscribe: [[unsubscribe_url]]" in foot
    assert "Forwarded to you? Subscribe: http://x.example/join" in foot
    assert foot.endswith("The Inference\n1 Street\n")
