"""A tick goes on where one publication or step fails; what is due to be sent waits for nothing."""

import logging
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from sqlmodel import Session, col, select

from newsletter.cadence.dates import next_due
from newsletter.cadence.reading import parse
from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.delivery.reading import delivery_of_issue
from newsletter.fetching.limits import Limits
from newsletter.gathering import sources
from newsletter.gathering.models import Source
from newsletter.gathering.sources import NewSource
from newsletter.host.parts import begin_part
from newsletter.issues.models import Approval, Issue
from newsletter.issues.reading import read_issue
from newsletter.mail.dkim import make_key, read_key
from newsletter.publications.models import Publication
from newsletter.publications.opening import open_publication
from newsletter.schedule import ticking
from newsletter.schedule.ticking import Ticker
from newsletter.tokens import Signer
from newsletter.tool_sources import sources as tool_sources
from newsletter.tool_sources.sources import NewToolSource
from newsletter.urls import Urls
from tests.delivery.rig import planned_in, until
from tests.doubles.web import always, serving
from tests.samples.times import NOON

CADENCE = "Tuesday 09:00 Europe/Berlin"


def _open(session: Session, name: str) -> int:
    publication = open_publication(
        session, name=name, sender_address="editor@a.example", cadence=CADENCE
    )
    return publication.key


def _ticker(database: Database, clock: SetClock, limits: Limits | None = None) -> Ticker:
    urls = Urls("http://news.example")
    return Ticker(database, clock, urls, Signer("a secret of the tests"), limits or Limits())


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
    assert failures
    assert {record.name for record in failures} == {"newsletter.schedule.ticking"}
    # each failing step in one line of its own
    assert len({record.getMessage() for record in failures}) == len(failures)


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


def _silent(name: str, url: str, session: Session) -> int:
    """A publication with readers and an issue of some articles, and sources that never answer."""
    key = _open(session, name)
    planned = planned_in(session, key, f"ada.{key}@readers.example")
    session.delete(planned)  # only the issue is wanted, approved and not sent
    issue = session.get_one(Issue, planned.issue_id)
    issue.sqlmodel_update({"status": "approved", "sent_at": None})
    for source in session.exec(select(Source).filter_by(publication_id=key)):
        source.status = "retired"
    for number in range(3):
        sources.add(session, key, NewSource(f"{url}/feed{number}"))
    return issue.key


def _is_sent(database: Database, issue_id: int) -> bool:
    return database.read(delivery_of_issue, issue_id) is not None


def test_what_is_due_goes_out_while_sources_keep_gathering_waiting(database: Database) -> None:
    """Three sources accept and say nothing: the issue at its deadline is planned all the same."""
    with serving({f"/feed{n}": lambda _: web.silence() for n in range(3)}) as web:
        with database.writing() as session:
            issue_id = _silent("First", web.url, session)
        clock = SetClock(NOON + timedelta(minutes=1))
        limits = Limits(allow_private=True, gap_s=0, silence_s=30)
        with _ticker(database, clock, limits).running():
            until(lambda: bool(web.asked))
            until(lambda: _is_sent(database, issue_id))
            gathered = database.read(_fetched)
            web.ended.set()
    assert not gathered, "the gathering was still waiting"


def _fetched(session: Session) -> list[datetime]:
    return [at for at in session.exec(select(Source.fetched_at)) if at]


def test_a_step_that_fails_stops_no_other_step(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A defect of gathering, and one of settling clicks, keep nothing from being sent."""
    with database.writing() as session:
        issue_id = _silent("First", "http://127.0.0.1:1", session)

    def broken(*_: object) -> NoReturn:
        raise ZeroDivisionError

    monkeypatch.setattr(ticking, "gather_due", broken)
    monkeypatch.setattr(ticking, "settle_events", broken)
    _ticker(database, SetClock(NOON + timedelta(minutes=1))).tick()
    assert _is_sent(database, issue_id)
    failed = [record for record in caplog.records if record.exc_info]
    assert [record.getMessage().split(";")[0] for record in failed] == [
        "The tick failed, in gathering",
        "The tick failed, in settling clicks",
    ]


def test_an_issue_that_cannot_be_decided_keeps_no_other_from_being_sent(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Its approval is gone, which no person can do: the issue after it goes out."""
    with database.writing() as session:
        broken = _silent("First", "http://127.0.0.1:1", session)
        whole = session.get_one(Issue, broken)
        second = Issue.model_validate(
            whole.model_dump(exclude={"id"}) | {"number": 2, "period": "q", "status": "proposed"}
        )
        session.add(second)
        session.get_one(Publication, whole.publication_id).rule = "skip"
        for approval in session.exec(select(Approval)):
            session.delete(approval)
    _ticker(database, SetClock(NOON + timedelta(minutes=1))).decide()
    with database.reading() as session:
        assert session.exec(select(Issue.status).order_by(col(Issue.id))).all() == [
            "approved",
            "skipped",
        ]
    assert any("not approved" in record.getMessage() for record in caplog.records)


def test_the_standing_rule_approves_nothing_that_no_key_of_its_own_signs(
    database: Database,
) -> None:
    """The rule is `send`; the only key is of another domain: the issue is held, and says why."""
    with database.writing() as session:
        issue_id = _silent("First", "http://127.0.0.1:1", session)
        issue = session.get_one(Issue, issue_id)
        issue.status = "proposed"
        session.get_one(Publication, issue.publication_id).sqlmodel_update(
            {"rule": "send", "postal_address": "1 Street"}
        )
    key = read_key("another.example", "s1", make_key("ed25519"))
    ticker = replace(_ticker(database, SetClock(NOON + timedelta(minutes=1))), keys=(key,))
    ticker.decide()
    held = database.read(read_issue, issue_id)
    assert held.status == "held"
    assert "The letters come from a.example" in held.note


def test_a_publication_is_read_for_each_step(database: Database) -> None:
    """An editor changes it while the step before works: the next step goes by the change."""
    key = database.write(_open, "First")
    seen: list[str] = []

    def rename(publication: Publication) -> None:
        with database.writing() as session:
            session.get_one(Publication, publication.key).name = "Second"

    ticker = _ticker(database, SetClock(NOON))
    ticker._for_each(("one", rename), ("two", lambda one: seen.append(one.name)))
    assert (key, seen) == (1, ["Second"])


def test_ticks_go_on_when_the_systems_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """By an hour: to the scheduler its next tick is then an hour away."""
    monkeypatch.setattr(ticking, "TICK_S", 0.05)
    over, ticked = threading.Event(), threading.Event()
    scheduler = BackgroundScheduler(timezone="UTC")
    first = datetime.now(UTC) + timedelta(hours=1)
    scheduler.add_job(ticked.set, "interval", seconds=10, next_run_time=first)
    scheduler.start()
    clock = begin_part("clock", lambda: ticking._heed_clock(scheduler, over))
    try:
        assert ticked.wait(30)
    finally:
        over.set()
        clock.join(30)
        scheduler.shutdown()


def test_tool_sources_that_are_due_are_looked_at(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """The gathering's own limits hold for them, and the log says what came of it."""
    key = database.write(_open, "First")
    with serving({"/tools.csv": always(200, b"name,url\nPen,https://pen.invalid\n")}) as web:
        new = NewToolSource(web.url + "/tools.csv", "list", rule="ask")
        database.write(tool_sources.add, key, new, NOON)
        ticker = _ticker(database, SetClock(NOON), Limits(allow_private=True))
        with caplog.at_level(logging.INFO, logger="newsletter"):
            ticker.gather()
            ticker.gather()
        assert web.paths() == ["/tools.csv"], "once, until it is due again"
    assert "Tool source 1: read; 0 tools came in, 1 wait, 0 rows were refused" in caplog.text
