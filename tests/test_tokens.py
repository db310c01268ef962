"""Tokens: bound to one purpose, not to be forged, and those for leaving never expire."""

import base64
import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.tokens import (
    FOR_EVER,
    PURPOSES,
    BadToken,
    OldToken,
    Purpose,
    RetiredToken,
    Signer,
    mail_tag,
)
from tests.samples.times import NOON

SIGNER = Signer("a secret that is long enough")
ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"


@given(st.integers(0, 2**63))
def test_a_token_gives_back_its_number(number: int) -> None:
    assert (
        SIGNER.read("letter", SIGNER.sign("letter", number), NOON + timedelta(days=36500)) == number
    )


@given(st.text(max_size=60))
def test_no_other_text_is_a_token(text: str) -> None:
    with pytest.raises(BadToken):
        SIGNER.read("letter", text, NOON)


def test_a_token_serves_one_purpose_only() -> None:
    with pytest.raises(BadToken):
        SIGNER.read("confirm", SIGNER.sign("letter", 7), NOON)


def test_another_secret_does_not_read_it() -> None:
    with pytest.raises(BadToken):
        Signer("another secret of some length").read("letter", SIGNER.sign("letter", 7), NOON)


def test_a_token_with_a_holder_is_read_for_that_holder_only() -> None:
    token = SIGNER.sign("shown", 7, holder="Ada's link")
    assert SIGNER.read("shown", token, NOON, "Ada's link") == 7
    for other in ("", "Bob's link", "Ada's link "):
        with pytest.raises(BadToken):
            SIGNER.read("shown", token, NOON, other)
    with pytest.raises(BadToken):
        SIGNER.read("shown", SIGNER.sign("shown", 7), NOON, "Ada's link")


def test_an_expired_token_says_so() -> None:
    token = SIGNER.sign("confirm", 7, NOON)
    assert SIGNER.read("confirm", token, NOON) == 7
    with pytest.raises(OldToken):
        SIGNER.read("confirm", token, NOON + timedelta(seconds=1))


OLD = Signer("the secret that leaked")
ROTATED = Signer("the newest secret", ("the one between", OLD.secret))
MORTAL = sorted(set(PURPOSES) - FOR_EVER)


def test_after_a_change_of_keys_the_newest_signs_and_old_links_work_for_ever() -> None:
    first = Signer("the first secret of all")
    third = Signer(
        "the third secret of all", ("the second secret of all", "the first secret of all")
    )
    assert third.read("letter", first.sign("letter", 7), NOON + timedelta(days=36500)) == 7
    assert Signer("the third secret of all").read("letter", third.sign("letter", 7), NOON) == 7, (
        "the newest signs"
    )
    with pytest.raises(BadToken):
        first.read("letter", third.sign("letter", 7), NOON)


def test_only_links_to_leave_and_to_choose_and_counted_ones_outlive_their_key() -> None:
    assert {"leave", "letter", "preferences", "click"} == FOR_EVER


@given(st.sampled_from(sorted(FOR_EVER)), st.integers(0, 2**63))
def test_what_lives_for_ever_is_read_after_each_change_of_keys(
    purpose: Purpose, number: int
) -> None:
    later = NOON + timedelta(days=36500)
    assert ROTATED.read(purpose, OLD.sign(purpose, number), later) == number


@given(
    st.sampled_from(MORTAL),
    st.integers(0, 2**63),
    st.none() | st.datetimes(datetime(2027, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
)
def test_an_old_key_opens_nothing_else_whatever_expiry_its_thief_writes(
    purpose: Purpose, number: int, expires_at: datetime | None
) -> None:
    with pytest.raises(RetiredToken, match="Ask for a new one"):
        ROTATED.read(purpose, OLD.sign(purpose, number, expires_at), NOON)
    with pytest.raises(RetiredToken):
        ROTATED.read_either([purpose, "letter"], OLD.sign(purpose, number, expires_at), NOON)


@given(st.sampled_from(sorted(FOR_EVER)), st.integers(0, 2**63))
def test_a_token_of_an_old_key_is_told_from_one_of_the_newest(
    purpose: Purpose, number: int
) -> None:
    assert ROTATED.read_either([purpose], OLD.sign(purpose, number), NOON).is_old
    assert not ROTATED.read_either([purpose], ROTATED.sign(purpose, number), NOON).is_old


def test_an_old_key_opens_the_desk_no_more() -> None:
    new = Signer("the newest secret", ("the secret that leaked",))
    with pytest.raises(BadToken):
        new.read("browser", Signer("the secret that leaked").sign("browser", 1), NOON)
    assert new.read("browser", new.sign("browser", 1), NOON) == 1


@given(st.integers(0, 2**63), st.integers(0, 63), st.text("=AQgw-_ \n", max_size=3))
def test_a_token_has_one_spelling(number: int, last: int, tail: str) -> None:
    """Its last character has two bits to spare, and base64 lets "=" follow."""
    token = SIGNER.sign("letter", number)
    spelled = token[:-1] + ALPHABET[last] + tail
    if spelled == token:
        return
    with pytest.raises(BadToken):
        SIGNER.read("letter", spelled, NOON)


@given(st.integers(0, 2**63), st.booleans())
def test_the_form_for_mail_addresses_means_the_same_in_any_case(number: int, is_high: bool) -> None:
    """RFC 5321, 4.5.3.1.1: 64 octets before the @, and relays may lower the case."""
    token = SIGNER.sign("letter", number)
    tag = mail_tag(token)
    assert len(tag) == 47
    assert tag.isascii()
    assert tag.isalnum()
    came = tag.upper() if is_high else tag.lower()
    raw = base64.b32decode(came.upper() + "=")
    assert base64.urlsafe_b64encode(raw).decode().rstrip("=") == token


@given(st.sampled_from(sorted(PURPOSES)), st.sampled_from(sorted(PURPOSES)), st.integers(0, 2**63))
def test_no_purpose_serves_another(made_for: Purpose, used_for: Purpose, number: int) -> None:
    token = SIGNER.sign(made_for, number)
    if made_for == used_for:
        assert SIGNER.read(used_for, token, NOON) == number
        return
    with pytest.raises(BadToken):
        SIGNER.read(used_for, token, NOON)


@given(st.integers(0, 2**63), st.integers(0, 239), st.booleans())
def test_a_token_with_one_bit_changed_is_none(number: int, bit: int, was_rotated: bool) -> None:
    raw = bytearray(base64.urlsafe_b64decode(SIGNER.sign("letter", number) + "="))
    raw[bit // 8 % len(raw)] ^= 1 << bit % 8
    reader = Signer("the newest secret of all", (SIGNER.secret,)) if was_rotated else SIGNER
    with pytest.raises(BadToken):
        reader.read("letter", base64.urlsafe_b64encode(raw).decode().rstrip("="), NOON)


@given(st.integers(-(10**6), 10**6))
def test_a_token_works_until_its_expiry_and_no_longer(seconds: int) -> None:
    token, at = SIGNER.sign("confirm", 7, NOON), NOON + timedelta(seconds=seconds)
    if seconds <= 0:
        assert SIGNER.read("confirm", token, at) == 7
        return
    with pytest.raises(OldToken):
        SIGNER.read("confirm", token, at)
