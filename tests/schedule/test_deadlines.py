"""After a gathering the open issue is looked at again, until its deadline. A week has one issue,
whatever becomes of the cadence."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from newsletter.cadence.dates import next_due
from newsletter.cadence.reading import parse
from newsletter.database import Database
from newsletter.gathering import sources
from newsletter.issues import composing
from newsletter.issues.proposing import propose
from newsletter.publications.models import Publication
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


def test_from_weekly_to_daily_and_back_no_day_has_two_issues(
    database: Database, publication: Publication
) -> None:
    _set(database, publication, cadence="Tuesday 09:00 UTC", rule="send")
    database.write(_begin, publication)
    changes = {
        -1: "daily 08:00 UTC",  # an hour before Tuesday's issue goes out at nine
        30: "Tuesday 10:00 UTC",  # on Wednesday, when the issues of two days are out
        24 * 7 + 2: "daily 09:00 UTC",  # on Tuesday, after the issue of that week
    }
    done: list[str] = []
    for hours in range(-3, 24 * 8):
        if hours in changes:
            _set(database, publication, cadence=changes[hours])
        done += _tick(database, publication, DUE + timedelta(hours=hours))
    # The issue of Thursday was proposed already, and keeps its deadline.
    assert _due(done) == ["Tue 19 09", "Wed 20 08", "Thu 21 08", "Tue 26 10", "Wed 27 09"]
    assert _sent(done)[:2] == ["issue 1 goes out", "issue 2 goes out"]


def test_where_a_week_has_several_dates_each_of_them_has_its_issue_and_one_only(
    database: Database, publication: Publication
) -> None:
    _set(database, publication, cadence="Tue, Wed, Fri 09:00 UTC", propose_hours=3)
    database.write(_begin, publication)
    done: list[str] = []
    for hours in range(-3, 24 * 7, 3):
        done += _tick(database, publication, DUE + timedelta(hours=hours))
    assert _due(done) == ["Tue 19 09", "Wed 20 09", "Fri 22 09", "Tue 26 09"]


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


def _due(sentences: list[str]) -> list[str]:
    """Day and hour of each issue that was proposed, whether it had enough news or not."""
    due = [sentence.split(" due ")[1] for sentence in sentences if " due " in sentence]
    return [f"{datetime.fromisoformat(at):%a %d %H}" for at in due]
