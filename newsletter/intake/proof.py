"""Pure. Proof of work in the format of ALTCHA, version 1: its widget and libraries work with it.

A challenge is the SHA-256 of a salt and a secret number; who finds the number has worked. The salt
holds the expiry and ends with "&": without that end, digits could move from the number to the
expiry, and the sum would stay the same. Source: altcha.org, "Proof-of-Work" and "Salt parameters".
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

MOST_NUMBER = 50_000  # a second of work on a telephone, a tenth of it on a desk
MOST_PAYLOAD = 1000  # characters
SALT = re.compile(r"[0-9a-f]{16,64}\?expires=(\d{1,11})&")
# Of a payload that is no base64, no JSON, or JSON of another shape.
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class _Solution:
    """What a browser sends: nothing of it is believed yet, the types of its parts apart."""

    algorithm: object
    salt: str
    number: int
    sum: str
    signature: str


def make_challenge(
    secret: str,
    nonce: str,
    number: int,
    expires_at: datetime,
) -> Mapping[str, str | int]:
    """Return a challenge; `nonce` is hex of at least 8 random bytes, `number` random below
    MOST_NUMBER."""
    salt = f"{nonce}?expires={int(expires_at.timestamp())}&"
    sum_ = _sum(salt, number)
    return {
        "algorithm": "SHA-256",
        "challenge": sum_,
        "maxnumber": MOST_NUMBER,
        "salt": salt,
        "signature": _signature(secret, sum_),
    }


def read_proof(secret: str, payload: str, now: datetime) -> tuple[str, datetime] | None:
    """Return the challenge that a payload solves, and its expiry.

    `payload` is base64 of JSON. None if it solves no challenge of ours, or one that has expired.
    """
    solution = _parse(payload)
    if solution is None:
        return None
    expires_at = _expiry_of(solution.salt)
    if expires_at is None or now > expires_at:
        return None
    if not _is_solved(solution) or not _is_ours(secret, solution):
        return None
    return solution.sum, expires_at


def _parse(payload: str) -> _Solution | None:
    """Read a payload; None if it does not have the shape of a solution."""
    try:
        # Cut first: a long payload must cost no time.
        parts = json.loads(base64.b64decode(payload[:MOST_PAYLOAD], validate=True))
        number = parts["number"]
        solution = _Solution(
            algorithm=parts.get("algorithm"),
            salt=str(parts["salt"]),
            number=number,
            sum=str(parts["challenge"]),
            signature=str(parts["signature"]),
        )
    except UNREADABLE:
        return None
    return solution if _is_possible(number) else None


def _is_possible(number: object) -> bool:
    """True for a number that a challenge may have."""
    # In Python True is an int.
    if isinstance(number, bool) or not isinstance(number, int):
        return False
    return 0 <= number <= MOST_NUMBER


def _expiry_of(salt: str) -> datetime | None:
    """Return the time that is in a salt; None if it is no salt of ours."""
    salted = SALT.fullmatch(salt)
    return datetime.fromtimestamp(int(salted[1]), UTC) if salted else None


def _is_solved(solution: _Solution) -> bool:
    """True if the number is the one that was looked for."""
    is_sum = _sum(solution.salt, solution.number) == solution.sum
    return is_sum and solution.algorithm == "SHA-256"


def _is_ours(secret: str, solution: _Solution) -> bool:
    """True if we signed the challenge."""
    expected = _signature(secret, solution.sum)
    # In constant time: how long a comparison takes must not tell the right signature.
    return hmac.compare_digest(solution.signature.encode(), expected.encode())


def _sum(salt: str, number: int) -> str:
    """Return the challenge that is made of a salt and a number."""
    return hashlib.sha256(f"{salt}{number}".encode()).hexdigest()


def _signature(secret: str, sum_: str) -> str:
    """Sign a challenge, so that nobody else can make one."""
    return hmac.digest(
        secret.encode(),
        b"newsletter challenge\0" + sum_.encode(),
        "sha256",
    ).hex()
