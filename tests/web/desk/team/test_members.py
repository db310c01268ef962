"""The Team page: roles, removal and invitations, each with what a hostile or hasty person does."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from newsletter.desk import team
from newsletter.desk.deeds import read_log
from newsletter.desk.models import Editor
from newsletter.desk.roles import TABLE, Role
from newsletter.letters.models import SmallLetter
from tests.logins import add_cheap_editor
from tests.samples.times import NOON
from tests.web.asking import Answer, Site, site

MARA = "mara@inference.example"
WIM, PASSWORD = "wim@writers.example", "four words of a writer"


@pytest.fixture
def desk(database_url: str) -> Iterator[Site]:
    with site(database_url, NOON) as opened:
        yield opened


def letters(desk: Site, address: str = WIM) -> list[str]:
    """The paths of the links in the letters to an address, oldest first."""
    with desk.runtime.database.reading() as session:
        query = select(SmallLetter).where(SmallLetter.address == address)
        found = session.exec(query.order_by(col(SmallLetter.id))).all()
    return [each.fields["url"].removeprefix("http://news.example") for each in found]


def invite(desk: Site, address: str = WIM, role: str = "writer") -> Answer:
    return desk.post("/desk/team/invitations", address=address, role=role)


def accept(desk: Site, path: str, address: str = WIM, password: str = PASSWORD) -> Answer:
    """Follow a letter's link in a browser of one's own."""
    mine = dict(desk.cookies)
    desk.log_out()
    answer = desk.post(path, address=address, name="Wim", password=password)
    desk.cookies = mine
    return answer


def roles(desk: Site) -> dict[str, Role]:
    found = desk.runtime.database.read(team.read_team, desk.key)
    return {editor.address: role for editor, role in found}


def test_an_invitation_makes_an_editor_of_that_role_once(desk: Site) -> None:
    assert invite(desk, " wim@WRITERS.example ").status == 303
    [path] = letters(desk)
    page = desk.get(path)
    assert page.status == 200
    assert WIM not in page.text.lower(), "who was handed the letter must know the address"
    assert accept(desk, path, password="short").status == 403
    answer = accept(desk, path, "Wim@writers.example")
    assert (answer.status, answer.headers["location"]) == (303, "/desk")
    assert roles(desk)[WIM] == Role.WRITER
    again = accept(desk, path)
    assert (again.status, "used already" in again.text) == (403, True)
    assert "used already" in desk.get(path).text


def test_who_came_in_by_a_link_is_in_the_log_and_who_was_refused_is_not(desk: Site) -> None:
    invite(desk)
    [path] = letters(desk)
    accept(desk, path, "eve@elsewhere.example")
    accept(desk, path, password="short")
    accept(desk, path)
    with desk.runtime.database.reading() as session:
        entries = [entry for entry in read_log(session, desk.key) if entry.by != MARA]
    assert {entry.by for entry in entries} == {WIM}
    assert {entry.thing for entry in entries} == {"editor", "membership", "entrylink"}
    noted = str([entry.model_dump() for entry in entries])
    assert path.rpartition("/")[2] not in noted, "the token opens nothing for who reads the log"
    assert "argon2" not in noted


def test_a_forwarded_letter_makes_nobody_else_an_editor(desk: Site) -> None:
    invite(desk)
    [path] = letters(desk)
    for address in ("eve@elsewhere.example", "", "wim@writers.example.evil.example"):
        answer = accept(desk, path, address)
        assert "made for another address" in answer.text
    assert list(roles(desk)) == [MARA]
    assert accept(desk, path).status == 303, "and it still works for whom it was made"


def test_a_link_ends_by_another_invitation_a_removal_a_withdrawal_and_a_day(desk: Site) -> None:
    invite(desk, WIM.replace("wim", "Wim"))
    invite(desk, role="viewer")
    [first], [second] = letters(desk, WIM.replace("wim", "Wim")), letters(desk)
    assert "newer one replaced it" in accept(desk, first).text
    number = re.search(r"/desk/team/invitations/(\d+)/withdraw", desk.get("/desk/team").text)
    assert number
    assert desk.post(number[0]).status == 303
    assert desk.post(number[0]).status == 404
    assert "withdrawn" in accept(desk, second).text
    invite(desk)
    desk.clock.move_by(timedelta(days=1, seconds=1))
    assert "expired" in accept(desk, letters(desk)[-1]).text
    invite(desk)
    kept = letters(desk)[-1]
    accept(desk, kept)
    wim = editor_of(desk, WIM)
    assert desk.post(f"/desk/team/{wim}/remove").status == 303
    assert WIM not in roles(desk)
    assert accept(desk, kept).status == 403
    for nonsense in ("x", kept[:-2] + "AA", kept.replace("invitation", "password")):
        assert accept(
            desk, nonsense if "/" in nonsense else f"/desk/entry/invitation/{nonsense}"
        ).status in (403, 404)


def editor_of(desk: Site, address: str) -> int:
    def read(session: Session) -> int:
        return session.exec(select(Editor).filter_by(address=address)).one().key

    return desk.runtime.database.read(read)


def test_who_has_a_login_here_must_prove_it(desk: Site) -> None:
    invite(desk)
    with desk.runtime.database.writing() as session:
        wim = add_cheap_editor(session, WIM, "Wim", NOON, "the password they have")
        team.change_role(session, desk.key, wim.key, Role.VIEWER)
    assert "on the team already" in invite(desk).text
    [path] = letters(desk)
    assert accept(desk, path, password="another password of mine").status == 403
    assert roles(desk)[WIM] == Role.VIEWER


def test_a_role_is_changed_and_the_last_owner_stays(desk: Site) -> None:
    with desk.runtime.database.writing() as session:
        wim = add_cheap_editor(session, WIM, "Wim", NOON).key
    for role, status in (("viewer", 303), ("boss", 404), ("", 404), ("owner", 303)):
        assert desk.post(f"/desk/team/{wim}/role", role=role).status == status
    mara = editor_of(desk, MARA)
    demoted = desk.post(f"/desk/team/{mara}/role", role="writer")
    assert demoted.headers["location"] == "/desk/account", "who has no team page now is led on"
    assert desk.get("/desk/team").status == 403
    assert desk.post(f"/desk/team/{wim}/remove").status == 403
    with desk.runtime.database.writing() as session:
        team.change_role(session, desk.key, mara, Role.OWNER)
        team.change_role(session, desk.key, wim, Role.VIEWER)
    for answer in (
        desk.post(f"/desk/team/{mara}/role", role="editor"),
        desk.post(f"/desk/team/{mara}/remove"),
    ):
        assert (answer.status, "this is the last one" in answer.text) == (403, True)
    assert desk.post("/desk/team/999/remove").status == 404


@pytest.mark.parametrize(
    ("address", "role"), [("", "writer"), ("no address", "writer"), ("a@b.example", "boss")]
)
def test_an_invitation_that_cannot_be_is_refused_and_keeps_what_was_typed(
    desk: Site, address: str, role: str
) -> None:
    answer = invite(desk, address, role)
    assert answer.status in (404, 422)
    assert f'value="{address}"' in answer.text
    assert letters(desk, address) == []


def test_the_page_shows_the_table_of_roles(desk: Site) -> None:
    page = desk.get("/desk/team").text
    assert all(words in page for _, _, words in TABLE)
