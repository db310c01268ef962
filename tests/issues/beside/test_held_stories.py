"""What goes out with one issue does not come in another beside it."""

from sqlmodel import Session

from newsletter.issues import approval
from newsletter.issues.beside.held_stories import held_reports
from newsletter.issues.proposing import propose
from newsletter.issues.reading import read_issue
from newsletter.publications.models import Publication
from tests.issues.stage import WEEK, open_issue, titles
from tests.samples.times import NOON


def test_an_issue_holds_its_stories_from_its_approval_on(
    session: Session, publication: Publication
) -> None:
    first = open_issue(session, publication)
    second = propose(session, publication.key, period="p2", due_at=NOON + WEEK, now=NOON)
    assert held_reports(session, second, (), NOON) == []
    approval.approve(session, first, "checksum", by="mara", now=NOON)
    held = held_reports(session, second, (), NOON)
    assert {link.report.title for link in held} >= set(titles(session, first))
    assert {link.number for link in held} == {1}
    assert held_reports(session, second, {link.report.id for link in held}, NOON) == []
    assert held_reports(session, read_issue(session, first), (), NOON) == []
