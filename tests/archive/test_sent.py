"""The issues that were sent: their order, their neighbours, and the words of imported ones."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from newsletter.archive.models import PastIssue
from newsletter.archive.sent import (
    NotSent,
    count_sent,
    neighbours,
    past_issue,
    past_issues,
    read_sent_issue,
    sent_issues,
)
from newsletter.publications.models import Publication
from tests.archive.stage import NOW, keep_issue


def numbers(session: Session, publication_id: int, skip: int = 0) -> list[int]:
    issues = sent_issues(session, publication_id, skip=skip, most=9)
    return [issue.number for issue in issues]


def test_sent_issues_come_newest_first_and_by_number_within_a_moment(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    for number in (1, 2):
        keep_issue(session, key, number, NOW)
    keep_issue(session, key, 3, NOW - timedelta(days=1))
    keep_issue(session, key, 4, NOW, status="approved")
    assert numbers(session, key) == [2, 1, 3]
    assert numbers(session, key, skip=1) == [1, 3]
    assert count_sent(session, key) == 3
    assert count_sent(session, key + 1) == 0


def test_neighbours_are_in_the_order_of_the_list_and_pass_over_others(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    oldest = keep_issue(session, key, 3, NOW - timedelta(days=1))
    first = keep_issue(session, key, 1, NOW)
    second = keep_issue(session, key, 2, NOW)
    keep_issue(session, key, 4, NOW + timedelta(days=1), status="held")
    assert neighbours(session, first) == (oldest, second)
    assert neighbours(session, oldest) == (None, first)
    assert neighbours(session, second) == (first, None)


def test_only_an_issue_that_was_sent_is_read(session: Session, publication: Publication) -> None:
    key = publication.key
    issue = keep_issue(session, key, 1, NOW)
    keep_issue(session, key, 2, NOW, status="approved")
    assert read_sent_issue(session, key, 1) == issue
    for number in (2, 3):
        with pytest.raises(NotSent):
            read_sent_issue(session, key, number)


def test_only_imported_issues_have_words_of_another_program(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    imported = keep_issue(session, key, 1, NOW).key
    made_here = keep_issue(session, key, 2, NOW).key
    session.add(PastIssue(issue_id=imported, html="<p>A tide</p>", text="A tide"))
    session.flush()
    words = past_issue(session, imported)
    assert words is not None
    assert words.text == "A tide"
    assert past_issue(session, made_here) is None
    assert past_issues(session, [imported, made_here]) == {imported: words}
