"""Sources: added, changed and retired; editors hear of each trouble once."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from newsletter.database import Database
from newsletter.formats.found import Found
from newsletter.formats.opml import Outline
from newsletter.gathering import sources
from newsletter.gathering.articles import store_found
from newsletter.gathering.models import Source
from newsletter.gathering.source_answers import SourceAnswer, store_answers
from newsletter.gathering.sources import NewSource
from newsletter.letters.models import SmallLetter
from newsletter.publications.models import Publication
from newsletter.schedule.notices import write_source_troubles
from newsletter.urls import Urls
from tests.logins import add_cheap_editor
from tests.samples.times import NOON

DAY = timedelta(days=1)


@pytest.fixture
def source_id(database: Database, publication: Publication) -> int:
    with database.writing() as session:
        add_cheap_editor(session, "desk@inference.example", "Desk", NOON)
        return sources.add(
            session, publication.key, NewSource("https://news.example/feed", "News")
        ).key


def report(database: Database, publication: Publication, now: datetime) -> list[str]:
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
        return len(report(database, publication, NOON))

    assert [heard(fails), heard(fails), heard(fails), heard(fails), heard()] == [0, 0, 1, 0, 0]
    assert [heard(recovers), heard(fails, fails), heard(fails)] == [0, 0, 1]
    with database.reading() as session:
        letters = session.exec(select(SmallLetter)).all()
    assert [letter.fields["head"] for letter in letters] == ["A source needs you"] * 2
    assert "News: Failed 3 times in a row: HTTP 500: broken." in letters[0].fields["text"]


def test_a_source_that_falls_silent_is_reported_and_one_that_an_editor_retired_is_not(
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
    assert [len(report(database, publication, NOON + DAY * days)) for days in (1, 13, 15, 16)] == [
        0,
        0,
        1,
        0,
    ]
    database.write(sources.retire, publication.key, str(source_id))
    assert report(database, publication, NOON + 60 * DAY) == []


def test_what_is_added_or_changed_fits_its_columns_and_its_weight_its_bounds(
    session: Session, publication: Publication
) -> None:
    new = NewSource("https://news.example/feed", "T" * 300, category="C" * 90, weight=9.0)
    source = sources.add(session, publication.key, new, NOON)
    assert (len(source.title), len(source.category), source.weight) == (200, 80, 2.0)
    sources.change(
        session,
        publication.key,
        str(source.id),
        title=" The \n News ",
        category="",
        weight=-1.0,
        is_own=True,
    )
    assert (source.title, source.category, source.weight) == ("The News", "", 0.0)
    assert source.is_own


@pytest.mark.parametrize(
    "url", ["news.example/feed", "ftp://news.example/feed", "http://" + "x" * 2000]
)
def test_only_web_addresses_are_sources(
    session: Session, publication: Publication, url: str
) -> None:
    with pytest.raises(sources.NotAnAddress):
        sources.add(session, publication.key, NewSource(url))


def test_a_list_adds_what_is_new_and_gives_back_the_active_feeds(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    outlines = [
        Outline(name.capitalize(), f"https://{name}.example/feed", "", "Rivers")
        for name in ("one", "two")
    ]
    assert sources.add_outlines(session, key, outlines[:1], NOON) == 1
    assert sources.add_outlines(session, key, outlines, NOON) == 1
    sources.add(session, key, NewSource("https://three.example/sitemap.xml", kind="sitemap"))
    assert sources.feed_outlines(session, key) == (outlines, 1)
    sources.retire(session, key, "https://one.example/feed")
    assert sources.feed_outlines(session, key) == (outlines[1:], 1)
    sources.restore(session, key, "https://one.example/feed")
    assert sources.feed_outlines(session, key) == (outlines, 1)
    with pytest.raises(sources.NoSource):
        sources.retire(session, key, "https://four.example/feed")
