"""An editor and a tick, or two processes, in the same moment: one of them is first, the other hears
of it, and what the desk shows is what happens."""

from collections.abc import Callable

import pytest
from sqlmodel import Session, select

from newsletter.database import Database
from newsletter.delivery.models import Delivery
from newsletter.delivery.planning import plan
from newsletter.editions.models import Edition
from newsletter.editions.printing import print_edition
from newsletter.issues import approval, composing
from newsletter.issues.models import Issue
from newsletter.issues.proposing import propose
from newsletter.issues.reading import read_issue
from newsletter.moves import WrongMove
from newsletter.publications.models import Publication
from tests.delivery.rig import URLS, approved_in
from tests.issues.stage import news
from tests.races import together, while_open
from tests.samples.times import NOON
from tests.schedule.turns import take_turn

Act = Callable[[Session, int], object]


def _withdraw(session: Session, issue_id: int) -> object:
    return approval.withdraw(session, issue_id, NOON)


def _hold(session: Session, issue_id: int) -> object:
    return composing.hold(session, issue_id, "Held by Mara.")


def _approve(session: Session, issue_id: int) -> object:
    edition = print_edition(session, issue_id, URLS, NOON)
    return approval.approve(session, issue_id, edition.checksum, by="mara", now=NOON)


@pytest.mark.parametrize("act", [_withdraw, _hold])
def test_who_takes_an_issue_back_in_the_moment_it_is_sent_hears_that_it_is_sent(
    database: Database, publication: Publication, act: Act
) -> None:
    issue_id = database.write(approved_in, publication.key, "ada@readers.example")
    outcome = while_open(
        database,
        lambda session: take_turn(session, publication, URLS, NOON),
        lambda: database.write(act, issue_id),
    )
    assert isinstance(outcome.exception(), WrongMove)
    assert "issue is sent" in str(outcome.exception())
    assert database.read(read_issue, issue_id).status == "sent"


def test_who_approves_in_the_moment_the_standing_rule_sends_hears_that_it_is_sent(
    database: Database, publication: Publication
) -> None:
    publication.rule = "send"
    with database.writing() as session:
        session.merge(publication)
        issue_id = approved_in(session, publication.key, "ada@readers.example")
        approval.withdraw(session, issue_id, NOON)
    outcome = while_open(
        database,
        lambda session: take_turn(session, publication, URLS, NOON),
        lambda: database.write(_approve, issue_id),
    )
    assert isinstance(outcome.exception(), WrongMove)
    assert database.read(read_issue, issue_id).status == "sent"


@pytest.mark.parametrize("act", [_withdraw, _hold])
def test_a_tick_sends_nothing_that_an_editor_takes_back_in_that_moment(
    database: Database, publication: Publication, act: Act
) -> None:
    issue_id = database.write(approved_in, publication.key, "ada@readers.example")
    outcome = while_open(
        database,
        lambda session: act(session, issue_id),
        lambda: database.write(take_turn, publication, URLS, NOON),
    )
    assert outcome.exception() is None
    with database.reading() as session:
        assert read_issue(session, issue_id).status == "held"
        assert session.exec(select(Delivery)).all() == []


def test_a_tick_that_read_the_issue_before_its_turn_asks_again_how_it_is(
    database: Database, publication: Publication
) -> None:
    issue_id = database.write(approved_in, publication.key, "ada@readers.example")

    def tick() -> None:
        with database.writing() as session:
            known = read_issue(session, issue_id)
            take_turn(session, publication, URLS, NOON)
            assert known.status == "held", "by the standing rule: nobody approves it any more"

    outcome = while_open(database, lambda session: _withdraw(session, issue_id), tick)
    assert outcome.exception() is None
    assert database.read(read_issue, issue_id).status == "held"


def test_two_who_send_at_once_get_one_delivery(
    database: Database, publication: Publication
) -> None:
    issue_id = database.write(approved_in, publication.key, "ada@readers.example")
    outcome = while_open(
        database,
        lambda session: plan(session, issue_id, NOON),
        lambda: database.write(plan, issue_id, NOON).key,
    )
    again = together(*[lambda: database.write(plan, issue_id, NOON).key] * 4)
    with database.reading() as session:
        assert [found.key for found in session.exec(select(Delivery)).all()] == [outcome.result()]
    assert again == [outcome.result()] * 4


def test_two_who_propose_or_print_at_once_get_one_issue_and_one_edition(
    database: Database, publication: Publication
) -> None:
    database.write(news, publication, 5)
    issues = together(*[lambda: _propose(database, publication)] * 4)
    issue_id = issues[0]
    assert issues == [issue_id] * 4
    editions = together(*[lambda: database.write(print_edition, issue_id, URLS, NOON).checksum] * 4)
    with database.reading() as session:
        assert [found.number for found in session.exec(select(Issue)).all()] == [1]
        kept = session.exec(select(Edition)).one()
    assert editions == [kept.checksum] * 4


def test_a_cadence_that_changes_while_two_schedulers_tick_brings_one_issue(
    database: Database, publication: Publication
) -> None:
    database.write(news, publication, 5)
    _change_cadence(database, publication, f"{NOON:%A} 13:00 UTC")
    together(
        lambda: _tick(database, publication),
        lambda: _change_cadence(database, publication, "daily 14:00 UTC"),
        lambda: _tick(database, publication),
        lambda: _change_cadence(database, publication, f"{NOON:%A} 15:00 UTC"),
    )
    _tick(database, publication)
    with database.reading() as session:
        assert [found.number for found in session.exec(select(Issue)).all()] == [1]


def _tick(database: Database, publication: Publication) -> None:
    database.write(take_turn, publication, URLS, NOON)


def _change_cadence(database: Database, publication: Publication, cadence: str) -> None:
    with database.writing() as session:
        session.get_one(Publication, publication.key).cadence = cadence


def _propose(database: Database, publication: Publication) -> int:
    return database.write(propose, publication.key, period="p1", due_at=NOON, now=NOON).key
