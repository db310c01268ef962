"""Small letters go by the relay of their publication and domain, and wait for no other one."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.letters.models import SmallLetter
from newsletter.letters.sending import Post, send_small_letters, waiting_since
from newsletter.letters.writing import Notice, write_notice
from newsletter.mail.failures import NotOffered
from newsletter.mail.relay import read_relay_url
from newsletter.mail.routes import read_routes
from newsletter.publications.opening import open_publication
from tests.delivery.rig import URLS, receiving
from tests.samples.times import NOON


def write(database: Database, *addresses: str) -> None:
    with database.writing() as session:
        publication = open_publication(
            session,
            name="The Inference",
            sender_address="editor@inference.example",
            cadence="Tuesday 09:00 UTC",
            postal_address="1 Street",
        )
        for address in addresses:
            write_notice(
                session,
                publication.key,
                address,
                Notice("A source is silent", "Look at it.", "http://news.example/desk"),
                now=NOON,
            )


def statuses(session: Session) -> list[str]:
    return [
        letter.status
        for letter in session.exec(select(SmallLetter).order_by(col(SmallLetter.id))).all()
    ]


def test_a_letter_goes_by_its_route_and_a_relay_that_is_down_holds_up_its_own_letters_only(
    database: Database,
) -> None:
    write(database, "ada@usual.example", "bob@special.example", "eve@usual.example")
    clock = SetClock(NOON)
    with receiving() as usual, receiving() as special:
        routes = read_routes(f"@special.example=smtp+plain://127.0.0.1:{special.port}")
        down = Post(
            database, read_relay_url("smtp+plain://127.0.0.1:1"), routes, (), clock, URLS, "tests"
        )
        with pytest.raises(NotOffered):
            asyncio.run(send_small_letters(down))
        assert database.read(statuses) == ["planned", "accepted", "planned"]
        up = Post(
            database,
            read_relay_url(f"smtp+plain://127.0.0.1:{usual.port}"),
            routes,
            (),
            clock,
            URLS,
            "tests",
        )
        assert asyncio.run(send_small_letters(up)) == 0, "they wait a little first"
        clock.move_to(NOON + timedelta(seconds=10))
        assert asyncio.run(send_small_letters(up)) == 2
        assert [letter.rcpt_to for letter in special.letters] == ["bob@special.example"]
        assert sorted(letter.rcpt_to for letter in usual.letters) == [
            "ada@usual.example",
            "eve@usual.example",
        ]


def test_a_letter_written_under_a_clock_that_is_ahead_goes_out_at_once(database: Database) -> None:
    """A web host is a day ahead of the sender's: nobody waits a day for a confirm letter."""
    write(database, "ada@usual.example")
    with receiving() as inbox:
        relay = read_relay_url(f"smtp+plain://127.0.0.1:{inbox.port}")
        behind = SetClock(NOON - timedelta(days=1))
        post = Post(database, relay, (), (), behind, URLS, "tests")
        assert asyncio.run(send_small_letters(post)) == 1


def test_a_letter_waits_since_it_was_written_or_due_again(database: Database) -> None:
    assert database.read(waiting_since, NOON) is None
    write(database, "ada@usual.example", "bob@usual.example")
    assert database.read(waiting_since, NOON - timedelta(minutes=1)) is None
    assert database.read(waiting_since, NOON + timedelta(minutes=1)) == NOON
    later = NOON + timedelta(hours=1)
    with database.writing() as session:
        for letter in session.exec(select(SmallLetter)):
            letter.due_at = later
    assert database.read(waiting_since, later) == later
