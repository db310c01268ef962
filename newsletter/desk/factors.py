"""Second factors: what an editor shows beside the password when they log in.

An app makes a code of a key and the time (TOTP, RFC 6238). The key is kept nowhere: it is made of a
secret of the settings and the seed in the row, so a stolen database makes no code. An older secret
still checks codes, so `newsletter secret rotate` keeps nobody out.

Recovery codes stand in for a lost phone. Each works once, and is kept as a digest.
"""

import base64
import hmac
import secrets
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Literal

import pyotp
from sqlmodel import Session, col, delete, func, insert, select, update

from newsletter.desk.models import RecoveryCode, SecondFactor
from newsletter.errors import NotFound, Refused
from newsletter.statements import add_and_flush
from newsletter.tokens import Signer

STEP_S = 30
STEPS_AROUND = (0, -1, 1)  # a clock may be half a minute off; one off by an hour makes no code
KEY_BYTES = 20  # as long as SHA-1's result, which is what apps for codes all know
RECOVERY_CODES = 10
RECOVERY_BYTES = 10  # 16 letters and digits
MOST_TYPED = 100  # characters that are looked at
ISSUER_CHARS = 40  # a picture has room for some 1,500 in all
Used = Literal["an app's code", "a recovery code"]


class WrongCode(Refused):
    """This code does not fit. Type the one that your app shows now: each works once, for half a
    minute, and only while the clock of that device is right. A recovery code works once, too."""


class NoFactor(NotFound):
    """There is no second factor to do this with."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What an app for codes is given, once: the key to type, and the picture of it to scan."""

    key: str = field(repr=False)
    picture: str = field(repr=False)  # SVG


def begin_factor(
    session: Session,
    editor_id: int,
    now: datetime,
) -> SecondFactor:
    """Begin to set up an editor's app; it counts from its first right code on.

    One that was begun before and never finished goes. Raises NoFactor if there is one that counts.
    """
    if has_factor(session, editor_id):
        raise NoFactor("You have a second factor. Switch it off first, to set up another app.")
    end_factor(session, editor_id)
    row = SecondFactor(editor_id=editor_id, seed=secrets.token_hex(16), made_at=now)
    return add_and_flush(session, row)


def read_setup(
    session: Session,
    signer: Signer,
    editor_id: int,
    address: str,
    issuer: str,
) -> Setup | None:
    """Return what the app is given, while it is being set up; None before and after."""
    row = _find(session, editor_id)
    if row is None or row.counts_from:
        return None
    # Loaded here: only who sets up an app needs a picture of its key.
    import segno

    totp = _totp(row, signer.secret)
    uri = totp.provisioning_uri(name=address, issuer_name=issuer[:ISSUER_CHARS])
    # Four modules of white around it: scanners need them on a dark page, too (ISO 18004).
    return Setup(totp.secret, segno.make_qr(uri).svg_inline(scale=5, border=4, light="white"))


def finish_factor(
    session: Session,
    signer: Signer,
    editor_id: int,
    code: str,
    now: datetime,
) -> Sequence[str]:
    """Let an app count whose code fits; returns the recovery codes.

    Raises WrongCode or NoFactor.
    """
    row = _find(session, editor_id)
    if row is None or row.counts_from:
        raise NoFactor("There is no app to confirm. Begin to set it up once more.")
    if not _use_step(session, row, signer, _bare(code), now):
        raise WrongCode
    row.counts_from = now
    return make_recovery_codes(session, editor_id)


def make_recovery_codes(session: Session, editor_id: int) -> Sequence[str]:
    """Make ten codes in place of the former ones; nobody can read them later."""
    session.exec(delete(RecoveryCode).where(col(RecoveryCode.editor_id) == editor_id))
    codes = [_random_code() for _ in range(RECOVERY_CODES)]
    rows = [{"editor_id": editor_id, "digest": _digest(code)} for code in codes]
    session.exec(insert(RecoveryCode), params=rows)
    return ["-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in codes]


def use_code(
    session: Session,
    signer: Signer,
    editor_id: int,
    code: str,
    now: datetime,
) -> Used | None:
    """Use up a code of an editor; None if it does not fit, or was used before."""
    row = _find(session, editor_id)
    if row is None or not row.counts_from:
        return None
    bare = _bare(code)
    if _use_step(session, row, signer, bare, now):
        return "an app's code"
    return "a recovery code" if _use_recovery(session, editor_id, bare, now) else None


def has_factor(session: Session, editor_id: int) -> bool:
    """True if an editor is asked for a code when they log in."""
    row = _find(session, editor_id)
    return row is not None and row.counts_from is not None


def count_recovery_codes(session: Session, editor_id: int) -> int:
    """Return how many recovery codes an editor has left."""
    query = select(func.count()).select_from(RecoveryCode)
    return session.exec(query.filter_by(editor_id=editor_id, used_at=None)).one()


def end_factor(session: Session, editor_id: int) -> bool:
    """Remove an editor's app and recovery codes; False if there was nothing that counted."""
    row = _find(session, editor_id)
    session.exec(delete(RecoveryCode).where(col(RecoveryCode.editor_id) == editor_id))
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return row.counts_from is not None


def _find(session: Session, editor_id: int) -> SecondFactor | None:
    return session.exec(select(SecondFactor).filter_by(editor_id=editor_id)).one_or_none()


def _use_step(
    session: Session,
    row: SecondFactor,
    signer: Signer,
    code: str,
    now: datetime,
) -> bool:
    """Use up the code of a moment; False if it is none, or it or a later one was used before."""
    for step in _fitting_steps(row, signer, code, now):
        # In one statement: of two who send the same code at once, one gets in.
        unused = update(SecondFactor).where(
            col(SecondFactor.id) == row.key, col(SecondFactor.last_step) < step
        )
        if session.exec(unused.values(last_step=step)).rowcount:
            return True
    return False


def _fitting_steps(
    row: SecondFactor,
    signer: Signer,
    code: str,
    now: datetime,
) -> Iterator[int]:
    here = int(now.timestamp()) // STEP_S
    for secret in (signer.secret, *signer.older):
        totp = _totp(row, secret)
        for around in STEPS_AROUND:
            right = totp.generate_otp(here + around)
            if hmac.compare_digest(right.encode(), code.encode()):
                yield here + around


def _use_recovery(
    session: Session,
    editor_id: int,
    code: str,
    now: datetime,
) -> bool:
    theirs = col(RecoveryCode.editor_id) == editor_id
    unused = update(RecoveryCode).where(theirs, col(RecoveryCode.used_at).is_(None))
    used = unused.where(col(RecoveryCode.digest) == _digest(code)).values(used_at=now)
    return bool(session.exec(used).rowcount)


def _totp(row: SecondFactor, secret: str) -> pyotp.TOTP:
    named = f"newsletter second factor\0{row.seed}"
    key = hmac.digest(secret.encode(), named.encode(), "sha256")[:KEY_BYTES]
    return pyotp.TOTP(base64.b32encode(key).decode())


def _bare(typed: str) -> str:
    """Return a code without what people type around it, digits of any script as 0 to 9."""
    signs = (sign for sign in typed[:MOST_TYPED].upper() if sign.isalnum())
    return "".join(str(unicodedata.digit(sign, sign)) for sign in signs)


def _random_code() -> str:
    return base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode()


def _digest(code: str) -> str:
    # 80 random bits need neither a salt nor a slow hash.
    return sha256(code.encode("utf-8", "replace")).hexdigest()
