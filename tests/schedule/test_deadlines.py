"""After a gathering the open issue is looked at again, until its deadline. A week has one issue,
whatever becomes of the cadence."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from newsletter.database import Database
from newsletter.gathering import sources
from newsletter.issues import composing
from newsletter.issues.proposing import propose
from newsletter.publications.models import Publication
from newsletter.schedule.cadence import next_due, parse
from newsletter.schedule.deadlines import refresh_open_issues
from tests.delivery.rig import URLS
from tests.issues.stage import WEEK, gathered, news
from tests.samples.times import NOON
from tests.schedule.turns import take_turn

BIG = "Court bans scoring by voice in landmark ruling"
DUE = next_due(parse("Tuesday 09:00 UTC"), NOON)


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


@pytest.mark.parametrize("cadence", ["Tuesday 11:00 UTC", "Tuesday 07:00 UTC", "Friday 09:00 UTC"])
def test_a_cadence_that_is_changed_after_the_issue_brings_no_second_one_in_its_week(
    database: Database, publication: Publication, cadence: str
) -> None:
    """Else the standing rule mails all readers twice on one day."""
    _set(database, publication, cadence="Tuesday 09:00 UTC", rule="send")
    database.write(_begin, publication)
    assert len(_tick(database, publication, DUE - timedelta(hours=3))) == 1
    assert _sent(_tick(database, publication, DUE)) == ["issue 1 goes out"]
    _set(database, publication, cadence=cadence)
    moved = next_due(parse(cadence), DUE - timedelta(hours=4))
    for at in (DUE + timedelta(minutes=15), moved, moved + timedelta(seconds=5)):
        assert _tick(database, publication, at) == []
    assert _tick(database, publication, moved + WEEK)[0].startswith("issue 2 ")


def test_an_open_issue_keeps_its_deadline_when_the_cadence_is_changed(
    database: Database, publication: Publication
) -> None:
    _set(database, publication, cadence="Tuesday 09:00 UTC", rule="send")
    database.write(_begin, publication)
    assert len(_tick(database, publication, DUE - timedelta(hours=3))) == 1
    _set(database, publication, cadence="Tuesday 11:00 UTC")
    assert _sent(_tick(database, publication, DUE)) == ["issue 1 goes out"]
    assert _tick(database, publication, DUE + timedelta(hours=2)) == []


def _begin(session: Session, publication: Publication) -> None:
    news(session, publication, 12)
    source = sources.all_sources(session, publication.key)[0]
    source.succeeded_at = NOON


def _set(database: Database, publication: Publication, **values: object) -> None:
    with database.writing() as session:
        kept = session.get_one(Publication, publication.id)
        for name, value in values.items():
            setattr(kept, name, value)


def _tick(database: Database, publication: Publication, at: datetime) -> list[str]:
    return database.write(take_turn, publication, URLS, at)


def _sent(sentences: list[str]) -> list[str]:
    return [sentence for sentence in sentences if "goes out" in sentence]
