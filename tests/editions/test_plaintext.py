"""The text part: lines that fit, blocks in print order, and a way to leave."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from newsletter.editions.content import POLL, ContentItem
from newsletter.editions.personalising import LINK, Markers
from newsletter.editions.plaintext import WIDTH, wrap, write_text
from tests.editions.test_press import content

MARKERS = Markers.of(content())
URL = MARKERS.spell(LINK)  # stands before an address


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
    text = write_text(issue, MARKERS)
    order = ["Intro.", "ALSO THIS WEEK", "FEATURED TOOLS", "MORE READING", POLL.question.upper()]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert "IN BRIEF" not in text
    assert f"Yes: {MARKERS.spell('vote_yes_url')}" in text


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
    text = write_text(replace(content(), lead=lead), MARKERS)
    assert f"Sponsored, Free, #AI #Images, Wire\n{URL}https://x.example/u\n" in text


def test_the_foot_says_why_it_came_and_how_to_leave() -> None:
    foot = write_text(content(), MARKERS).partition("\n-- \n")[2]
    values = {"reason": "you confirmed", "email": "ada@x.example", "since": "on 7 May 2026"}
    shown = MARKERS.split(foot).fill(values, escape=False).parts[0]
    assert "because you confirmed ada@x.example\nfor The Inference on 7 May 2026.\n" in shown
    assert f"Unsubscribe: {MARKERS.spell('unsubscribe_url')}" in foot
    assert f"Forwarded to you? Subscribe: {URL}http://x.example/join" in foot
    assert foot.endswith("The Inference\n1 Street\n")
