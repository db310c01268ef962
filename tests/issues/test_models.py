"""The tables of issues: a block knows whether it is a story and which articles tell it."""

import pytest

from newsletter.issues.models import Assessment, Block


def block(kind: str, article_id: int | None = None, folded: tuple[int, ...] = ()) -> Block:
    return Block(
        issue_id=1,
        kind=kind,
        position=0,
        title="",
        url="",
        article_id=article_id,
        folded=list(folded),
    )


@pytest.mark.parametrize(
    ("kind", "is_story"),
    [("lead", True), ("stories", True), ("brief", True), ("tools", False), ("similar", False)],
)
def test_lead_rows_and_brief_are_stories(kind: str, is_story: bool) -> None:
    assert block(kind).is_story == is_story


def test_the_articles_of_a_block_are_the_linked_one_first_and_those_folded_into_it() -> None:
    assert block("brief", 3, (5, 4)).article_ids == [3, 5, 4]
    assert block("tools").article_ids == []


def test_assessments_keep_the_table_that_they_always_had() -> None:
    assert Assessment.__tablename__ == "weighed"
