"""Editors: an address once however it is typed, a password that is kept as a hash."""

import pytest
from sqlmodel import Session

from newsletter.desk import editors, passwords
from newsletter.desk.editors import KnownEditor, NoEditor
from newsletter.desk.models import Editor
from newsletter.desk.passwords import CommonPassword, WeakPassword
from subscribers.addresses import BadAddress
from tests.samples.times import NOON

MARA = "mara@inference.example"
PASSWORD = "a long password"


def add(session: Session, address: str = MARA, password: str = PASSWORD) -> Editor:
    return editors.add_editor(session, address, "Mara", password, NOON)


def test_the_password_is_not_kept(session: Session) -> None:
    mara, other = add(session), add(session, "bob@inference.example")
    assert PASSWORD not in mara.password_hash
    assert mara.password_hash != other.password_hash
    assert passwords.fits(PASSWORD, mara.password_hash)
    assert not passwords.fits(PASSWORD.upper(), mara.password_hash)


@pytest.mark.parametrize(
    "typed", ["mara@INFERENCE.example", "Mara@inference.example", " mara@inference.example\n"]
)
def test_an_address_is_one_editor_however_it_is_spelled(session: Session, typed: str) -> None:
    mara = add(session)
    with pytest.raises(KnownEditor):
        add(session, typed)
    assert editors.find_typed(session, typed) is mara


def test_what_cannot_log_in_is_refused(session: Session) -> None:
    with pytest.raises(BadAddress):
        add(session, "mara")
    with pytest.raises(WeakPassword):
        add(session, "bob@inference.example", "too short")
    with pytest.raises(CommonPassword):
        add(session, "bob@inference.example", "bob.inference")


def test_two_who_differ_in_case_only_are_found_by_their_own_spelling(session: Session) -> None:
    small, large = (
        Editor(address=address, password_hash="", created_at=NOON)
        for address in (MARA, MARA.replace("mara", "Mara"))
    )
    session.add_all((small, large))
    session.flush()
    assert editors.find_typed(session, MARA) is small
    assert editors.find_typed(session, large.address) is large
    assert editors.find_typed(session, MARA.upper()) is small


@pytest.mark.parametrize("typed", ["", "@", "\x00", "a\x00b@c.example", "x" * 10_000, "ß@ß", "'"])
def test_any_text_may_be_typed_for_an_address(session: Session, typed: str) -> None:
    add(session)
    assert editors.find_typed(session, typed) is None


def test_who_is_not_there_gets_no_password(session: Session) -> None:
    with pytest.raises(NoEditor):
        editors.set_password(session, MARA, PASSWORD)


def test_another_password_is_checked_and_kept(session: Session) -> None:
    mara, bob = add(session), add(session, "bob@inference.example")
    with pytest.raises(CommonPassword):
        editors.set_password(session, MARA, "password123")
    editors.set_password(session, MARA, "quite another long one")
    assert passwords.fits("quite another long one", mara.password_hash)
    assert editors.read_all(session) == [mara, bob]
