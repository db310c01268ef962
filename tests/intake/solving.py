"""Solving challenges as a browser does, and what a test knows of them."""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from newsletter.intake.proof import make_challenge


def solve(given: Mapping[str, str | int]) -> str:
    """Return the payload of a solved challenge, as ALTCHA's widget sends it."""
    salt, sum_ = str(given["salt"]), given["challenge"]
    number = next(
        n
        for n in range(int(given["maxnumber"]) + 1)
        if hashlib.sha256(f"{salt}{n}".encode()).hexdigest() == sum_
    )
    return packed(
        {key: given[key] for key in ("algorithm", "challenge", "salt", "signature")}
        | {"number": number}
    )


def packed(payload: Mapping[str, object]) -> str:
    return base64.b64encode(json.dumps(payload).encode()).decode()


def solved(secret: str, expires_at: datetime, nonce: str = "00" * 8, number: int = 7) -> str:
    """Return a proof that took no work: the number is known."""
    return solve(make_challenge(secret, nonce, number, expires_at))
