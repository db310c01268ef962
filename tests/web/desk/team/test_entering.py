"""A forgotten password: the same answer for everybody, one link, one use, one address."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import col, select

from newsletter.desk import editors, sessions
from newsletter.letters.models import SmallLetter
from tests.logins import add_cheap_editor
from tests.samples.times import NOON
from tests.web.asking import Answer, Site, site

ADA, OTHER = "ada@inference.example", "quite another long one"


@pytest.fixture
def desk(database_url: str) -> Iterator[Site]:
    with site(database_url, NOON) as opened:
        with opened.runtime.database.writing() as session:
            add_cheap_editor(session, ADA, "Ada", NOON)
        opened.log_out()
        yield opened


def ask(desk: Site, address: str = ADA, network: str = "192.0.2.9") -> Answer:
    return desk.post_from(network, "/desk/forgotten", address=address)


def links(desk: Site) -> list[str]:
    with desk.runtime.database.reading() as session:
        found = session.exec(select(SmallLetter).order_by(col(SmallLetter.id))).all()
    assert {each.address for each in found} <= {ADA}
    return [each.fields["url"].removeprefix("http://news.example") for each in found]


def choose(desk: Site, path: str, address: str = ADA, password: str = OTHER) -> Answer:
    return desk.post(path, address=address, password=password)


def test_a_link_gives_another_password_once_and_ends_the_sessions(desk: Site) -> None:
    assert "/desk/forgotten" in desk.get("/desk/login").text
    desk.post("/desk/login", address=ADA, password="a long password")
    desk.log_out()
    ask(desk, " ADA@inference.example")
    [path] = links(desk)
    assert "made for another address" in choose(desk, path, "eve@inference.example").text
    assert choose(desk, path, password="password123").status == 403
    done = choose(desk, path)
    assert (done.status, "Log in with it" in done.text) == (200, True)
    assert desk.runtime.database.read(sessions.read_sessions, NOON, 2) == []
    assert "used already" in choose(desk, path, password="a third one for a thief").text
    assert desk.post("/desk/login", address=ADA, password="a long password").status == 403
    assert desk.post("/desk/login", address=ADA, password=OTHER).status == 303


def test_the_answer_tells_nobody_who_is_an_editor(desk: Site) -> None:
    answers = {
        (answer.status, answer.text)
        for answer in (ask(desk), ask(desk, "nobody@else.example"), ask(desk, ""), ask(desk, "'"))
    }
    assert len(answers) == 1
    assert len(links(desk)) == 1


def test_a_newer_link_a_removal_and_a_day_end_a_link(desk: Site) -> None:
    ask(desk)
    ask(desk)
    first, second = links(desk)
    assert "newer one replaced it" in choose(desk, first).text
    desk.clock.move_by(timedelta(days=1, seconds=1))
    assert "expired" in choose(desk, second).text
    ask(desk)
    desk.runtime.database.write(editors.remove_editor, ADA)
    assert choose(desk, links(desk)[-1]).status in (403, 404)


def test_a_mailbox_is_not_flooded_and_a_network_not_listened_to_for_ever(desk: Site) -> None:
    for number in range(8):
        assert ask(desk, network=f"198.51.{number}.1").status == 200
    assert len(links(desk)) == 4, "a day"
    desk.clock.move_by(timedelta(days=1))
    for _ in range(30):
        ask(desk, "nobody@else.example")
    ask(desk)
    assert len(links(desk)) == 4, "this network asked for too many"
