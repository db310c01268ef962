"""Teams: one owner at least, whoever acts at the same time; who is on no team is nobody."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlmodel import Session

from newsletter.database import Database
from newsletter.desk import editors, sessions, team
from newsletter.desk.models import Editor
from newsletter.desk.roles import Act, Role
from newsletter.desk.sessions import Origin
from newsletter.desk.team import KnownMember, LastOwner, NoMember, NoOwnerYet
from newsletter.errors import NewsletterError
from newsletter.publications.opening import open_publication
from tests.samples.times import NOON

PASSWORD = "none: a hash takes longer than a test"


def open_one(session: Session, name: str = "The Inference") -> int:
    return open_publication(
        session, name=name, sender_address="a@b.example", cadence="Tuesday 09:00 UTC"
    ).key


def add(session: Session, publication: int, name: str, role: Role = Role.OWNER) -> int:
    editor = Editor(address=f"{name}@a.example", password_hash=PASSWORD, created_at=NOON)
    session.add(editor)
    session.flush()
    team.add_member(session, publication, editor.key, role)
    return editor.key


def test_the_last_owner_can_neither_go_nor_become_less(session: Session) -> None:
    key = open_one(session)
    with pytest.raises(NoOwnerYet):
        add(session, key, "early", Role.WRITER)
    mara = add(session, key, "mara")
    bob = add(session, key, "bob", Role.EDITOR)
    for change in (team.remove_member, lambda *of: team.change_role(*of, Role.PUBLISHER)):
        with pytest.raises(LastOwner):
            change(session, key, mara)
    assert team.change_role(session, key, mara, Role.OWNER) == Role.OWNER, "which changes nothing"
    assert team.change_role(session, key, bob, Role.OWNER) == Role.EDITOR
    team.remove_member(session, key, mara)
    assert [(editor.key, role) for editor, role in team.read_team(session, key)] == [
        (bob, Role.OWNER)
    ]


def test_who_leaves_the_last_team_is_removed_and_logged_out(session: Session) -> None:
    first, second = open_one(session), open_one(session, "The Other")
    mara = add(session, first, "mara")
    bob = add(session, first, "bob", Role.WRITER)
    add(session, second, "cyd")
    team.add_member(session, second, bob, Role.VIEWER)
    with pytest.raises(KnownMember):
        team.add_member(session, second, bob, Role.OWNER)
    assert team.role_of(session, first, bob) == Role.WRITER
    assert team.role_of(session, second, bob) == Role.VIEWER
    sessions.begin_session(session, bob, "secret", Origin("192.0.2.1"), NOON)
    team.remove_member(session, first, bob)
    assert not sessions.read_sessions(session, NOON, bob), "a lesser role begins with a login"
    assert editors.find_typed(session, "bob@a.example"), "bob still works on the other one"
    team.remove_member(session, second, bob)
    assert editors.find_typed(session, "bob@a.example") is None
    assert team.find_member(session, first, " MARA@a.example").key == mara
    for nobody in ("cyd@a.example", "bob@a.example", ""):
        with pytest.raises(NoMember):
            team.find_member(session, first, nobody)
    with pytest.raises(NoMember):
        team.change_role(session, first, bob, Role.OWNER)


def test_notices_go_to_who_may_act_on_them(session: Session) -> None:
    key = open_one(session)
    mara = add(session, key, "mara")
    add(session, key, "wim", Role.WRITER)
    assert [editor.key for editor in team.who_may(session, key, Act.READERS)] == [mara]
    assert len(team.who_may(session, key, Act.WRITE)) == 2


def test_two_owners_who_remove_each_other_at_once_leave_one(database: Database) -> None:
    with database.writing() as session:
        key = open_one(session)
        both = [add(session, key, name) for name in ("mara", "bob")]
    start = Barrier(2)

    def remove(editor: int) -> bool:
        start.wait()
        try:
            database.write(team.remove_member, key, editor)
        except NewsletterError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        removed = list(pool.map(remove, both))
    assert sorted(removed) == [False, True]
    assert len(database.read(team.read_team, key)) == 1
