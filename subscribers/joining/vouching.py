"""Vouching: a program gives a consent that a person gave elsewhere. It needs no confirm letter.

It never brings back a person who left, and never reaches an address that must not be mailed: only
the person's own button does.
"""

from datetime import datetime

from sqlmodel import Session

from newsletter.errors import Conflict, Refused
from newsletter.text import one_line
from subscribers.addresses import normalise
from subscribers.joining.signup import (
    ConsentEvidence,
    activate,
    find_or_add_subscriber,
    find_or_add_subscription,
    has_left,
)
from subscribers.suppressing import is_kept_out


class NoConsent(Refused):
    """A consent given elsewhere needs the words that the person agreed to, and where: a web
    address, a form, a fair."""


class HasLeft(Conflict):
    """This person left. Add them without a consent: a confirm letter asks whether they want to
    come back."""


class MustNotBeMailed(Conflict):
    """This address must not be mailed: it bounced, complained or was erased. Nothing was
    changed."""


def vouch(
    session: Session,
    publication_id: int,
    address: str,
    *,
    name: str,
    words: str,
    source: str,
    now: datetime,
) -> bool:
    """Put a person on the list by a consent given elsewhere, and keep it as evidence.

    `words` are those that the person agreed to, `source` says where. False if they are on the list
    already: then nothing changes. Raises BadAddress, NoConsent, HasLeft or MustNotBeMailed.
    """
    known = normalise(address)
    evidence = _evidence(words, source)
    # Stricter than for a sign-up: a program cannot bring a forgotten person back either.
    if is_kept_out(session, known):
        raise MustNotBeMailed
    subscriber = find_or_add_subscriber(session, known, now)
    subscription = find_or_add_subscription(
        session,
        subscriber.key,
        publication_id,
        name=name,
        now=now,
    )
    if subscription.status == "active":
        return False
    # Anybody may have typed the address since: the leave counts until the person confirms.
    if subscription.status == "unsubscribed" or has_left(subscription):
        raise HasLeft
    activate(session, subscription, "vouch", evidence, now)
    return True


def _evidence(words: str, source: str) -> ConsentEvidence:
    if not words.strip() or not source.strip():
        raise NoConsent
    return ConsentEvidence(f"{one_line(words)} [{one_line(source)}]")
