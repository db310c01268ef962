"""Pure. Signed values for links: bound to one purpose, checked without a look-up.

A token is base64url(purpose ‖ number ‖ expiry ‖ HMAC-SHA-256 cut to 16 bytes): 29 bytes, 39
characters. Links to leave and to choose never expire: their expiry is 0. When the secret is
changed, the newest one signs. The older ones still verify what must work for ever (`FOR_EVER`),
because letters are found years later. Every other token ends with its secret: somebody who learned
an old secret gets nothing by it that shows, moves or erases a person.
"""

import base64
import hmac
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Literal, NamedTuple

from newsletter.errors import Refused

Purpose = Literal[
    "confirm",
    "leave",
    "preferences",
    "undo",
    "browser",
    "entry",
    "form",
    "own",
    "answer",
    "letter",
    "shown",
    "click",
    "mine",
    "address",
    "former",
    "present",
    "stay",
    "half",
]
PURPOSES: dict[Purpose, int] = {
    "confirm": 1,
    "leave": 2,  # not made any more; letters of the first version carry it: a message
    "preferences": 3,  # leave and choose, by a letter of no issue: publication and subscriber
    "undo": 5,  # after a leave: take it back, or say why
    "browser": 20,  # an editor logged in there before: a mark and the editor
    "entry": 21,  # an invitation to the desk, or another password for it
    "half": 22,  # an editor whose password was right, and whose code is asked for
    "form": 7,
    "own": 8,  # the contact address of a submission is its maker's
    "answer": 9,  # a maker answers an editor's question
    "letter": 12,  # leave, choose and vote, by an issue's letter: issue and subscriber
    "shown": 13,  # when a page with a button was shown; its holder is the link that led there
    "stay": 18,  # somebody of a doubtful list wants to stay
    "click": 14,  # a counted link or pixel, nothing else: edition and message (0: nobody's)
    "mine": 17,  # a subscriber's own data: to have, or to have erased
    "address": 15,  # the new address of a change is its subscriber's
    "present": 19,  # the present mailbox says yes or no to a change of address
    "former": 16,  # who had the former address takes the change back
}
# What an old secret still verifies. `preferences` is among them: the link to leave of a small
# letter carries it, and it opens no more than `letter` does. Doors that move letters or hand out
# data ask for more than a token that verifies: see `Verified.is_old` (docs/adr/0039).
FOR_EVER: frozenset[Purpose] = frozenset({"leave", "letter", "preferences", "click"})
FIELDS = struct.Struct(">BQI")
SIGNATURE_BYTES = 16
SUBSCRIBER_BITS = 40


class BadToken(Refused):
    """This link is damaged or was not made by us. Open it again from the letter, whole."""


class RetiredToken(BadToken):
    """This link has expired: the key that made it was replaced. Ask for a new one."""


class OldToken(Refused):
    """This link has expired. Ask for a new one."""


class Verified(NamedTuple):
    """What a token says. `is_old` if only a former secret verifies it: others may know that one."""

    purpose: Purpose
    number: int
    is_old: bool


@dataclass(frozen=True, slots=True)
class Signer:
    """Makes tokens with `secret`; checks them with it and the `older` ones, newest first."""

    secret: str = field(repr=False)
    older: tuple[str, ...] = field(default=(), repr=False)

    def sign(
        self,
        purpose: Purpose,
        number: int,
        expires_at: datetime | None = None,
        holder: str = "",
    ) -> str:
        """Return the token of `number` for `purpose`. Without `expires_at` it is good for ever.

        Who reads it must name the same `holder`, which is signed and not in the token.
        """
        expiry = int(expires_at.timestamp()) if expires_at else 0
        body = FIELDS.pack(PURPOSES[purpose], number, expiry)
        return _encode(body + _signature(self.secret, body + holder.encode()))

    def read(
        self,
        purpose: Purpose,
        token: str,
        now: datetime,
        holder: str = "",
    ) -> int:
        """Return the number inside. Raises BadToken, RetiredToken, or OldToken past its expiry."""
        return self.read_either((purpose,), token, now, holder).number

    def read_either(
        self,
        purposes: Sequence[Purpose],
        token: str,
        now: datetime,
        holder: str = "",
    ) -> Verified:
        """Return which of the purposes a token serves, and what it says.

        Raises BadToken, RetiredToken, or OldToken past its expiry.
        """
        body, signature = _decode(token)
        kind, number, expiry = FIELDS.unpack(body)
        purpose = _purpose_of(kind, purposes)
        is_old = self._require_signature(purpose, body + holder.encode(), signature)
        if expiry and now.timestamp() > expiry:
            raise OldToken
        return Verified(purpose, int(number), is_old)

    def _require_signature(
        self,
        purpose: Purpose,
        signed: bytes,
        signature: bytes,
    ) -> bool:
        """Return whether a former secret signed it. Raises BadToken or RetiredToken."""
        if hmac.compare_digest(signature, _signature(self.secret, signed)):
            return False
        if not any(hmac.compare_digest(signature, _signature(old, signed)) for old in self.older):
            raise BadToken
        if purpose not in FOR_EVER:
            raise RetiredToken
        return True


def pair(place: int, subscriber_id: int) -> int:
    """Return one number for two ids, such as an issue's and a subscriber's; see `unpair`."""
    return place << SUBSCRIBER_BITS | subscriber_id


def mail_tag(token: str) -> str:
    """Return a token in 47 letters and digits whose case means nothing.

    Mail programs and relays may lower an address's case, which would end the token as it is.
    """
    return base64.b32encode(b"".join(_decode(token))).decode().rstrip("=").lower()


def unpair(number: int) -> tuple[int, int]:
    """Return the two ids that `pair` joined."""
    return number >> SUBSCRIBER_BITS, number & (1 << SUBSCRIBER_BITS) - 1


def _signature(secret: str, signed: bytes) -> bytes:
    """Sign a body and its holder: HMAC-SHA-256, cut to SIGNATURE_BYTES."""
    signing = _begun(secret).copy()
    signing.update(signed)
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
    # Its last character has bits to spare: of the spellings that mean the same, one is ours.
    if len(raw) != FIELDS.size + SIGNATURE_BYTES or _encode(raw) != token:
        raise BadToken
    return raw[: FIELDS.size], raw[FIELDS.size :]


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _purpose_of(kind: int, purposes: Sequence[Purpose]) -> Purpose:
    """Return which of these purposes a token names. Raises BadToken."""
    for purpose in purposes:
        if PURPOSES[purpose] == kind:
            return purpose
    raise BadToken
