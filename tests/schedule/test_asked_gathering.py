"""Gathering that an editor asks for: one at a time, and it always comes to an end that is said."""

import pytest
from sqlmodel import select

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.fetching.limits import Limits
from newsletter.gathering import sources
from newsletter.gathering.models import Source
from newsletter.gathering.sources import NewSource
from newsletter.publications.opening import open_publication
from newsletter.schedule.asked_gathering import (
    ELSEWHERE,
    AskedGathering,
    Gatherings,
    NoSourceYet,
)
from newsletter.urls import Urls
from tests.delivery.rig import until
from tests.doubles.web import always, serving
from tests.samples.times import NOON

URLS = Urls("http://news.example")
LONG_S = 30.0


def opened(database: Database) -> tuple[int, Gatherings]:
    with database.writing() as session:
        key = open_publication(
            session,
            name="Tide",
            sender_address="editor@a.example",
            cadence="Tuesday 09:00 Europe/Berlin",
        ).key
    limits = Limits(allow_private=True, gap_s=0, silence_s=30, pages=0)
    return key, Gatherings(database, SetClock(NOON), limits)


def add(database: Database, key: int, *urls: str) -> None:
    with database.writing() as session:
        for url in urls:
            sources.add(session, key, NewSource(url))


def over(gatherings: Gatherings, key: int) -> AskedGathering:
    assert gatherings.wait_until_over(key, LONG_S)
    latest = gatherings.latest(key)
    assert latest is not None
    return latest


def test_without_a_source_there_is_nothing_to_read(database: Database) -> None:
    key, gatherings = opened(database)
    with pytest.raises(NoSourceYet):
        gatherings.begin(key, URLS)
    assert gatherings.latest(key) is None


def test_asking_twice_is_asking_once_and_a_broken_source_is_counted(database: Database) -> None:
    key, gatherings = opened(database)
    with serving({"/slow": lambda _: web.silence(), "/broken": always(500)}) as web:
        add(database, key, f"{web.url}/slow", f"{web.url}/broken")
        gatherings.begin(key, URLS)
        until(lambda: "/slow" in web.paths())
        gatherings.begin(key, URLS)
        latest = gatherings.latest(key)
        assert latest
        assert not latest.is_over
        web.ended.set()
        done = over(gatherings, key)
    assert (done.sources, done.read, done.failed, done.trouble) == (2, 2, 2, "")
    assert web.paths().count("/slow") == 1


def test_what_another_process_gathers_is_not_gathered_twice(database: Database) -> None:
    key, gatherings = opened(database)
    add(database, key, "http://127.0.0.1:9/feed")
    with database.alone(f"gathering-{key}"):
        gatherings.begin(key, URLS)
        assert over(gatherings, key).trouble == ELSEWHERE
    with database.reading() as session:
        assert session.exec(select(Source.fetched_at)).all() == [None]


def test_the_end_of_the_service_ends_it_and_begins_no_other(database: Database) -> None:
    key, gatherings = opened(database)
    with serving({"/slow": lambda _: web.silence()}) as web:
        add(database, key, f"{web.url}/slow")
        gatherings.begin(key, URLS)
        until(lambda: bool(web.asked))
        web.ended.set()
        gatherings.close()
    assert over(gatherings, key).is_over
    asked = len(web.asked)
    gatherings.begin(key, URLS)
    assert len(web.asked) == asked
