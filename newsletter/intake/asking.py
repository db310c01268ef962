"""Asking a person to confirm, because a program or an editor says that they want letters.

Nobody gets an issue by that alone: one letter goes out, and its button is the person's own yes.
"""

from datetime import datetime

from sqlmodel import Session

from newsletter.errors import Conflict
from newsletter.intake.gate import may_write
from newsletter.letters.publisher import Publisher
from newsletter.letters.writing import write_confirm
from newsletter.publications.reading import has_several
from subscribers.addresses import normalise
from subscribers.joining import signup
from subscribers.joining.vouching import MustNotBeMailed
from subscribers.suppressing import is_suppressed


class WrittenToEnough(Conflict):
    """This address had as many letters as one may have in an hour or a day. Nothing was changed;
    ask again tomorrow."""


def ask_to_confirm(
    session: Session,
    publisher: Publisher,
    address: str,
    *,
    name: str,
    evidence: signup.ConsentEvidence,
    is_stranger: bool,
    now: datetime,
) -> int:
    """Note the wish and write a confirm letter; returns the id of the subscription.

    `is_stranger`: this publication did not know the address. Raises BadAddress, WrittenToEnough, or
    MustNotBeMailed. What keeps us from writing to a stranger may be another publication's business:
    then the answer is that for anybody, and no letter leaves (docs/adr/0043).
    """
    known = normalise(address)
    trouble = _trouble(session, publisher, known, now)
    if trouble and not (is_stranger and has_several(session)):
        raise trouble
    added = signup.note_wish(
        session,
        publisher.key,
        known,
        name=name,
        evidence=evidence,
        now=now,
    )
    if trouble is None:
        write_confirm(session, publisher, added.subscription_id, added.address, now=now)
    return added.subscription_id


def _trouble(
    session: Session,
    publisher: Publisher,
    address: str,
    now: datetime,
) -> Conflict | None:
    """Return why no letter may be written to an address, None if one may."""
    if is_suppressed(session, address):
        return MustNotBeMailed()
    return None if may_write(session, publisher.signer, address, now) else WrittenToEnough()
