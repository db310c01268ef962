"""Another time for an issue: it keeps its deadline's place, and goes out as it was approved."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from newsletter.database import Database
from newsletter.delivery.models import Delivery
from newsletter.delivery.planning import plan
from newsletter.issues import approval
from newsletter.issues.beside.timing import (
    NotApprovedYet,
    NoTimeToSet,
    PastTime,
    TooFarAway,
    set_time,
)
from newsletter.issues.reading import read_issue
from newsletter.publications.models import Publication
from tests.delivery.rig import URLS, approved_in
from tests.issues.stage import open_issue
from tests.races import while_open
from tests.samples.times import NOON
from tests.schedule.turns import take_turn

HOUR = timedelta(hours=1)


def test_an_open_issue_gets_another_time_and_keeps_its_deadline(
    session: Session, publication: Publication
) -> None:
    issue = read_issue(session, open_issue(session, publication))
    version = issue.version
    moved = set_time(session, issue.key, NOON + 3 * HOUR, now=NOON - HOUR)
    assert (issue.due_at, issue.deadline_at, moved.before) == (NOON + 3 * HOUR, NOON, NOON)
    assert issue.version > version, "who looked before has not seen its new day"
    assert issue.status == "proposed"


def test_on_the_same_day_the_approval_stays_and_on_another_it_is_withdrawn(
    session: Session, publication: Publication
) -> None:
    issue_id = approved_in(session, publication.key, "ada@readers.example")
    assert not set_time(session, issue_id, NOON + HOUR, now=NOON - HOUR).withdrawn
    assert read_issue(session, issue_id).status == "approved"
    assert set_time(session, issue_id, NOON + 24 * HOUR, now=NOON - HOUR).withdrawn
    assert read_issue(session, issue_id).status == "proposed"
    assert approval.in_force(session, issue_id) is None


def test_an_approved_issue_goes_out_now_as_it_was_approved(
    session: Session, publication: Publication
) -> None:
    issue_id = approved_in(session, publication.key, "ada@readers.example")
    now = NOON - 30 * HOUR
    set_time(session, issue_id, now, now=now)
    assert take_turn(session, publication, URLS, now)[-1] == "issue 1 goes out"


def test_what_nobody_approved_does_not_go_out_now(
    session: Session, publication: Publication
) -> None:
    issue_id = open_issue(session, publication)
    with pytest.raises(NotApprovedYet):
        set_time(session, issue_id, NOON, now=NOON)


@pytest.mark.parametrize(
    ("ahead", "error"),
    [(timedelta(seconds=-1), PastTime), (timedelta(days=400), TooFarAway)],
)
def test_a_time_in_the_past_or_far_away_is_refused(
    session: Session, publication: Publication, ahead: timedelta, error: type[Exception]
) -> None:
    issue_id = open_issue(session, publication)
    with pytest.raises(error):
        set_time(session, issue_id, NOON + ahead, now=NOON)
    assert read_issue(session, issue_id).due_at == NOON


def test_who_sets_a_time_in_the_moment_the_issue_is_sent_hears_that_it_is_sent(
    database: Database, publication: Publication
) -> None:
    issue_id = database.write(approved_in, publication.key, "ada@readers.example")
    outcome = while_open(
        database,
        lambda session: take_turn(session, publication, URLS, NOON),
        lambda: database.write(set_time, issue_id, NOON + HOUR, now=NOON),
    )
    assert isinstance(outcome.exception(), NoTimeToSet)


def test_a_tick_sends_nothing_that_is_moved_in_that_moment(
    database: Database, publication: Publication
) -> None:
    issue_id = database.write(approved_in, publication.key, "ada@readers.example")
    outcome = while_open(
        database,
        lambda session: set_time(session, issue_id, NOON + HOUR, now=NOON),
        lambda: database.write(take_turn, publication, URLS, NOON),
    )
    assert outcome.exception() is None
    with database.reading() as session:
        assert read_issue(session, issue_id).status == "approved"
        assert session.get(Delivery, 1) is None
    database.write(plan, issue_id, NOON + HOUR)
