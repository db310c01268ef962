"""API tokens: making, finding and revoking them.

A secret is shown once, when it is made, and kept as a digest.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from sqlmodel import Session, col, select

from newsletter.desk.models import ApiToken
from newsletter.errors import NotFound, Refused
from newsletter.statements import add_and_flush
from newsletter.text import one_line

PREFIX = "nlt_"  # who finds a secret somewhere knows where it belongs
HINT_CHARS = 8
NAME_CHARS = 80
USE_NOTED_EACH = timedelta(minutes=1)


class BadApiToken(Refused):
    """This request needs a token that is valid: Authorization: Bearer nlt_…."""

    hint = "`newsletter token make` makes one."


class NoApiToken(NotFound):
    """There is no such token."""

    hint = "`newsletter token list` shows those there are."


class NoTokenName(Refused):
    """A token needs a name of 1 to 80 characters that says who uses it, like "web shop"."""


def make_token(
    session: Session,
    publication_id: int,
    name: str,
    *,
    may_vouch: bool,
    by: str,
    now: datetime,
) -> tuple[ApiToken, str]:
    """Make a token for one publication; returns it and its secret, which is not kept.

    Raises NoTokenName.
    """
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        publication_id=publication_id,
        name=_tidy(name),
        digest=_digest(secret),
        hint=secret[:HINT_CHARS],
        may_vouch=may_vouch,
        made_by=by,
        made_at=now,
    )
    return add_and_flush(session, token), secret


def find_token(session: Session, secret: str) -> ApiToken:
    """Return the token of a secret. Raises BadApiToken for an unknown or revoked one."""
    query = select(ApiToken).filter_by(digest=_digest(secret))
    token = session.exec(query).one_or_none()
    # Unknown or revoked: from outside both look the same.
    if token is None or token.revoked_at:
        raise BadApiToken
    return token


def should_note_use(token: ApiToken, now: datetime) -> bool:
    """True if the noted use is a minute old: a write at each request would be too many."""
    return token.used_at is None or now - token.used_at >= USE_NOTED_EACH


def note_use(
    session: Session,
    token_id: int,
    now: datetime,
) -> None:
    """Note that a token was used now."""
    session.get_one(ApiToken, token_id).used_at = now


def read_all(session: Session, publication_id: int) -> Sequence[ApiToken]:
    """Return all tokens of a publication, revoked ones too, oldest first."""
    return session.exec(
        select(ApiToken).filter_by(publication_id=publication_id).order_by(col(ApiToken.id))
    ).all()


def revoke(
    session: Session,
    publication_id: int,
    token_id: int,
    now: datetime,
) -> ApiToken:
    """Make a token useless from this moment; twice is harmless. Raises NoApiToken."""
    token = session.get(ApiToken, token_id)
    if token is None or token.publication_id != publication_id:
        raise NoApiToken
    token.revoked_at = token.revoked_at or now
    session.flush()
    return token


def _tidy(name: str) -> str:
    """Return a name as it is kept; raises NoTokenName."""
    called = one_line(name)
    if not 1 <= len(called) <= NAME_CHARS:
        raise NoTokenName
    return called


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
