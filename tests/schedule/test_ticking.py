"""A tick goes on where one publication fails, and each event is logged once with
its publication."""

import logging
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.fetching.fetcher import Limits
from newsletter.issues.models import Issue
from newsletter.publications.models import Publication
from newsletter.publications.opening import open_publication
from newsletter.schedule.cadence import next_due, parse
from newsletter.schedule.ticking import Ticker
from newsletter.tokens import Signer
from newsletter.urls import Urls
from tests.samples.times import NOON

CADENCE = "Tuesday 09:00 Europe/Berlin"


def _open(session: Session, name: str) -> int:
    publication = open_publication(
        session, name=name, sender_address="editor@a.example", cadence=CADENCE
    )
    return publication.key


def _ticker(database: Database, clock: SetClock) -> Ticker:
    urls = Urls("http://news.example")
    return Ticker(database, clock, urls, Signer("a secret of the tests"), Limits())


@pytest.mark.parametrize(
    "broken",
    [{"cadence": "no such day"}, {"propose_hours": 2**31 - 1}],
    ids=["foreseen", "unforeseen"],
)
def test_a_publication_that_fails_keeps_no_other_from_its_issue(
    database: Database, broken: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    first = database.write(_open, "First")
    second = database.write(_open, "Second")
    with database.writing() as session:
        session.get_one(Publication, first).sqlmodel_update(broken)
    due_at = next_due(parse(CADENCE), NOON)
    with caplog.at_level(logging.INFO, logger="newsletter"):
        _ticker(database, SetClock(due_at - timedelta(hours=1))).tick()
    with database.reading() as session:
        assert session.exec(select(Issue.publication_id)).all() == [second]
    failures = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.name for record in failures] == ["newsletter.schedule.ticking"]


def test_an_unforeseen_error_is_logged_with_its_traceback(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    first = database.write(_open, "First")
    with database.writing() as session:
        session.get_one(Publication, first).propose_hours = 2**31 - 1
    _ticker(database, SetClock(NOON)).tick()
    [failure] = [record for record in caplog.records if record.exc_info]
    assert "OverflowError" in (
        failure.exc_text or logging.Formatter().formatException(failure.exc_info)
    )
