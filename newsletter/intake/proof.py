"""Pure. Proof of work in the format of ALTCHA, version 1, so that its widget and its libraries can be used against us too.

A challenge is the SHA-256 of a salt and a secret number; whoever finds the number has worked. The salt holds the expiry and ends
with "&": without that end, digits could be moved from the number to the expiry, and the sum would stay the same.
Source: altcha.org, "Proof-of-Work" and "Salt parameters".
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime

MOST_NUMBER = 50_000  # a second on a telephone, a tenth on a desk
MOST_PAYLOAD = 1000
SALT = re.compile(r"[0-9a-f]{16,64}\?expires=(\d{1,11})&")


def make_challenge(
    secret: str, nonce: str, number: int, expires_at: datetime
) -> Mapping[str, str | int]:
    """Return a challenge; `nonce` is hex of at least 8 random bytes, `number` random below MOST_NUMBER."""
    salt = f"{nonce}?expires={int(expires_at.timestamp())}&"
    sum_ = hashlib.sha256(f"{salt}{number}".encode()).hexdigest()
    return {
        "algorithm": "SHA-256",
        "challenge": sum_,
        "maxnumber": MOST_NUMBER,
        "salt": salt,
        "signature": _signature(secret, sum_),
    }


def read_proof(secret: str, payload: str, now: datetime) -> tuple[str, datetime] | None:
    """Return the challenge that `payload` (base64 of JSON) solves, and its expiry; None if it solves none of ours that is still open."""
    try:
        told = json.loads(base64.b64decode(payload[:MOST_PAYLOAD], validate=True))
        salt, number, sum_, signature = (
            str(told["salt"]),
            told["number"],
            str(told["challenge"]),
            str(told["signature"]),
        )
    except (binascii.Error, ValueError, KeyError, TypeError, RecursionError):
        return None
    salted = SALT.fullmatch(salt)
    if (
        salted is None
        or not isinstance(number, int)
        or isinstance(number, bool)
        or not 0 <= number <= MOST_NUMBER
    ):
        return None
    solved = (
        hashlib.sha256(f"{salt}{number}".encode()).hexdigest() == sum_
        and told.get("algorithm") == "SHA-256"
    )
    is_ours = hmac.compare_digest(signature.encode(), _signature(secret, sum_).encode())
    expires_at = datetime.fromtimestamp(int(salted[1]), UTC)
    return (sum_, expires_at) if solved and is_ours and now <= expires_at else None


def _signature(secret: str, sum_: str) -> str:
    return hmac.digest(secret.encode(), b"newsletter challenge\0" + sum_.encode(), "sha256").hex()
