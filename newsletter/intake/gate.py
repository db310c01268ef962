"""The gate: what comes with every public form is looked at here, whatever the form is for."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from newsletter.errors import NewsletterError, Refused
from newsletter.intake import counting
from newsletter.intake.judging import (
    DOMAIN,
    FORM,
    LOST_LINKS,
    MAILBOX_DAY,
    MAILBOX_HOUR,
    NETWORK,
    UNPROVEN,
    UNPROVEN_OF_NETWORK,
    Signs,
    doubts,
)
from newsletter.intake.proof import read_proof
from newsletter.tokens import Signer
from subscribers.addresses import mailbox_of, shorten_network
from subscribers.joining.typos import FAMILIAR

FORM_FOR = timedelta(days=1)
SWEEPERS = 16  # each so many new networks some of what is past its window is forgotten
PROOF_FOR = timedelta(minutes=30)


class TooMuchFromHere(Refused):
    """Too many forms came from your network. Nothing was mailed. Try again in an hour."""

    wait_s = 3600


class SpentProof(Refused):
    """This form was sent already, for another address. Open the page again and send it from there."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came with a form: the address of the other side, and as text a hidden field, the form's token and a proof of work."""

    network: str
    trap: str = ""
    form: str = ""
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the gate says: doubts make it wait for an editor; a repeat (a double click) has been dealt with before."""

    doubts: Sequence[str] = ()
    is_repeat: bool = False


def form_token(signer: Signer, now: datetime) -> str:
    """Return the token of a form that is shown now: it tells how long the form was looked at, and is good for a day."""
    return signer.sign("form", int(now.timestamp() * 1000), now + FORM_FOR)


def judge_attempt(
    session: Session,
    publication_id: int,
    signer: Signer,
    attempt: Attempt,
    address: str,
    now: datetime,
) -> Judgement:
    """Judge one attempt to write to a normalised address. Counts it. Raises TooMuchFromHere or SpentProof."""
    network, mailbox, domain = (
        shorten_network(attempt.network),
        mailbox_of(address),
        address.rpartition("@")[2],
    )
    proof = read_proof(signer.secret, attempt.proof, now) if attempt.proof else None
    age_s = _age(signer, attempt.form, now)
    until: dict[tuple[str, ...], datetime] = {("network", network): NETWORK.until(now)}
    if proof:
        sum_, expires_at = proof
        until |= {("proof", sum_): expires_at, ("proof", sum_, mailbox): expires_at}
    else:
        until |= {
            ("unproven", network): UNPROVEN_OF_NETWORK.until(now),
            ("unproven of", str(publication_id)): UNPROVEN.until(now),
        }
        until |= {("form", attempt.form): FORM.until(now)} if age_s is not None else {}
    if domain not in FAMILIAR:
        until |= {("domain", domain): DOMAIN.until(now)}
    told = counting.count_up(session, signer.secret, until)
    if told["network", network] == 1 and zlib.crc32(network.encode()) % SWEEPERS == 0:
        counting.forget_past(session, now)
    if told["network", network] > NETWORK.most:
        raise TooMuchFromHere
    if proof and told["proof", proof[0]] > 1:
        if told["proof", proof[0], mailbox] == 1:
            raise SpentProof
        return Judgement(is_repeat=True)
    signs = Signs(
        trapped=bool(attempt.trap),
        proven=proof is not None,
        age_s=age_s,
        form=told.get(("form", attempt.form), 0),
        unproven_of_network=told.get(("unproven", network), 0),
        unproven=told.get(("unproven of", str(publication_id)), 0),
        domain=told.get(("domain", domain), 0),
    )
    return Judgement(doubts(signs))


def may_write(session: Session, signer: Signer, address: str, now: datetime) -> bool:
    """True if one more letter may go to this mailbox now, whoever asked: a form must be no way to bomb anybody. Counts it.

    What is too much for the hour is taken from the day again: a storm in one hour must not keep a person out all day.
    """
    mailbox = mailbox_of(address)
    hour, day = ("hour", mailbox), ("day", mailbox)
    until: dict[tuple[str, ...], datetime] = {
        hour: MAILBOX_HOUR.until(now),
        day: MAILBOX_DAY.until(now),
    }
    told = counting.count_up(session, signer.secret, until)
    if told[hour] > MAILBOX_HOUR.most:
        counting.count_up(session, signer.secret, {day: until[day]}, by=-1)
    return told[hour] <= MAILBOX_HOUR.most and told[day] <= MAILBOX_DAY.most


def may_ask_for_link(session: Session, signer: Signer, network: str, now: datetime) -> bool:
    """True if one more lost link may be asked for from this network now. Counts it."""
    what = ("lost link", shorten_network(network))
    return (
        counting.count_up(session, signer.secret, {what: LOST_LINKS.until(now)})[what]
        <= LOST_LINKS.most
    )


def _age(signer: Signer, token: str, now: datetime) -> float | None:
    try:
        return now.timestamp() - signer.read("form", token, now) / 1000
    except NewsletterError:
        return None
