"""After a gathering the open issue is looked at again, until its deadline; a summariser that fails
stops no tick."""

from datetime import timedelta

from sqlmodel import Session

from newsletter.issues import composing
from newsletter.issues.proposing import propose
from newsletter.publications.models import Publication
from newsletter.schedule.deadlines import refresh_open_issues
from tests.delivery.rig import URLS
from tests.issues.stage import gathered, news
from tests.samples.times import NOON

BIG = "Court bans scoring by voice in landmark ruling"


def test_the_proposed_issue_is_refreshed_and_named_if_it_changed(
    session: Session, publication: Publication
) -> None:
    news(session, publication, 5)
    due_at = NOON + timedelta(hours=9)
    issue = propose(session, publication.key, period="p1", due_at=due_at, now=NOON)
    assert refresh_open_issues(session, publication.key, URLS, NOON) == []
    gathered(session, publication, "wire", [BIG])
    assert (
        refresh_open_issues(session, publication.key, URLS, due_at) == []
    )  # its deadline is here: what was seen goes out
    assert refresh_open_issues(session, publication.key, URLS, NOON) == [1]
    composing.hold(session, issue.key)
    gathered(session, publication, "wire", ["Breach: attackers exploited a flaw in ferries"])
    assert refresh_open_issues(session, publication.key, URLS, NOON) == []
