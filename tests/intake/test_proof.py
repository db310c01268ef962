"""Proof of work: who solved one of our open challenges has one; nothing else is one."""

import base64
import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.intake.proof import MOST_NUMBER, make_challenge, read_proof
from tests.intake.solving import packed, solve, solved
from tests.samples.times import NOON

SECRET = "a secret of the tests"
LATER = NOON + timedelta(minutes=30)


@given(st.binary(min_size=8, max_size=24), st.integers(0, 300))
def test_a_solved_challenge_is_a_proof_until_it_expires(nonce: bytes, number: int) -> None:
    payload = solve(make_challenge(SECRET, nonce.hex(), number, LATER))
    proof = read_proof(SECRET, payload, NOON)
    assert proof is not None
    assert proof[1] == LATER
    assert read_proof(SECRET, payload, LATER) == proof
    assert read_proof(SECRET, payload, LATER + timedelta(seconds=1)) is None
    assert read_proof("another secret", payload, NOON) is None


@given(
    st.text(max_size=60)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda one: st.lists(one) | st.dictionaries(st.text(max_size=9), one),
    ).map(lambda one: base64.b64encode(json.dumps(one).encode()).decode())
)
def test_whatever_comes_is_read_without_an_error(payload: str) -> None:
    assert read_proof(SECRET, payload, NOON) is None


@pytest.mark.parametrize(
    "change",
    [
        {"number": 8},
        {"number": True},
        {"number": -1},
        {"number": MOST_NUMBER + 1},
        {"number": "7"},
        {"algorithm": "MD5"},
        {"signature": "0" * 64},
        {"signature": "é"},
        {"challenge": "0" * 64},
        {"salt": "00" * 8 + "?expires=99999999999&"},
    ],
)
def test_a_proof_that_was_tampered_with_is_none(change: dict[str, object]) -> None:
    told = json.loads(base64.b64decode(solved(SECRET, LATER)))
    assert read_proof(SECRET, packed(told), NOON) is not None
    assert read_proof(SECRET, packed(told | change), NOON) is None


def test_no_digit_can_be_moved_from_the_number_into_the_expiry() -> None:
    told = json.loads(base64.b64decode(solved(SECRET, LATER, number=123)))
    salt = told["salt"]
    for kept in ("12", "1", ""):
        moved = {"salt": f"{salt}{'123'.removesuffix(kept)}"} if kept else {"salt": f"{salt}123"}
        assert (
            read_proof(
                SECRET,
                packed(told | moved | {"number": int(kept or 0)}),
                LATER + timedelta(hours=1),
            )
            is None
        )
    spliced = {"salt": salt.rstrip("&") + "1", "number": 23}
    assert read_proof(SECRET, packed(told | spliced), NOON) is None
