"""Reasons: why each candidate is in an issue or not, written again by each refresh."""

import pytest
from sqlmodel import Session

from newsletter.issues import reasons
from newsletter.issues.refreshing import refresh
from newsletter.publications.models import Publication
from tests.issues.stage import BIG, gathered, open_issue, stories
from tests.samples.times import NOON


def test_those_that_are_in_come_first_in_their_order_then_the_others_best_first(
    session: Session, publication: Publication
) -> None:
    key = open_issue(session, publication, 13)
    rows = reasons.read_assessments(session, key)
    assert [row.place for row in rows] == [*range(11), None, None]
    assert rows[11].score >= rows[12].score
    shown = [block.article_id for block in stories(session, key)]
    assert [row.article_id for row in rows[:11]] == shown
    assert reasons.count_assessments(session, key) == 13
    assert len(reasons.read_assessments(session, key, 5)) == 5


def test_a_row_says_in_sentences_why_its_story_is_in_or_out(
    session: Session, publication: Publication
) -> None:
    key = open_issue(session, publication, 13)
    rows = reasons.read_assessments(session, key)
    assert rows[0].verdict.startswith("in: ")
    assert rows[-1].verdict.startswith("12th story of News: ")
    assert rows[0].sources == ["News"]
    assert all(reason[0] in "+-" for row in rows for reason in row.reasons)


def test_a_refresh_writes_them_again_with_the_reports_that_are_folded(
    session: Session, publication: Publication
) -> None:
    key = open_issue(session, publication, 4)
    gathered(session, publication, "wire", BIG[:1])
    gathered(session, publication, "post", BIG[:1])
    refresh(session, key, NOON)
    rows = reasons.read_assessments(session, key)
    assert len(rows) == 5
    assert sorted(rows[0].sources) == ["Post", "Wire"]
    assert len(rows[0].folded) == 1
    articles = reasons.assessed_articles(session, rows)
    assert articles.keys() >= {rows[0].article_id, rows[0].folded[0]}
    assert len(articles) == 6
    assert reasons.read_assessment(session, key, rows[0].article_id) == rows[0]


def test_a_story_that_was_not_considered_has_no_assessment(
    session: Session, publication: Publication
) -> None:
    key = open_issue(session, publication, 3)
    with pytest.raises(reasons.NotAssessed):
        reasons.read_assessment(session, key, 999)
