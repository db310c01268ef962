"""Small letters go by the relay that their publication and their recipient's domain have, and wait for no other one."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.letters.models import SmallLetter
from newsletter.letters.sending import Post, send_small_letters
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
