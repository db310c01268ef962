"""The health page: 200 while all is well; else 503, what is wrong and since when, and no secret."""

import dataclasses
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from newsletter.database import Database
from newsletter.delivery.claiming import claim
from newsletter.delivery.planning import freeze
from newsletter.delivery.settling import set_trouble, settle
from newsletter.issues.proposing import propose
from newsletter.mail.outcomes import Outcome
from newsletter.text import rfc3339
from newsletter.web.application import application
from tests.delivery.rig import planned_in
from tests.issues.stage import news
from tests.samples.times import NOON
from tests.web.asking import Site, site

READERS = ("ada@readers.example", "bob@readers.example")


@pytest.fixture
def here(database_url: str) -> Iterator[Site]:
    with site(database_url, NOON) as opened:
        yield opened


def _ask(here: Site) -> tuple[int, object]:
    answer = here.get("/health")
    return answer.status, json.loads(answer.text)["wrong"]


def _plan(here: Site) -> int:
    database = here.runtime.database
    with database.writing() as session:
        key = planned_in(session, here.key, *READERS).key
    assert freeze(database, key)
    return key


def test_all_is_well(here: Site) -> None:
    answer = here.get("/health")
    assert (answer.status, json.loads(answer.text)) == (200, {"database": "ok", "wrong": []})
    assert here.head("/health").status == 200


def test_a_delivery_that_stalls_is_said_while_it_does(here: Site) -> None:
    """Its letters are due and no sender runs; then one takes them, and all is well again."""
    key = _plan(here)
    here.clock.move_by(timedelta(minutes=4))
    assert _ask(here) == (200, [])
    here.clock.move_by(timedelta(minutes=2))
    stalled = {"what": "delivery stalled", "since": rfc3339(NOON), "issue": 1}
    assert _ask(here) == (503, [stalled])
    with here.runtime.database.writing() as session:
        taken = claim(session, key, 9, by="test", now=here.clock.now())
        settle(session, {each.id: Outcome("accepted", 250) for each in taken}, here.clock.now())
    assert _ask(here) == (200, [])


def test_a_delivery_in_trouble_is_said_without_the_words_of_its_relay(here: Site) -> None:
    """Anybody may read this page: a relay's reply may hold an address or a name of a host."""
    key = _plan(here)
    here.runtime.database.write(set_trouble, key, "smtp.inside.example refuses ada@a.example.")
    here.clock.move_by(timedelta(minutes=1))
    answer = here.get("/health")
    trouble = {"what": "delivery in trouble, sending", "since": rfc3339(NOON), "issue": 1}
    assert (answer.status, json.loads(answer.text)["wrong"]) == (503, [trouble])
    assert "example" not in answer.text


def test_an_issue_that_nobody_decides_about_is_said(here: Site) -> None:
    """No schedule ticks, or its tick fails: the deadline passes and nothing happens."""
    with here.runtime.database.writing() as session:
        news(session, here.publication, 6)
        propose(session, here.key, period="p", due_at=NOON, now=NOON)
    assert _ask(here) == (200, [])
    here.clock.move_by(timedelta(minutes=6))
    assert _ask(here) == (503, [{"what": "issue overdue", "since": rfc3339(NOON), "issue": 1}])


def test_small_letters_that_nobody_sends_are_said(here: Site) -> None:
    """Who signed up waits for the letter to confirm."""
    here.post("/subscribe", email=READERS[0])
    assert _ask(here) == (200, [])
    here.clock.move_by(timedelta(minutes=6))
    assert _ask(here) == (503, [{"what": "small letters stalled", "since": rfc3339(NOON)}])


def test_a_database_that_does_not_answer_is_said_without_its_address(sqlite_url: str) -> None:
    with site(sqlite_url, NOON) as here:
        gone = Database("postgresql://somebody:password@127.0.0.1:1/newsletter")
        app = application(dataclasses.replace(here.runtime, database=gone))
        answer = dataclasses.replace(here, app=app).get("/health")
    assert (answer.status, json.loads(answer.text)) == (
        503,
        {"database": "unreachable", "wrong": []},
    )
