"""Suppression: mailboxes that must not be mailed, in whichever spelling of the address.

Keeps only a keyed hash of a forgotten address, and of the one that a reader moved away from. The
hash is enough to know the address again when a file or a program brings it, and nobody can read it.
The person may still come back by a sign-up of their own, through double opt-in.
"""

import hmac
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, delete, select
from sqlmodel.sql.expression import Select

from newsletter.database import HASH_KEY
from subscribers import changes
from subscribers.mailboxes import mailbox_of
from subscribers.models import Suppression

FORGOTTEN = "forgotten"
MOVED = "moved"  # its reader is written to elsewhere
OF_OWN_WILL = (FORGOTTEN, MOVED)  # who has such an address may come back, and nobody may bring them
# Built once: each sign-up and each row of an API call asks it.
REASONS = select(Suppression.reason).where(
    (col(Suppression.mailbox) == bindparam("mailbox"))
    | col(Suppression.hashed).in_((bindparam("hashed"), bindparam("former")))
)


def suppress(
    session: Session,
    address: str,
    reason: str,
    now: datetime,
) -> None:
    """Note that an address must not be mailed; a reason that is there already stays.

    `address` may be "": it was forgotten meanwhile, and nothing is noted.
    """
    if not address or is_suppressed(session, address):
        return
    # By its name, also if its hash is there: forget_address makes one row of both.
    session.add(Suppression(mailbox=mailbox_of(address), reason=reason, at=now))
    session.flush()
    changes.note_address(session, address, "suppressed", now)


def is_suppressed(
    session: Session,
    address: str,
) -> bool:
    """True if the address must not be mailed even if the person asks for it.

    It bounced, complained, or an editor suppressed it.
    """
    return any(reason not in OF_OWN_WILL for reason in _reasons(session, address))


def was_suppressed_before(session: Session, address: str, at: datetime) -> bool:
    """True if an address was suppressed before a time."""
    query = select(Suppression).filter_by(mailbox=mailbox_of(address))
    found = session.exec(query).one_or_none()
    return found is not None and found.at < at


def is_kept_out(
    session: Session,
    address: str,
) -> bool:
    """True if only the person may put this address on a list.

    It is suppressed, or forgotten, or its reader moved to another one.
    """
    return bool(_reasons(session, address))


def lift_forgetting(
    session: Session,
    address: str,
) -> None:
    """Delete the hash of an address whose owner wants letters: by a sign-up, or by a move to it."""
    is_theirs = col(Suppression.hashed).in_(_hashes(_key(session), address))
    is_lifted = col(Suppression.reason).in_(OF_OWN_WILL)
    session.exec(delete(Suppression).where(is_lifted, is_theirs))


def note_move(
    session: Session,
    former: str,
    address: str,
    now: datetime,
) -> None:
    """Keep the hash of the address that a reader moved away from, and none of that of now.

    An old list has the former one still, and would bring the same person a second letter of each
    issue.
    """
    lift_forgetting(session, address)
    if mailbox_of(former) != mailbox_of(address) and not is_kept_out(session, former):
        session.add(Suppression(hashed=hash_of(session, former), reason=MOVED, at=now))
        session.flush()


def forget_address(
    session: Session,
    address: str,
    now: datetime,
) -> None:
    """Replace an address by its keyed hash, and keep the reason."""
    named = session.exec(select(Suppression).filter_by(mailbox=mailbox_of(address))).one_or_none()
    known = _find_hashed(session, address)
    if named is not None and known is not None:
        _join(session, named, known)
    elif named is not None:
        named.mailbox = None
        named.hashed = hash_of(session, address)
    elif known is None:
        session.add(Suppression(hashed=hash_of(session, address), reason=FORGOTTEN, at=now))
    session.flush()


def suppression_reasons(session: Session) -> Mapping[str, str]:
    """Return the reason of each suppressed mailbox, to look up a million of them in."""
    rows = session.exec(_named_reasons()).all()
    return {mailbox: reason for mailbox, reason in rows if mailbox}


class KeptOut:
    """The addresses that only the person may put on a list.

    `address in kept_out` is fast enough for each row of an import: no query, and no hash where
    nobody was ever forgotten.
    """

    def __init__(self, session: Session) -> None:
        hashes = select(Suppression.hashed).where(col(Suppression.hashed).is_not(None))
        self._mailboxes = frozenset(suppression_reasons(session))
        self._hashes = frozenset(session.exec(hashes).all())
        self._key = _key(session)

    def __contains__(self, address: object) -> bool:
        if mailbox_of(str(address)) in self._mailboxes:
            return True
        return bool(self._hashes) and not self._hashes.isdisjoint(_hashes(self._key, str(address)))


def hash_of(
    session: Session,
    address: str,
) -> str:
    """Return the 64 hex digits that stand for a mailbox: HMAC-SHA-256 by the database's key."""
    return _hash(_key(session), mailbox_of(address))


def _named_reasons() -> Select[str | None, str]:
    is_named = col(Suppression.mailbox).is_not(None)
    return select(Suppression.mailbox, Suppression.reason).where(is_named)


def _reasons(
    session: Session,
    address: str,
) -> list[str]:
    session.flush()
    hashed, former = _hashes(_key(session), address)
    values = {"mailbox": mailbox_of(address), "hashed": hashed, "former": former}
    return list(session.connection().scalars(REASONS, values))


def _find_hashed(
    session: Session,
    address: str,
) -> Suppression | None:
    is_theirs = col(Suppression.hashed).in_(_hashes(_key(session), address))
    return session.exec(select(Suppression).where(is_theirs).limit(1)).one_or_none()


def _join(
    session: Session,
    named: Suppression,
    known: Suppression,
) -> None:
    """Make one row of two."""
    # It was forgotten, came back and was suppressed since: the newer reason counts.
    known.reason = named.reason
    session.delete(named)


def _key(session: Session) -> bytes:
    return str(session.info[HASH_KEY]).encode()


def _hashes(
    key: bytes,
    address: str,
) -> tuple[str, str]:
    """Return the hash that stands for an address, and the one that stood for it before ADR 44.

    Until then only casefold was applied. Nobody can hash a forgotten address again, so both are
    looked up; of an ASCII address they are the same.
    """
    return _hash(key, mailbox_of(address)), _hash(key, address.casefold())


def _hash(
    key: bytes,
    mailbox: str,
) -> str:
    # The words before the mailbox keep this hash apart from others that the key makes.
    content = b"newsletter address\0" + mailbox.encode()
    return hmac.digest(key, content, "sha256").hex()
