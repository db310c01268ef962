"""The desk says on each page why nothing is sent, and has the button."""

import json
from collections.abc import Iterator

import pytest

from tests.samples.times import NOON
from tests.web.asking import Site, site


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        opened.runtime.guard.look()
        yield opened


@pytest.fixture
def older(desk: Site) -> Site:
    """The desk of a database that was put back."""
    desk.runtime.guard.memory.raise_to(1206)
    return desk


def test_a_database_that_is_known_is_not_talked_of(desk: Site) -> None:
    assert "adopt" not in desk.get("/desk").text
    assert json.loads(desk.get("/health").text) == {"database": "ok", "wrong": []}
    assert "nothing to adopt" in desk.get("/desk/adopt").text
    assert desk.post("/desk/adopt").status == 409


def test_each_page_and_health_say_why_nothing_is_sent(older: Site) -> None:
    for path in ("/desk", "/desk/issues", "/desk/adopt"):
        assert "it counts 0, the host counted 1,206" in older.get(path).text
    health = json.loads(older.get("/health").text)
    assert health["database"] == "ok"
    assert "the host counted 1,206" in health["waits"]


def test_a_reader_hears_nothing_of_it(older: Site) -> None:
    older.log_out()
    assert "1,206" not in older.get("/").text


def test_the_button_adopts_and_says_what_became_of_the_letters(older: Site) -> None:
    assert "No other copy sends" in older.get("/desk/adopt").text
    done = older.post("/desk/adopt").text
    assert "0 letters were accepted after this database was copied." in done
    assert "1,206" not in done
    assert "waits" not in json.loads(older.get("/health").text)


def test_only_who_is_logged_in_adopts(older: Site) -> None:
    older.log_out()
    older.post("/desk/adopt")
    assert "waits" in json.loads(older.get("/health").text)
