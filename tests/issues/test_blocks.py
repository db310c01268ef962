"""Blocks: a story is written by its first report, and the order of blocks makes their kinds."""

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


def test_a_credit_names_the_source_and_two_others_that_cover_the_story() -> None:
    assert credit("Wire", ["Wire"]) == "Wire"
    assert (
        credit("Wire", ["Ledger", "Wire", "Notes", "Fourth"])
        == "Wire, also covered by Ledger and Notes"
    )


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
    assert write_story(block, [first, second], ["Wire", "Post"], long=True)
    assert (block.article_id, block.title, block.text) == (first.id, first.title, first.dek)
    assert (block.source, block.folded) == ("Wire, also covered by Post", [second.id])
    assert not write_story(block, [first, second], ["Wire", "Post"], long=True)


def test_the_text_is_that_of_the_next_report_if_the_first_has_none() -> None:
    block = new_block(1)
    bare = report("A ferry sinks", source="Wire")
    other = report("Ferry lost", "Nobody was hurt.", source="Post")
    write_story(block, [bare, other], ["Wire"], long=False)
    assert block.text == "Nobody was hurt."


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
