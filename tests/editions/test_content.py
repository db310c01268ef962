"""What a press prints: the order of items, the time to read them, and the markers of a poll."""

from dataclasses import replace

from newsletter.editions.content import POLL, ContentItem
from tests.editions.test_press import content


def item(title: str, words: int = 0) -> ContentItem:
    return ContentItem(title, "https://x.example/", "word " * words)


def test_items_are_in_print_order() -> None:
    issue = replace(
        content(),
        lead=item("lead"),
        stories=(item("story"),),
        brief=(item("brief"),),
        tools=(item("tool"),),
        similar=(item("more"),),
    )
    titles = [found.title for found in issue.items]
    assert titles == ["lead", "story", "brief", "tool", "more"]
    assert [found.title for found in replace(issue, lead=None).items] == titles[1:]


def test_it_takes_a_minute_to_read_220_words_and_never_less_than_one() -> None:
    empty = replace(content(), lead=None, stories=(), brief=(), tools=(), similar=())
    assert empty.read_minutes == 1
    assert replace(empty, lead=item("One", 659)).read_minutes == 3


def test_each_answer_of_a_poll_has_a_marker_of_its_name() -> None:
    names = {"vote_yes_url": "yes", "vote_partly_url": "partly", "vote_no_url": "no"}
    assert POLL.markers == names


def test_the_last_word_of_a_name_is_marked() -> None:
    face = content().face
    assert (face.plain, face.marked) == ("The", "Inference")
    assert replace(face, name="Inference").plain == ""
