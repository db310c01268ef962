"""A source's health is told from how its fetches ended and from its own rhythm; editors hear of each trouble once."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from newsletter.database import Database
from newsletter.desk import editors
from newsletter.formats.found import Found
from newsletter.gathering import sources
from newsletter.gathering.articles import store_found
from newsletter.gathering.models import Source
from newsletter.gathering.source_answers import SourceAnswer, store_answers
from newsletter.gathering.source_health import Health, judge_health
from newsletter.gathering.sources import NewSource
from newsletter.letters.models import SmallLetter
from newsletter.publications.models import Publication
from newsletter.schedule.notices import write_source_troubles
from newsletter.urls import Urls
from tests.samples.times import NOON

DAY = timedelta(days=1)


def judged(dates: list[datetime] | None = None, **fields: object) -> Health:
    source = Source(
        publication_id=1, url="https://news.example/feed", **{"succeeded_at": NOON, **fields}
    )
    return judge_health(source, dates or [], len(dates or []), NOON)


@pytest.mark.parametrize(
    ("fields", "word", "trouble"),
    [
        ({}, "Healthy", ""),
        ({"succeeded_at": None}, "Not read yet", ""),
        ({"succeeded_at": None, "kind": "hand"}, "By hand", ""),
        ({"failures": 2, "error": "HTTP 500"}, "Failing", ""),
        ({"failures": 3, "error": "HTTP 500"}, "Failing", "failing"),
        ({"status": "retired", "error": "HTTP 410"}, "Retired", "retired"),
        ({"status": "retired"}, "Retired", ""),
    ],
)
def test_three_failures_are_trouble_and_so_is_a_source_that_its_host_retired(
    fields: dict[str, object], word: str, trouble: str
) -> None:
    found = judged(**fields)
    assert (found.word, found.trouble) == (word, trouble)


@pytest.mark.parametrize(
    ("every_days", "silent_days", "is_silent"),
    [
        (1, 13, False),
        (1, 15, True),
        (7, 27, False),
        (7, 29, True),
        (30, 100, False),
        (30, 130, True),
    ],
)
def test_a_source_is_silent_when_it_waits_much_longer_than_it_used_to(
    every_days: int, silent_days: int, is_silent: bool
) -> None:
    dates = [NOON - DAY * (silent_days + every_days * n) for n in range(10)]
    assert (judged(dates).trouble == "silent") is is_silent


def test_a_source_that_paused_as_long_before_is_not_silent() -> None:
    dates = [NOON - DAY * days for days in (50, 51, 52, 110, 111, 112, 113)]
    assert judged(dates).trouble == ""


def test_a_source_without_a_rhythm_yet_cannot_fall_silent_and_a_page_lost_for_long_says_what_to_do() -> (
    None
):
    assert judged([NOON - 400 * DAY]).trouble == ""
    assert (
        "Look for its new address"
        in judged(failures=10, error="HTTP 404: there is nothing at this address").sentence
    )


@pytest.fixture
def source_id(database: Database, publication: Publication) -> int:
    with database.writing() as session:
        editors.add_editor(session, "desk@inference.example", "Desk", "a long password", NOON)
        return sources.add(
            session, publication.key, NewSource("https://news.example/feed", "News")
        ).key


def told(database: Database, publication: Publication, now: datetime) -> list[str]:
    return database.write(write_source_troubles, publication, Urls("https://letters.example"), now)


def test_editors_are_told_once_and_again_only_after_it_recovered(
    database: Database, publication: Publication, source_id: int
) -> None:
    def fails(session: Session) -> None:
        store_answers(session, [SourceAnswer(source_id, error="HTTP 500: broken")], NOON)

    def recovers(session: Session) -> None:
        session.get_one(Source, source_id).failures = 0

    def heard(*events: Callable[[Session], None]) -> int:
        for event in events:
            database.write(event)
        return len(told(database, publication, NOON))

    assert [heard(fails), heard(fails), heard(fails), heard(fails), heard()] == [0, 0, 1, 0, 0]
    assert [heard(recovers), heard(fails, fails), heard(fails)] == [0, 0, 1]
    with database.reading() as session:
        letters = session.exec(select(SmallLetter)).all()
    assert [letter.fields["head"] for letter in letters] == ["A source needs you"] * 2
    assert "News: Failed 3 times in a row: HTTP 500: broken." in letters[0].fields["text"]


def test_a_source_that_falls_silent_is_told_and_one_retired_by_hand_is_not(
    database: Database, publication: Publication, source_id: int
) -> None:
    found = [
        Found(f"https://news.example/{n}", f"Story {n}", published_at=NOON - DAY * n)
        for n in range(8)
    ]
    with database.writing() as session:
        store_found(session, source_id, found, NOON)
        session.get_one(Source, source_id).succeeded_at = NOON
    ((_, standing),) = database.read(sources.all_with_health, publication.key, NOON)
    assert (standing.word, standing.items_per_week) == ("Healthy", 2.0)
    assert [len(told(database, publication, NOON + DAY * days)) for days in (1, 13, 15, 16)] == [
        0,
        0,
        1,
        0,
    ]
    database.write(sources.retire, publication.key, str(source_id))
    assert told(database, publication, NOON + 60 * DAY) == []
