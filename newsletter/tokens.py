"""Pure. Signed values for links: bound to one purpose, checked without a look-up.

A token is base64url(purpose ‖ number ‖ expiry ‖ HMAC-SHA-256 cut to 16 bytes), 29 bytes, 39 characters. Links to leave
and to choose never expire: their expiry is 0. The secret may be changed: the newest signs, and older ones go on to verify, so
that the links of old letters work for ever.
"""

import base64
import binascii
import hmac
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
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
    "leave": 2,  # made no more; letters of the first version carry it: message
    "preferences": 3,  # leave and choose, by a letter that belongs to no issue: publication and subscriber
    "view": 4,
    "undo": 5,  # after a leave: take it back, or say why
    "login": 6,
    "form": 7,
    "own": 8,  # the contact address of a submission is its maker's
    "answer": 9,  # a maker answers an editor's question
    "letter": 12,  # leave, choose and vote, by an issue's letter: issue and subscriber
    "shown": 13,  # when a page with a button was shown
    "stay": 18,  # somebody of a doubtful list wants to stay
    "click": 14,  # a counted link or pixel leads and counts, and can do nothing else: edition and message, 0 for nobody's
    "mine": 17,  # a subscriber's own data: to have, or to have erased
    "address": 15,  # the new address of a change is its subscriber's
    "former": 16,  # who had the former address takes the change back
}
NEWEST_ONLY: frozenset[Purpose] = frozenset(
    {"login"}
)  # who learned an old secret must not get in by it
FIELDS = struct.Struct(">BQI")
SIGNATURE_BYTES = 16
SUBSCRIBER_BITS = 40


class BadToken(Refused):
    """This link is damaged or was not made by us. Open it again from the letter, whole."""


class OldToken(Refused):
    """This link has expired. Ask for a new one."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Makes tokens with the newest secret, and checks them with every one. `older` begins with the newest of them."""

    secret: str
    older: tuple[str, ...] = ()

    def sign(self, purpose: Purpose, number: int, expires_at: datetime | None = None) -> str:
        """Return the token of `number` for `purpose`; it never expires unless told."""
        body = FIELDS.pack(
            PURPOSES[purpose], number, int(expires_at.timestamp()) if expires_at else 0
        )
        return base64.urlsafe_b64encode(body + _signature(self.secret, body)).decode().rstrip("=")

    def read(self, purpose: Purpose, token: str, now: datetime) -> int:
        """Return the number inside. Raises BadToken, or OldToken past its expiry."""
        return self.read_either((purpose,), token, now)[1]

    def read_either(
        self, purposes: Sequence[Purpose], token: str, now: datetime
    ) -> tuple[Purpose, int]:
        """Return which of the purposes a token serves, and the number inside. Raises BadToken, or OldToken past its expiry."""
        try:
            raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise BadToken from None
        body, signature = raw[: FIELDS.size], raw[FIELDS.size :]
        if len(body) != FIELDS.size:
            raise BadToken
        kind, number, expiry = FIELDS.unpack(body)
        purpose = next((one for one in purposes if PURPOSES[one] == kind), None)
        if purpose is None:
            raise BadToken
        older = () if purpose in NEWEST_ONLY else self.older
        if not any(
            hmac.compare_digest(signature, _signature(one, body)) for one in (self.secret, *older)
        ):
            raise BadToken
        if expiry and now.timestamp() > expiry:
            raise OldToken
        return purpose, int(number)


def pair(place: int, subscriber_id: int) -> int:
    """Return one number for an issue, a publication or an edition, and a subscriber or a message; see `unpair`."""
    return place << SUBSCRIBER_BITS | subscriber_id


def unpair(number: int) -> tuple[int, int]:
    """Return what was paired."""
    return number >> SUBSCRIBER_BITS, number & (1 << SUBSCRIBER_BITS) - 1


def _signature(secret: str, body: bytes) -> bytes:
    return hmac.digest(secret.encode(), b"newsletter token\0" + body, "sha256")[:SIGNATURE_BYTES]
