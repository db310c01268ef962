"""What handlers depend on: who is logged in, and a session that keeps what was answered."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import select

from newsletter.desk import editors
from newsletter.desk.models import Editor, EditorSession
from newsletter.web.requests import COOKIE
from subscribers.models import ConsentRecord
from tests.samples.times import NOON
from tests.web.asking import Site, site

ADA = "ada@readers.example"


@pytest.fixture
def here(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        yield opened


def is_in(here: Site) -> bool:
    return here.get("/desk").status == 200


def test_an_editor_is_known_by_the_cookie_of_their_session(here: Site) -> None:
    assert is_in(here)
    right = here.cookies[COOKIE]
    known_browser = here.runtime.signer.sign("browser", 1)
    for wrong in ("", "x", right[:-1], right.swapcase(), known_browser):
        here.cookies[COOKIE] = wrong
        assert not is_in(here), wrong


def test_an_editor_who_is_gone_is_not_let_in(here: Site) -> None:
    with here.runtime.database.writing() as session:
        editors.remove_editor(session, session.exec(select(Editor)).one().address)
    assert not is_in(here)


def test_a_session_ends_when_its_row_says_so(here: Site) -> None:
    with here.runtime.database.writing() as session:
        session.exec(select(EditorSession)).one().expires_at = NOON + timedelta(hours=1)
    assert is_in(here)
    here.clock.move_by(timedelta(hours=2))
    assert not is_in(here)


def test_what_a_form_was_answered_for_is_kept_with_the_shortened_network(here: Site) -> None:
    answer = here.post("/subscribe", email=ADA)
    assert answer.status == 200
    with here.runtime.database.reading() as session:
        record = session.exec(select(ConsentRecord)).one()
    assert (record.act, record.network) == ("ask", "127.0.0.0/24")


def test_the_pages_are_those_of_the_publication(here: Site) -> None:
    assert here.publication.name in here.get("/").text
