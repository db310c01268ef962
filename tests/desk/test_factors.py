"""Second factors: codes by time, each once; recovery codes; what a stolen database is worth."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pyotp
import pytest
from sqlalchemy import text
from sqlmodel import Session

from newsletter.desk import editors, factors
from newsletter.desk.factors import NoFactor, Setup, WrongCode
from newsletter.tokens import Signer
from tests.logins import add_cheap_editor
from tests.samples.times import NOON

SIGNER = Signer("a secret of the settings")
STEP = timedelta(seconds=30)


@pytest.fixture
def mara(session: Session) -> int:
    return add_cheap_editor(session, "mara@inference.example", "Mara", NOON).key


def begin(session: Session, editor_id: int) -> Setup:
    factors.begin_factor(session, editor_id, NOON)
    setup = factors.read_setup(session, SIGNER, editor_id, "mara@inference.example", "A <Desk>")
    assert setup
    return setup


def code_at(setup: Setup, at: datetime) -> str:
    """What somebody's app shows: it knows the key and the time, and nothing of ours."""
    return pyotp.TOTP(setup.key).at(at)


def set_up(session: Session, editor_id: int) -> tuple[Setup, Sequence[str]]:
    setup = begin(session, editor_id)
    code = code_at(setup, NOON)
    return setup, factors.finish_factor(session, SIGNER, editor_id, code, NOON)


def is_taken(session: Session, editor_id: int, code: str, now: datetime) -> bool:
    return factors.use_code(session, SIGNER, editor_id, code, now) is not None


def test_an_app_counts_from_its_first_right_code(session: Session, mara: int) -> None:
    setup = begin(session, mara)
    assert setup.picture.startswith("<svg")
    assert not is_taken(session, mara, code_at(setup, NOON), NOON), "it is not confirmed yet"
    with pytest.raises(WrongCode):
        factors.finish_factor(session, SIGNER, mara, "000000", NOON)
    assert not factors.has_factor(session, mara)
    codes = factors.finish_factor(session, SIGNER, mara, code_at(setup, NOON), NOON)
    assert factors.has_factor(session, mara)
    assert len(set(codes)) == 10 == factors.count_recovery_codes(session, mara)
    assert factors.read_setup(session, SIGNER, mara, "a@b.example", "x") is None, "shown no more"
    for act in (
        lambda: factors.begin_factor(session, mara, NOON),
        lambda: factors.finish_factor(session, SIGNER, mara, "1", NOON),
    ):
        with pytest.raises(NoFactor):
            act()


def test_who_begins_again_gets_another_key(session: Session, mara: int) -> None:
    former, present = begin(session, mara), begin(session, mara)
    assert former.key != present.key
    with pytest.raises(WrongCode):
        factors.finish_factor(session, SIGNER, mara, code_at(former, NOON), NOON)


def test_a_clock_may_be_half_a_minute_off_and_no_more(session: Session, mara: int) -> None:
    setup, _ = set_up(session, mara)
    now = NOON + timedelta(hours=3)
    hour = timedelta(hours=1)
    for off in (-hour, hour, -2 * STEP, 2 * STEP):
        assert not is_taken(session, mara, code_at(setup, now + off), now), off
    for off in (-STEP, 0 * STEP, STEP):
        assert is_taken(session, mara, code_at(setup, now + off), now), off


def test_a_code_works_once_and_none_before_it_does(session: Session, mara: int) -> None:
    setup, _ = set_up(session, mara)
    assert not is_taken(session, mara, code_at(setup, NOON), NOON), "it confirmed the app"
    now = NOON + timedelta(minutes=5)
    code = code_at(setup, now)
    assert is_taken(session, mara, code, now)
    assert not is_taken(session, mara, code, now)
    assert not is_taken(session, mara, code_at(setup, now - STEP), now)
    assert is_taken(session, mara, code_at(setup, now + STEP), now + STEP)


def test_a_recovery_code_works_once_as_people_type_it(session: Session, mara: int) -> None:
    _, codes = set_up(session, mara)
    assert is_taken(session, mara, f" {codes[0].lower().replace('-', ' ')}\n", NOON)
    assert not is_taken(session, mara, codes[0], NOON)
    assert factors.count_recovery_codes(session, mara) == 9
    factors.make_recovery_codes(session, mara)
    assert factors.count_recovery_codes(session, mara) == 10
    assert not is_taken(session, mara, codes[1], NOON), "new codes end the former ones"


def test_digits_of_any_script_and_spaces_are_read(session: Session, mara: int) -> None:
    setup, _ = set_up(session, mara)
    for minute, zero in enumerate("0\uff10\u0660\u0966", start=1):
        now = NOON + timedelta(minutes=minute)
        code = "".join(chr(ord(zero) + int(digit)) for digit in code_at(setup, now))
        assert is_taken(session, mara, f" {code[:3]} {code[3:]} ", now), zero


@pytest.mark.parametrize(
    "typed", ["", " ", "-", "\0", "½", "\ud800", "0" * 6, "0" * 10**6, "ßßßßßß"]
)
def test_any_text_is_a_wrong_code(session: Session, mara: int, typed: str) -> None:
    set_up(session, mara)
    assert not is_taken(session, mara, typed, NOON)


def test_nobody_elses_codes_fit(session: Session, mara: int) -> None:
    setup, codes = set_up(session, mara)
    ada = add_cheap_editor(session, "ada@inference.example", "Ada", NOON).key
    set_up(session, ada)
    now = NOON + timedelta(minutes=5)
    assert not is_taken(session, ada, code_at(setup, now), now)
    assert not is_taken(session, ada, codes[0], now)
    assert not is_taken(session, 99, codes[0], now)


def test_a_stolen_database_makes_no_code(session: Session, mara: int) -> None:
    setup, codes = set_up(session, mara)
    rows = [
        str(row)
        for table in ("secondfactor", "recoverycode")
        for row in session.connection().execute(text(f"select * from {table}")).all()
    ]
    kept = " ".join(rows)
    for secret in (setup.key, *codes, *(code.replace("-", "") for code in codes)):
        assert secret not in kept


def test_another_secret_keeps_nobody_out_while_the_former_is_kept(
    session: Session, mara: int
) -> None:
    setup, codes = set_up(session, mara)
    now = NOON + timedelta(minutes=5)
    code = code_at(setup, now)
    assert factors.use_code(session, Signer("another"), mara, code, now) is None
    rotated = Signer("another", (SIGNER.secret,))
    assert factors.use_code(session, rotated, mara, code, now) == "an app's code"
    assert factors.use_code(session, Signer("another"), mara, codes[0], now) == "a recovery code"


def test_nothing_is_left_of_it_after_the_end_or_a_removal(session: Session, mara: int) -> None:
    _, codes = set_up(session, mara)
    assert factors.end_factor(session, mara)
    assert not factors.end_factor(session, mara)
    assert not is_taken(session, mara, codes[0], NOON)
    set_up(session, mara)
    editors.remove_editor(session, "mara@inference.example")
    for table in ("secondfactor", "recoverycode"):
        assert not session.connection().execute(text(f"select * from {table}")).all()
