"""Pure. Signed values for links: bound to one purpose, checked without a look-up.

A token is base64url(purpose ‖ number ‖ expiry ‖ HMAC-SHA-256 cut to 16 bytes), 30 bytes, 40 characters. Links to leave
and to choose never expire: their expiry is 0.
"""

import base64
import binascii
import hmac
import struct
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from newsletter.errors import Refused

Purpose = Literal["confirm", "leave", "preferences", "view", "undo", "login", "form", "own", "answer"]
PURPOSES: dict[Purpose, int] = {
    "confirm": 1,
    "leave": 2,
    "preferences": 3,
    "view": 4,
    "undo": 5,
    "login": 6,
    "form": 7,
    "own": 8,  # the contact address of a submission is its maker's
    "answer": 9,  # a maker answers an editor's question
}
FIELDS = struct.Struct(">BQI")
SIGNATURE_BYTES = 16


class BadToken(Refused):
    """This link is damaged or was not made by us. Open it again from the letter, whole."""


class OldToken(Refused):
    """This link has expired. Ask for a new one."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Makes and checks tokens with one secret."""

    secret: str

    def sign(self, purpose: Purpose, number: int, expires_at: datetime | None = None) -> str:
        """Return the token of `number` for `purpose`; it never expires unless told."""
        body = FIELDS.pack(PURPOSES[purpose], number, int(expires_at.timestamp()) if expires_at else 0)
        return base64.urlsafe_b64encode(body + self._signature(body)).decode().rstrip("=")

    def read(self, purpose: Purpose, token: str, now: datetime) -> int:
        """Return the number inside. Raises BadToken, or OldToken past its expiry."""
        try:
            raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise BadToken from None
        body, signature = raw[: FIELDS.size], raw[FIELDS.size :]
        if len(body) != FIELDS.size or not hmac.compare_digest(signature, self._signature(body)):
            raise BadToken
        kind, number, expiry = FIELDS.unpack(body)
        if kind != PURPOSES[purpose]:
            raise BadToken
        if expiry and now.timestamp() > expiry:
            raise OldToken
        return int(number)

    def _signature(self, body: bytes) -> bytes:
        return hmac.digest(self.secret.encode(), b"newsletter token\0" + body, "sha256")[:SIGNATURE_BYTES]
