"""Editors: an address once, a password of some length, a login that gives nothing away."""

import pytest
from sqlmodel import Session

from newsletter.desk import editors
from newsletter.desk.editors import KnownEditor, WeakPassword
from newsletter.desk.models import Editor
from subscribers.addresses import BadAddress
from tests.samples.times import NOON

MARA = "mara@inference.example"
PASSWORD = "a long password"


def add(session: Session, address: str = MARA, password: str = PASSWORD) -> Editor:
    return editors.add_editor(session, address, "Mara", password, NOON)


def test_an_editor_logs_in_with_their_own_password_only(session: Session) -> None:
    mara = add(session)
    assert editors.check_login(session, f" {MARA} ", PASSWORD) is mara
    assert editors.check_login(session, MARA, PASSWORD.upper()) is None
    assert editors.check_login(session, "nobody@inference.example", PASSWORD) is None


def test_the_password_is_not_kept(session: Session) -> None:
    mara, other = add(session), add(session, "bob@inference.example")
    assert PASSWORD not in mara.password_hash
    assert mara.password_hash != other.password_hash


def test_an_address_is_one_editor_however_it_is_spelled(session: Session) -> None:
    add(session)
    with pytest.raises(KnownEditor):
        add(session, "mara@INFERENCE.example")
    with pytest.raises(BadAddress):
        add(session, "mara")
    with pytest.raises(WeakPassword):
        add(session, "bob@inference.example", "too short")


def test_editors_are_read_by_id_and_all_in_order(session: Session) -> None:
    mara, bob = add(session), add(session, "bob@inference.example")
    assert editors.read_editor(session, bob.key) is bob
    assert editors.read_editor(session, 404) is None
    assert editors.read_all(session) == [mara, bob]
