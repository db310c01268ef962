"""The index of the archive: when it has work, which results come first, and how they are paged."""

from datetime import timedelta

from sqlmodel import Session, func, select

from newsletter.archive.models import Indexed, Posting
from newsletter.archive.search import forget_issue, has_unindexed, index_batch, search
from newsletter.issues.models import Issue
from newsletter.publications.models import Publication
from tests.archive.stage import NOW, keep_issue


def keep(
    session: Session,
    publication_id: int,
    number: int,
    subject: str,
    intro: str = "",
    status: str = "sent",
) -> Issue:
    at = NOW - timedelta(weeks=50 - number)
    words = {"subject": subject, "intro": intro}
    return keep_issue(session, publication_id, number, at, status=status, **words)


def found(session: Session, publication_id: int, question: str) -> list[int | None]:
    return [result.number for result in search(session, publication_id, question).results]


def test_the_index_has_work_until_all_that_was_sent_is_in_it(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    assert not has_unindexed(session, key, NOW)
    keep(session, key, 1, "A tide")
    keep(session, key, 2, "A tide to come", status="approved")
    assert has_unindexed(session, key, NOW)
    assert index_batch(session, key, NOW) == 1
    assert not has_unindexed(session, key, NOW)
    assert found(session, key, "tide") == [1]


def test_results_are_ordered_by_weight_then_by_date_and_come_in_pages(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    keep(session, key, 1, "A tide", "A tide, a tide and a tide.")
    keep(session, key, 2, "Lamps", "A tide.")
    keep(session, key, 3, "Doors", "A tide.")
    index_batch(session, key, NOW)
    assert found(session, key, "tide") == [1, 3, 2]
    assert found(session, key, "tide lamp") == [2]
    page = search(session, key, "tide", skip=1, most=1)
    assert [result.number for result in page.results] == [3]
    assert page.count == 3


def test_an_issue_that_is_forgotten_leaves_nothing_and_can_be_indexed_again(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    issue = keep(session, key, 1, "A tide")
    index_batch(session, key, NOW)
    forget_issue(session, issue.key)
    assert found(session, key, "tide") == []
    for table in (Indexed, Posting):
        assert session.exec(select(func.count()).select_from(table)).one() == 0
    assert index_batch(session, key, NOW) == 1
