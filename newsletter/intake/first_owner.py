"""The first owner: whoever types the first code gets a login, and all publications there are.

Codes are counted as passwords are, and looked at in turn. Only the network of a wrong one waits:
nobody elsewhere can keep the owner out.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session

from newsletter.database import Database
from newsletter.desk import editors, team
from newsletter.desk.first_code import FirstCode
from newsletter.desk.models import Editor
from newsletter.desk.sessions import STAY, Origin
from newsletter.desk.turnstile import Turnstile
from newsletter.errors import Conflict
from newsletter.intake import guessing
from newsletter.intake.guessing import Guess
from newsletter.intake.logins import Admitted, admit
from newsletter.publications.reading import all_publications
from newsletter.tokens import Signer
from subscribers.addresses import normalise, shorten_network

THING = "the first code"  # in the place of an address: no address has spaces


class HasOwner(Conflict):
    """This installation has an owner already. Log in, or ask an owner to invite you."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody types who wants to be the first owner."""

    code: str = field(repr=False)
    address: str
    password: str = field(repr=False)
    origin: Origin
    name: str = ""


@dataclass(frozen=True, slots=True)
class Threshold:
    """What a claim passes through."""

    database: Database
    signer: Signer
    first_code: FirstCode
    turnstile: Turnstile


def claim_installation(
    threshold: Threshold,
    claim: Claim,
    now: datetime,
    idle: timedelta = STAY,
) -> Admitted:
    """Make the first owner, and begin their session.

    Raises HasOwner, WrongFirstCode, TooManyGuesses, Crowded, BadAddress, WeakPassword or
    CommonPassword.
    """
    threshold.database.read(require_no_owner)
    with threshold.turnstile.passing(is_known=False):
        guess = _count(threshold, claim, now)
        with threshold.first_code.used(claim.code):
            threshold.database.write(guessing.take_back, threshold.signer.secret, guess, now)
            address = normalise(claim.address)
            kept = editors.hash_checked(claim.password, address, claim.name)
            return threshold.database.write(_make, threshold.signer, claim, kept, now, idle)


def require_no_owner(session: Session) -> None:
    """Raise HasOwner if there is one."""
    if team.has_owner(session):
        raise HasOwner


def _count(
    threshold: Threshold,
    claim: Claim,
    now: datetime,
) -> Guess:
    """Count the claim as a guess. Raises TooManyGuesses."""
    guess = Guess(THING, shorten_network(claim.origin.network), is_at_home=True)
    threshold.database.write(guessing.count_guess, threshold.signer.secret, guess, now)
    return guess


def _make(
    session: Session,
    signer: Signer,
    claim: Claim,
    kept: str,
    now: datetime,
    idle: timedelta,
) -> Admitted:
    require_no_owner(session)
    editor = _editor(session, claim, kept, now)
    for publication in all_publications(session):
        team.make_owner(session, publication.key, editor.key)
    return admit(session, signer, editor, claim.origin, now, idle)


def _editor(
    session: Session,
    claim: Claim,
    kept: str,
    now: datetime,
) -> Editor:
    """Return the editor of that address, with that password.

    Who left before they had a publication begins again with another code and another password.
    """
    editor = editors.find_typed(session, claim.address)
    if editor is None:
        address = normalise(claim.address)
        return editors.add_with_hash(session, address, claim.name, kept, now)
    editors.keep_hash(session, editor, kept)
    return editor
