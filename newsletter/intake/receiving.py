"""Receiving: a sign-up or a tool, from the gate to a letter or into quarantine; and what an editor lets in later."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from newsletter.errors import Refused
from newsletter.intake import quarantine
from newsletter.intake.gate import Attempt, judge_attempt, may_write
from newsletter.intake.models import Quarantined
from newsletter.letters import makers
from newsletter.letters.makers import Publisher
from newsletter.letters.writing import write_confirm, write_known
from newsletter.tools.cards import Card, read_card
from newsletter.tools.submissions import TooMany
from subscribers.addresses import normalise
from subscribers.joining import signup
from subscribers.joining.typos import suggest


class Mistyped(Refused):
    """The domain of the address looks mistyped."""

    def __init__(self, meant: str) -> None:
        super().__init__(f"Did you mean {meant}?")
        self.meant = meant


@dataclass(frozen=True, slots=True)
class TypedSignUp:
    """A sign-up as it was typed. `words` are those that the person agreed to, `source` the tag of the link that led here."""

    address: str
    words: str
    name: str = ""
    source: str = ""
    is_meant: bool = False  # they looked at the address twice


def receive_sign_up(
    session: Session, publisher: Publisher, wish: TypedSignUp, attempt: Attempt, now: datetime
) -> str:
    """Take a sign-up; returns the address. What it returns and how long it takes tell nothing about the address.

    Raises BadAddress, Mistyped, TooMuchFromHere or SpentProof.
    """
    address = normalise(wish.address)
    if not wish.is_meant and (meant := suggest(address)):
        raise Mistyped(meant)
    passed = judge_attempt(session, publisher.key, publisher.signer, attempt, address, now)
    fields = {"name": wish.name, "words": wish.words, "source": signup.source_tag(wish.source)}
    if passed.doubts:
        quarantine.keep(
            session,
            publisher,
            "sign-up",
            address,
            fields,
            reasons=passed.doubts,
            network=attempt.network,
            now=now,
        )
    elif not passed.is_repeat:
        _take_sign_up(session, publisher, address, fields, attempt.network, now)
    return address


def receive_tool(
    session: Session,
    publisher: Publisher,
    card: Card,
    attempt: Attempt,
    *,
    contact: str,
    note: str,
    now: datetime,
) -> str:
    """Take a tool that its maker sends in; returns the maker's address. Raises BadSubmission, TooMany, TooMuchFromHere or SpentProof."""
    address = makers.check_submission(card, contact)
    passed = judge_attempt(session, publisher.key, publisher.signer, attempt, address, now)
    fields = _fields(card) | {"note": note}
    if passed.doubts:
        quarantine.keep(
            session,
            publisher,
            "submission",
            address,
            fields,
            reasons=passed.doubts,
            network=attempt.network,
            now=now,
        )
    elif not passed.is_repeat:
        _take_submission(session, publisher, address, fields, attempt.network, now)
    return address


def let_in(
    session: Session, publisher: Publisher, quarantined_id: int, *, by: str, now: datetime
) -> Quarantined:
    """Take what waited, as if it came now. Raises NotInQuarantine or WrongMove."""
    found = quarantine.decide(session, quarantined_id, "let in", by=by, now=now)
    take = {"sign-up": _take_sign_up, "submission": _take_submission}[found.kind]
    take(session, publisher, found.address, found.fields, found.network, now)
    return found


def _take_sign_up(
    session: Session,
    publisher: Publisher,
    address: str,
    fields: Mapping[str, str],
    network: str,
    now: datetime,
) -> None:
    """Note the wish and write the letter: to confirm, or to say that all is well. A mailbox that got enough today gets none."""
    if not may_write(session, publisher.signer, address, now):
        return
    asked = signup.sign_up(session, publisher.key, address, **fields, network=network, now=now)
    write = write_confirm if asked.must_confirm else write_known if asked.is_active else None
    if write is not None:
        write(
            session,
            publisher.key,
            asked.subscription_id,
            asked.address,
            publisher.urls,
            publisher.signer,
            now,
        )


def _take_submission(
    session: Session,
    publisher: Publisher,
    address: str,
    fields: Mapping[str, str],
    network: str,
    now: datetime,
) -> None:
    if not may_write(session, publisher.signer, address, now):
        raise TooMany
    about = {name: value for name, value in fields.items() if name != "note"}
    makers.receive_submission(
        session,
        publisher,
        read_card(**about),
        contact=address,
        note=fields["note"],
        network=network,
        now=now,
    )


def _fields(card: Card) -> dict[str, str]:
    return {
        "name": card.name,
        "url": card.url,
        "price": card.price,
        "description": card.description,
        "tags": ", ".join(card.tags),
        "image_url": card.image_url,
    }
