"""What an editor learns from leaves: counts by issue and way, reasons, words, and doubts."""

from datetime import timedelta

from sqlmodel import Session

from newsletter.publications.models import Publication
from subscribers.leaving import reports, unsubscribing
from subscribers.leaving.reports import IssueLeaves
from subscribers.leaving.unsubscribing import Way
from tests.samples.times import NOON
from tests.subscribers.people import join

NETWORK = "203.0.113.9"


def leave(
    session: Session,
    publication: Publication,
    name: str,
    by: str = "link",
    issue_id: int | None = None,
    after_s: int | None = None,
) -> int:
    key = join(session, publication, f"{name}@readers.example").key
    unsubscribing.end_subscription(
        session, key, by=by, issue_id=issue_id, after_s=after_s, network=NETWORK, now=NOON
    )
    return key


def test_leaves_are_counted_by_issue_and_way_with_their_average_time(
    session: Session, publication: Publication
) -> None:
    leave(session, publication, "ada", "link", 1, 100)
    leave(session, publication, "bob", "one-click", 2, 10)
    leave(session, publication, "cyd", "link", 2, 41)
    leave(session, publication, "dan", "link", 2)
    leave(session, publication, "eve", "editor")
    unsubscribing.undo_leave(session, leave(session, publication, "fay", "link", 1), NOON)
    rows = reports.leaves_by_issue(session, publication.key, 9)
    assert rows == [
        IssueLeaves(2, {"one-click": 1, "link": 2}, 26),
        IssueLeaves(1, {"link": 1}, 100),
        IssueLeaves(None, {"editor": 1}, None),
    ]
    assert rows[0].total == 3
    assert reports.leaves_by_issue(session, publication.key, 1) == rows[:1]
    assert reports.leaves_by_issue(session, publication.key + 1, 9) == []


def test_reasons_are_counted_and_words_shown_the_latest_first(
    session: Session, publication: Publication
) -> None:
    given = (("ada", "often", "Daily is much"), ("bob", "often", ""), ("cyd", "unasked", "Who?"))
    for name, why, words in given:
        found = unsubscribing.latest_leave(session, leave(session, publication, name))
        assert found is not None
        unsubscribing.set_reason(session, found.key, why, words)
    leave(session, publication, "dan")
    assert list(reports.count_reasons(session, publication.key).items()) == [
        ("Too many e-mails", 2),
        ("I never signed up", 1),
    ]
    assert reports.latest_words(session, publication.key, 9) == ["Who?", "Daily is much"]
    assert reports.latest_words(session, publication.key, 1) == ["Who?"]


def test_a_doubtful_leave_comes_with_the_obeyed_ones_of_its_network_and_minute(
    session: Session, publication: Publication
) -> None:
    leave(session, publication, "first")
    leave(session, publication, "clicked", "one-click")
    doubted = join(session, publication, "doubted@readers.example").key
    soon = NOON + timedelta(seconds=30)
    unsubscribing.note_doubtful_leave(session, doubted, Way("link", 1, 3, NETWORK), soon)
    alone = join(session, publication, "alone@readers.example").key
    elsewhere = Way("link", 1, 3, "198.51.100.1")
    unsubscribing.note_doubtful_leave(session, alone, elsewhere, soon)
    rows = reports.doubtful_leaves(session, publication.key, 9)
    assert [(row.address, row.others, row.is_obeyed) for row in rows] == [
        ("first@readers.example", 1, True),
        ("doubted@readers.example", 1, False),
        ("alone@readers.example", 0, False),
    ]
