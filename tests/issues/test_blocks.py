"""Blocks: a story is written by its first report, and the order of blocks makes their kinds."""

from newsletter.choosing.stories import Report
from newsletter.issues.blocks import (
    BlockPool,
    arrange,
    credit,
    new_block,
    reason_sentences,
    write_candidate,
    write_story,
)
from newsletter.issues.models import Block
from tests.samples.reports import candidate, report


def test_a_credit_names_who_is_linked_whose_words_are_printed_and_two_others() -> None:
    def told(name: str, firm: str = "") -> Report:
        return report("A ferry sinks", source=name, firm=firm or name)

    wire, post = told("Wire"), told("Post")
    assert credit([wire], wire) == "Wire"
    assert credit([wire, post], wire) == "Wire, also covered by Post"
    assert credit([wire, post], post) == "Wire, summary from Post"
    many = [wire, post, told("Notes"), told("Fourth")]
    assert credit(many, wire) == "Wire, also covered by Post and Notes"
    # A second page of one firm is no second witness.
    assert credit([wire, told("Wire research", "Wire")], wire) == "Wire"


def test_the_first_block_leads_the_next_are_stories_and_the_rest_is_brief() -> None:
    blocks = [new_block(1) for _ in range(5)]
    assert arrange(blocks, rows=2)
    places = [(block.kind, block.position) for block in blocks]
    assert places == [("lead", 0), ("stories", 0), ("stories", 1), ("brief", 0), ("brief", 1)]
    assert not arrange(blocks, rows=2), "nothing moved"


def test_a_story_is_written_once_and_the_same_again_is_no_difference() -> None:
    block = new_block(1)
    first = report("A ferry sinks", "It sank at noon.", source="Wire")
    second = report("Ferry lost", "Nobody was hurt.", source="Post")
    assert write_story(block, [first, second], long=True)
    assert (block.article_id, block.title, block.text) == (first.id, first.title, first.dek)
    assert (block.source, block.folded) == ("Wire, also covered by Post", [second.id])
    assert not write_story(block, [first, second], long=True)


def test_the_text_is_that_of_the_next_report_if_the_first_has_none() -> None:
    block = new_block(1)
    bare = report("A ferry sinks", source="Wire")
    other = report("Ferry lost", "Nobody was hurt.", source="Post")
    write_story(block, [bare, other], long=False)
    assert (block.text, block.source) == ("Nobody was hurt.", "Wire, summary from Post")


def test_a_text_that_only_repeats_the_title_gives_way_to_its_next_sentence_or_another_report() -> (
    None
):
    title = "Orrery launches a planner for laboratories"
    repeated = "Today Orrery has launched its planner for laboratories."
    block = new_block(1)
    write_story(block, [report(title, f"{repeated} It costs nothing.")], long=True)
    assert block.text == "It costs nothing."
    reports = [
        report(title, repeated, source="Wire"),
        report("A planner", "It is free.", source="P"),
    ]
    write_story(block, reports, long=True)
    assert (block.text, block.source) == ("It is free.", "Wire, summary from P")
    write_story(block, reports[:1], long=True)
    assert block.text == ""


def test_a_block_keeps_the_reasons_of_its_story() -> None:
    block = new_block(1)
    story = candidate("Court bans scoring by voice")
    write_candidate(block, story, long=False)
    assert block.score == story.score
    assert block.reasons == reason_sentences(story)
    assert block.reasons[0].startswith("+")


def test_a_pool_gives_a_story_its_own_block_again_and_a_new_story_a_new_block() -> None:
    story = candidate("A ferry sinks")
    block = Block(id=7, issue_id=1, kind="brief", position=3, article_id=story.id, title="", url="")
    pool = BlockPool([block], 1)
    assert pool.take(story) is block
    assert pool.take(story).id is None
