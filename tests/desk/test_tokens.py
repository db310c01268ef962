"""API tokens: shown once, kept as a digest, told apart, revoked at once."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlmodel import Session

from newsletter.desk import tokens
from newsletter.desk.tokens import BadApiToken, NoApiToken, NoTokenName
from newsletter.publications.models import Publication

NOW = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)


def test_the_secret_is_nowhere_in_the_database(session: Session, publication: Publication) -> None:
    token, secret = tokens.make_token(
        session, publication.key, "web  shop", may_vouch=False, by="mara", now=NOW
    )
    row = [
        str(value) for value in session.connection().execute(text("select * from apitoken")).one()
    ]
    assert not [value for value in row if secret in value or secret[12:] in value]
    assert (token.name, token.hint) == ("web shop", secret[:8])
    assert tokens.find_token(session, secret) is token


def test_a_secret_that_is_nearly_right_is_wrong(session: Session, publication: Publication) -> None:
    _, secret = tokens.make_token(
        session, publication.key, "shop", may_vouch=False, by="mara", now=NOW
    )
    for wrong in (secret[:-1], secret + "x", secret.swapcase(), ""):
        with pytest.raises(BadApiToken):
            tokens.find_token(session, wrong)


def test_a_token_has_a_name_and_is_revoked_by_its_own_publication(
    session: Session, publication: Publication
) -> None:
    with pytest.raises(NoTokenName):
        tokens.make_token(session, publication.key, "  ", may_vouch=False, by="mara", now=NOW)
    token, secret = tokens.make_token(
        session, publication.key, "shop", may_vouch=False, by="mara", now=NOW
    )
    with pytest.raises(NoApiToken):
        tokens.revoke(session, publication.key + 1, token.key, NOW)
    assert tokens.revoke(session, publication.key, token.key, NOW).revoked_at == NOW
    with pytest.raises(BadApiToken):
        tokens.find_token(session, secret)
