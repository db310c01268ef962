"""Two schedulers on one database: whatever they meet, one issue for each period, one delivery, one
notice."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from newsletter.cadence.dates import next_due
from newsletter.cadence.reading import parse
from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.delivery.models import Delivery
from newsletter.fetching.limits import Limits
from newsletter.formats.found import Found
from newsletter.gathering import sources
from newsletter.gathering.articles import store_found
from newsletter.gathering.models import Source
from newsletter.gathering.sources import NewSource
from newsletter.issues.models import Issue
from newsletter.letters.models import SmallLetter
from newsletter.publications.opening import open_publication
from newsletter.schedule.ticking import Ticker
from newsletter.tokens import Signer
from newsletter.urls import Urls
from tests.delivery.rig import subscribe
from tests.logins import add_cheap_editor
from tests.samples.times import NOON

CADENCE = "Tuesday 09:00 UTC"
DUE = next_due(parse(CADENCE), NOON)
TITLES = ("A harbor opens", "A court rules", "A robot learns", "The weather is known")


def _open(session: Session) -> None:
    publication = open_publication(
        session,
        name="The Inference",
        sender_address="editor@inference.example",
        cadence=CADENCE,
        rule="send",
    )
    publication.postal_address = "1 Sample Street"
    key = publication.key
    source = sources.add(session, key, NewSource("https://news.example/feed"))
    found = [
        Found(f"https://news.example/{n}", title, "Dek.", published_at=DUE - timedelta(days=2))
        for n, title in enumerate(TITLES)
    ]
    store_found(session, source.key, found, DUE - timedelta(days=2))
    source.status = "retired"  # nothing is to be fetched here
    add_cheap_editor(session, "desk@inference.example", "Desk", NOON)
    subscribe(session, key, "ada@readers.example")


def _tick_together(url: str, clock: SetClock, rounds: int) -> None:
    """Two schedulers, each with a database of its own, tick at the same moments."""
    together = threading.Barrier(2)

    def live() -> None:
        database = Database(url)
        for _ in range(rounds):
            together.wait(30)
            Ticker(
                database,
                clock,
                Urls("http://news.example"),
                Signer("a secret of the tests"),
                Limits(),
            ).tick()
        database.close()

    threads = [threading.Thread(target=live) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)


def test_two_schedulers_propose_one_issue_and_send_it_once(
    database: Database, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    database.write(_open)
    clock = SetClock(DUE - timedelta(hours=2))
    with caplog.at_level("INFO", logger="newsletter.schedule"):
        _tick_together(database_url, clock, 3)
        clock.move_to(DUE + timedelta(minutes=1))
        _tick_together(database_url, clock, 3)
    events = [record.getMessage() for record in caplog.records]
    assert Counter(event.split(",")[0] for event in events) == {
        "issue 1 proposed": 1,
        "issue 1 goes out": 1,
    }
    with database.reading() as session:
        assert [issue.number for issue in session.exec(select(Issue)).all()] == [1]
        assert len(session.exec(select(Delivery)).all()) == 1
        notices = session.exec(select(SmallLetter).where(col(SmallLetter.kind) == "notice")).all()
        assert len(notices) == 1
        assert session.exec(select(Source.status)).all() == ["retired"]
