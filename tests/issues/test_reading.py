"""Reading issues: by number, the open one, the last that was sent, and blocks as printed."""

import pytest
from sqlmodel import Session

from newsletter.issues.models import Block
from newsletter.issues.reading import (
    KINDS,
    NoIssue,
    all_issues,
    blocks_by_issue,
    current_issue,
    issue_by_number,
    latest_sent_issue,
    next_number,
    read_blocks,
    read_issue,
    read_issue_to_change,
    read_stories,
)
from newsletter.publications.models import Publication
from tests.issues.stage import make_issue, send


def test_an_issue_that_is_not_there_is_no_issue(session: Session, publication: Publication) -> None:
    for read in (read_issue, read_issue_to_change):
        with pytest.raises(NoIssue):
            read(session, 1)
    with pytest.raises(NoIssue):
        issue_by_number(session, publication.key, 1)


def test_issues_come_newest_first_and_the_next_number_follows(
    session: Session, publication: Publication
) -> None:
    assert next_number(session, publication.key) == 1
    issues = [make_issue(session, publication, number) for number in (1, 2, 5)]
    assert all_issues(session, publication.key) == issues[::-1]
    assert issue_by_number(session, publication.key, 5) == issues[-1]
    assert next_number(session, publication.key) == 6


def test_the_current_issue_is_the_latest_open_one_and_sent_ones_are_past(
    session: Session, publication: Publication
) -> None:
    first = make_issue(session, publication, 1)
    second = make_issue(session, publication, 2)
    assert latest_sent_issue(session, publication.key) is None
    assert current_issue(session, publication.key) == second
    send(session, second)
    assert current_issue(session, publication.key) == first
    assert latest_sent_issue(session, publication.key) == second
    assert current_issue(session, publication.key, "monthly") is None


def test_blocks_come_as_they_are_printed_by_kind_and_position(
    session: Session, publication: Publication
) -> None:
    first = make_issue(session, publication, 1)
    second = make_issue(session, publication, 2)
    for kind in reversed(KINDS):
        for position in (1, 0):
            title = f"{kind} {position}"
            block = Block(issue_id=first.key, kind=kind, position=position, title=title, url="")
            session.add(block)
    session.flush()
    in_order = [f"{kind} {position}" for kind in KINDS for position in (0, 1)]
    assert [block.title for block in read_blocks(session, first.key)] == in_order
    assert [block.title for block in read_stories(session, first.key)] == in_order[:6]
    found = blocks_by_issue(session, [first.key, second.key])
    assert found[first.key] == read_blocks(session, first.key)
    assert found[second.key] == []
