"""Receiving: a sign-up or a tool goes from the gate to a letter, or into quarantine.

What an editor lets in later takes the same way as if it came at that moment.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from newsletter.errors import Refused
from newsletter.intake import quarantine
from newsletter.intake.gate import Attempt, Judgement, judge_attempt, may_write
from newsletter.intake.models import Quarantined
from newsletter.intake.quarantine import Arrival
from newsletter.letters import makers
from newsletter.letters.publisher import Publisher
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
    """A sign-up as it was typed.

    `words` are those that the person agreed to, `source` is the tag of the link that led here.
    `is_meant`: the person has looked at the address twice, so no slip is suggested again.
    """

    address: str
    words: str
    name: str = ""
    source: str = ""
    is_meant: bool = False


def receive_sign_up(
    session: Session,
    publisher: Publisher,
    typed: TypedSignUp,
    attempt: Attempt,
    now: datetime,
) -> str:
    """Take a sign-up; returns the address, normalised.

    The answer and its time are the same for a known and an unknown address, so that nobody
    learns here who subscribes. Raises BadAddress, Mistyped, TooMuchFromHere or SpentProof.
    """
    address = normalise(typed.address)
    # Asked before anything is counted: the person sends the form again, with the same proof.
    _refuse_slip(typed, address)
    arrival = Arrival("sign-up", address, _fields_of_person(typed), attempt.network)
    _pass_gate(session, publisher, arrival, attempt, now=now)
    return address


@dataclass(frozen=True, slots=True)
class Judged:
    """An arrival, and what the gate found. It is counted, and nothing of it is kept yet."""

    arrival: Arrival
    judgement: Judgement

    @property
    def is_welcome(self) -> bool:
        """True if it is taken: there is no doubt, and it did not come before."""
        return not self.judgement.doubts and not self.judgement.is_repeat


def judge_tool(
    session: Session,
    publisher: Publisher,
    card: Card,
    attempt: Attempt,
    *,
    contact: str,
    note: str,
    now: datetime,
) -> Judged:
    """Judge a tool that its maker sends in, before anything is done for it.

    Raises BadSubmission, TooMuchFromHere or SpentProof.
    """
    address = makers.check_submission(card, contact)
    fields = _fields_of_card(card) | {"note": note}
    arrival = Arrival("submission", address, fields, attempt.network)
    return _judge(session, publisher, arrival, attempt, now)


def receive(
    session: Session,
    publisher: Publisher,
    judged: Judged,
    now: datetime,
) -> None:
    """Take what was judged, keep it for an editor, or pass over a repeat. Raises TooMany."""
    doubts = judged.judgement.doubts
    if doubts:
        quarantine.keep(session, publisher, judged.arrival, doubts, now=now)
    elif judged.is_welcome:
        _take(session, publisher, judged.arrival, now)


def let_in(
    session: Session,
    publisher: Publisher,
    quarantined_id: int,
    *,
    by: str,
    now: datetime,
) -> Quarantined:
    """Take what waited in quarantine, as if it came now. Raises NotInQuarantine or WrongMove."""
    entry = quarantine.decide(session, quarantined_id, "let in", by=by, now=now)
    _take(session, publisher, _arrival_of(entry), now)
    return entry


def _refuse_slip(typed: TypedSignUp, address: str) -> None:
    """Raise Mistyped if the domain looks mistyped, unless the person means it."""
    if not typed.is_meant and (meant := suggest(address)):
        raise Mistyped(meant)


def _fields_of_person(typed: TypedSignUp) -> dict[str, str]:
    """Return what a person typed, as quarantine keeps it."""
    return {
        "name": typed.name,
        "words": typed.words,
        "source": signup.source_tag(typed.source),
    }


def _fields_of_card(card: Card) -> dict[str, str]:
    """Return the card of a tool as quarantine keeps it."""
    return {
        "name": card.name,
        "url": card.url,
        "price": card.price,
        "description": card.description,
        "tags": ", ".join(card.tags),
        "image_url": card.image_url,
    }


def _arrival_of(entry: Quarantined) -> Arrival:
    """Return what waited as if it came now."""
    return Arrival(entry.kind, entry.address, entry.fields, entry.network)


def _pass_gate(
    session: Session,
    publisher: Publisher,
    arrival: Arrival,
    attempt: Attempt,
    *,
    now: datetime,
) -> None:
    """Judge an arrival; then take it, keep it for an editor, or pass over a repeat."""
    receive(session, publisher, _judge(session, publisher, arrival, attempt, now), now)


def _judge(
    session: Session,
    publisher: Publisher,
    arrival: Arrival,
    attempt: Attempt,
    now: datetime,
) -> Judged:
    judgement = judge_attempt(session, publisher, attempt, arrival.address, now=now)
    return Judged(arrival, judgement)


def _take(
    session: Session,
    publisher: Publisher,
    arrival: Arrival,
    now: datetime,
) -> None:
    """Take an arrival by its kind."""
    take = {"sign-up": _take_sign_up, "submission": _take_submission}[arrival.kind]
    take(session, publisher, arrival, now)


def _take_sign_up(
    session: Session,
    publisher: Publisher,
    arrival: Arrival,
    now: datetime,
) -> None:
    """Note the sign-up and write its letter: to confirm, or to say that nothing is needed."""
    # A mailbox that got enough letters gets none, and the answer does not show it.
    if not may_write(session, publisher.signer, arrival.address, now):
        return
    asked = signup.sign_up(
        session,
        publisher.key,
        arrival.address,
        name=arrival.fields.get("name", ""),
        evidence=_evidence_of(arrival),
        now=now,
    )
    if asked.must_confirm:
        write_confirm(session, publisher, asked.subscription_id, asked.address, now=now)
    elif asked.is_active:
        write_known(session, publisher, asked.subscription_id, asked.address, now=now)


def _evidence_of(arrival: Arrival) -> signup.ConsentEvidence:
    """Return what shows that a person agreed."""
    words = arrival.fields.get("words", "")
    source = arrival.fields.get("source", "")
    return signup.ConsentEvidence(words, source, arrival.network)


def _take_submission(
    session: Session,
    publisher: Publisher,
    arrival: Arrival,
    now: datetime,
) -> None:
    """Note the tool that a maker sent in. Raises TooMany."""
    if not may_write(session, publisher.signer, arrival.address, now):
        raise TooMany
    makers.receive_submission(
        session,
        publisher,
        _card_of(arrival),
        contact=arrival.address,
        note=arrival.fields["note"],
        network=arrival.network,
        now=now,
    )


def _card_of(arrival: Arrival) -> Card:
    """Return the card whose fields came; the note is none of them."""
    fields = {name: value for name, value in arrival.fields.items() if name != "note"}
    return read_card(**fields)
