"""Pure. Signed values for links: bound to one purpose, checked without a look-up.

A token is base64url(purpose ‖ number ‖ expiry ‖ HMAC-SHA-256 cut to 16 bytes): 29 bytes, 39
characters. Links to leave and to choose preferences never expire: their expiry is 0. When the
secret is changed, the newest one signs and the older ones still verify, so that the links of old
letters work for ever.
"""

import base64
import hmac
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal

from newsletter.errors import Refused

Purpose = Literal[
    "confirm",
    "leave",
    "preferences",
    "view",
    "undo",
    "login",
    "form",
    "own",
    "answer",
    "letter",
    "shown",
    "click",
    "mine",
    "address",
    "former",
    "stay",
]
PURPOSES: dict[Purpose, int] = {
    "confirm": 1,
    "leave": 2,  # not made any more; letters of the first version carry it: a message
    "preferences": 3,  # leave and choose, by a letter of no issue: publication and subscriber
    "view": 4,
    "undo": 5,  # after a leave: take it back, or say why
    "login": 6,
    "form": 7,
    "own": 8,  # the contact address of a submission is its maker's
    "answer": 9,  # a maker answers an editor's question
    "letter": 12,  # leave, choose and vote, by an issue's letter: issue and subscriber
    "shown": 13,  # when a page with a button was shown
    "stay": 18,  # somebody of a doubtful list wants to stay
    "click": 14,  # a counted link or pixel, nothing else: edition and message (0: nobody's)
    "mine": 17,  # a subscriber's own data: to have, or to have erased
    "address": 15,  # the new address of a change is its subscriber's
    "former": 16,  # who had the former address takes the change back
}
# Somebody who learned an old secret must not get in by it.
NEWEST_ONLY: frozenset[Purpose] = frozenset({"login"})
FIELDS = struct.Struct(">BQI")
SIGNATURE_BYTES = 16
SUBSCRIBER_BITS = 40


class BadToken(Refused):
    """This link is damaged or was not made by us. Open it again from the letter, whole."""


class OldToken(Refused):
    """This link has expired. Ask for a new one."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Makes tokens with `secret`; checks them with it and the `older` ones, newest first."""

    secret: str
    older: tuple[str, ...] = ()

    def sign(
        self,
        purpose: Purpose,
        number: int,
        expires_at: datetime | None = None,
    ) -> str:
        """Return the token of `number` for `purpose`. Without `expires_at` it is good for ever."""
        expiry = int(expires_at.timestamp()) if expires_at else 0
        body = FIELDS.pack(PURPOSES[purpose], number, expiry)
        signed = body + _signature(self.secret, body)
        return base64.urlsafe_b64encode(signed).decode().rstrip("=")

    def read(
        self,
        purpose: Purpose,
        token: str,
        now: datetime,
    ) -> int:
        """Return the number inside. Raises BadToken, or OldToken past its expiry."""
        return self.read_either((purpose,), token, now)[1]

    def read_either(
        self,
        purposes: Sequence[Purpose],
        token: str,
        now: datetime,
    ) -> tuple[Purpose, int]:
        """Return which of the purposes a token serves, and the number inside.

        Raises BadToken, or OldToken past its expiry.
        """
        body, signature = _decode(token)
        kind, number, expiry = FIELDS.unpack(body)
        purpose = _purpose_of(kind, purposes)
        if not self._has_signed(purpose, body, signature):
            raise BadToken
        if expiry and now.timestamp() > expiry:
            raise OldToken
        return purpose, int(number)

    def _has_signed(
        self,
        purpose: Purpose,
        body: bytes,
        signature: bytes,
    ) -> bool:
        """True if our secret, or a former one that still counts, made the signature."""
        older = () if purpose in NEWEST_ONLY else self.older
        return any(
            hmac.compare_digest(signature, _signature(secret, body))
            for secret in (self.secret, *older)
        )


def pair(place: int, subscriber_id: int) -> int:
    """Return one number for two ids, such as an issue's and a subscriber's; see `unpair`."""
    return place << SUBSCRIBER_BITS | subscriber_id


def unpair(number: int) -> tuple[int, int]:
    """Return the two ids that `pair` joined."""
    return number >> SUBSCRIBER_BITS, number & (1 << SUBSCRIBER_BITS) - 1


def _signature(secret: str, body: bytes) -> bytes:
    """Sign a body: HMAC-SHA-256, cut to SIGNATURE_BYTES."""
    signing = _begun(secret).copy()
    signing.update(body)
    return signing.digest()[:SIGNATURE_BYTES]


@lru_cache(maxsize=8)
def _begun(secret: str) -> hmac.HMAC:
    """Return what all signatures with this secret begin with: each letter has one to make."""
    return hmac.new(secret.encode(), b"newsletter token\0", "sha256")


def _decode(token: str) -> tuple[bytes, bytes]:
    """Return the body and the signature of a token. Raises BadToken."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise BadToken from None
    body = raw[: FIELDS.size]
    if len(body) != FIELDS.size:
        raise BadToken
    return body, raw[FIELDS.size :]


def _purpose_of(kind: int, purposes: Sequence[Purpose]) -> Purpose:
    """Return which of these purposes a token names. Raises BadToken."""
    for purpose in purposes:
        if PURPOSES[purpose] == kind:
            return purpose
    raise BadToken
