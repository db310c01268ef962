"""A second factor at the desk: set up, switched off, and required by the publication."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from newsletter.desk import factors
from newsletter.desk.sessions import read_sessions
from newsletter.publications.models import Publication
from tests.samples.times import NOON
from tests.web.asking import Site
from tests.web.desk.team.apps import (
    PAGE,
    PASSWORD,
    app_of,
    deeds,
    desk_of,
    now_in,
    set_up,
    type_code,
    type_password,
)


@pytest.fixture
def desk(database_url: str) -> Iterator[Site]:
    with desk_of(database_url) as opened:
        yield opened


def test_what_cannot_be_undone_asks_for_a_code(desk: Site) -> None:
    app, _ = set_up(desk)
    type_password(desk)
    type_code(desk, now_in(desk, app))
    desk.clock.move_by(timedelta(minutes=11))
    assert "/desk/account/again" in desk.post("/desk/api/tokens", name="shop").headers["location"]
    assert 'name="code"' in desk.get("/desk/account/again?back=/desk/api").text
    refused = desk.post("/desk/account/again", password=PASSWORD, back="/desk/api")
    assert refused.status == 403, "a browser may have kept the password"
    code = now_in(desk, app)
    assert desk.post("/desk/account/again", code=code, back="/desk/api").status == 303
    assert desk.post("/desk/api/tokens", name="shop").status == 200


def test_it_is_not_begun_in_a_browser_that_somebody_left_open(desk: Site) -> None:
    app = app_of(desk)
    with desk.runtime.database.writing() as session:
        for entry, _ in read_sessions(session, desk.clock.now(), 1):
            entry.proven_at = NOON - timedelta(hours=1)
    for answer in (
        desk.get(PAGE),
        desk.post(f"{PAGE}/begin"),
        desk.post(f"{PAGE}/confirm", code=app.now()),
    ):
        assert answer.headers["location"].startswith("/desk/account/again")
        assert app.secret not in answer.text


def test_switching_off_and_new_recovery_codes_need_password_and_code(desk: Site) -> None:
    app, codes = set_up(desk)
    for act in ("off", "codes"):
        assert desk.post(f"{PAGE}/{act}", password=PASSWORD, code="1").status == 403
        assert desk.post(f"{PAGE}/{act}", password="x", code=codes[0]).status == 403
    renewed = desk.post(f"{PAGE}/codes", password=PASSWORD, code=codes[0])
    assert (renewed.status, codes[1] in renewed.text) == (200, False)
    assert desk.post(f"{PAGE}/off", password=PASSWORD, code=codes[1]).status == 403
    assert desk.post(f"{PAGE}/off", password=PASSWORD, code=now_in(desk, app)).status == 303
    assert type_password(desk).headers["location"] == "/desk"
    things = {(deed, thing) for deed, thing, _ in deeds(desk)}
    for act in ("begin", "confirm", "off"):
        assert (f"POST {PAGE}/{act}", "secondfactor") in things
    assert (f"POST {PAGE}/codes", "") in things
    assert all(not after for _, thing, after in deeds(desk) if thing == "secondfactor")


def test_a_publication_may_require_it_before_anything_else(desk: Site) -> None:
    with desk.runtime.database.writing() as session:
        session.get_one(Publication, desk.key).require_factor = True
    for path in ("/desk", "/desk/readers", "/desk/settings"):
        assert desk.get(path).headers["location"] == PAGE
    assert desk.post("/desk/api/tokens", name="shop").headers["location"] == PAGE
    assert "requires one" in desk.get(PAGE).text
    set_up(desk)
    assert desk.get("/desk").status == 200
    desk.runtime.database.write(factors.end_factor, 1)
    assert desk.get("/desk").headers["location"] == PAGE
