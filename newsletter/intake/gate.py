"""The gate: what comes with every public form is judged here, whatever the form is for."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from newsletter.errors import NewsletterError, Refused
from newsletter.intake import counting
from newsletter.intake.counting import Counted, Counts, Windows
from newsletter.intake.judging import (
    DOMAIN,
    DOMAIN_OF_NETWORK,
    DOMAIN_SHARE,
    FORM,
    LOST_LINKS,
    MAILBOX_DAY,
    MAILBOX_HOUR,
    NETWORK,
    PICTURES,
    UNPROVEN,
    UNPROVEN_OF_NETWORK,
    UNPROVEN_OF_OWNER,
    UNPROVEN_SHARE,
    Signs,
    doubts,
)
from newsletter.intake.networks import owner_of
from newsletter.intake.proof import read_proof
from newsletter.letters.publisher import Publisher
from newsletter.tokens import Signer
from subscribers.addresses import shorten_network
from subscribers.joining.typos import FAMILIAR
from subscribers.mailboxes import inbox_of

FORM_FOR = timedelta(days=1)
PROOF_FOR = timedelta(minutes=30)
SWEEPERS = 16  # one network of so many forgets old counts when its window opens


class TooMuchFromHere(Refused):
    """Too many forms came from your network. Nothing was mailed. Try again in an hour."""

    wait_s = 3600


class SpentProof(Refused):
    """This form was sent already, for another address. Open the page again and send it from
    there."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came with a form.

    `network` is the IP address of the other side, `trap` a field that people do not see, `form`
    the token of the form, `proof` a solved proof of work; all are text as it was sent.
    """

    network: str
    trap: str = ""
    form: str = ""
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the gate finds: doubts make an attempt wait for an editor.

    A repeat (a double click) was dealt with before; nothing is done for it.
    """

    doubts: Sequence[str] = ()
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class Marks:
    """What an attempt is known by. `age_s`: the age of its form, None without a valid token;
    `proof`: the challenge that it solved, and when that expires."""

    publication: str
    network: str
    mailbox: str
    domain: str
    form: str
    age_s: float | None
    proof: tuple[str, datetime] | None


def form_token(signer: Signer, now: datetime) -> str:
    """Return the token of a form that is shown now. It is good for a day.

    It holds the time in milliseconds, so that the gate sees how long the form was looked at.
    """
    return signer.sign("form", int(now.timestamp() * 1000), now + FORM_FOR)


def judge_attempt(
    session: Session,
    publisher: Publisher,
    attempt: Attempt,
    address: str,
    *,
    now: datetime,
) -> Judgement:
    """Count and judge one attempt to have a letter written to a normalised address.

    Raises TooMuchFromHere or SpentProof.
    """
    marks = _read_marks(publisher, attempt, address, now)
    counts = counting.count_up(session, publisher.signer.secret, _windows(marks, now))
    _sweep_now_and_then(session, marks.network, counts, now)
    _refuse_flood(marks.network, counts)
    if marks.proof is not None and _is_repeat(marks.proof[0], marks.mailbox, counts):
        return Judgement(is_repeat=True)
    counts = {**counts, **_count_shared(session, publisher.signer.secret, marks, counts, now)}
    return Judgement(doubts(_signs(marks, counts, is_trapped=bool(attempt.trap))))


def may_write(
    session: Session,
    signer: Signer,
    address: str,
    now: datetime,
) -> bool:
    """True if one more letter may go to this mailbox now. Counts it.

    A public form must be no way to bomb somebody's mailbox.
    """
    mailbox = inbox_of(address)
    hour = ("hour", mailbox)
    day = ("day", mailbox)
    until: Windows = {hour: MAILBOX_HOUR.until(now), day: MAILBOX_DAY.until(now)}
    counts = counting.count_up(session, signer.secret, until)
    if counts[hour] > MAILBOX_HOUR.most:
        # What is too much for the hour is taken from the day again: a storm in one hour must
        # not keep a person out all day.
        counting.count_up(session, signer.secret, {day: until[day]}, by=-1)
        return False
    return counts[day] <= MAILBOX_DAY.most


def may_ask_for_link(
    session: Session,
    signer: Signer,
    network: str,
    now: datetime,
) -> bool:
    """True if one more lost link may be asked for from this network now. Counts it."""
    asked = ("lost link", shorten_network(network))
    counts = counting.count_up(session, signer.secret, {asked: LOST_LINKS.until(now)})
    return counts[asked] <= LOST_LINKS.most


def may_fetch_picture(
    session: Session,
    signer: Signer,
    network: str,
    now: datetime,
) -> bool:
    """True if one more picture may be fetched for this network now. Counts it."""
    fetched = ("picture", shorten_network(network))
    counts = counting.count_up(session, signer.secret, {fetched: PICTURES.until(now)})
    return counts[fetched] <= PICTURES.most


def _read_marks(
    publisher: Publisher,
    attempt: Attempt,
    address: str,
    now: datetime,
) -> Marks:
    """Return what an attempt is known by."""
    signer = publisher.signer
    return Marks(
        publication=str(publisher.key),
        network=shorten_network(attempt.network),
        mailbox=inbox_of(address),
        domain=address.rpartition("@")[2],
        form=attempt.form,
        age_s=_age_s(signer, attempt.form, now),
        proof=read_proof(signer.secret, attempt.proof, now),
    )


def _age_s(signer: Signer, token: str, now: datetime) -> float | None:
    """Return how long ago a form was shown; None if its token is not ours, or is too old."""
    try:
        return now.timestamp() - signer.read("form", token, now) / 1000
    except NewsletterError:
        return None


def _windows(marks: Marks, now: datetime) -> Windows:
    """What this attempt counts towards, each with the end of its window."""
    if marks.proof is not None:
        until = _windows_of_proof(*marks.proof, marks.mailbox)
    else:
        until = _windows_without_proof(marks, now)
    until["network", marks.network] = NETWORK.until(now)
    if _is_domain_counted(marks):
        until[_domain_from(marks)] = DOMAIN_OF_NETWORK.until(now)
    return until


def _is_domain_counted(marks: Marks) -> bool:
    # Half the world is at a few large domains; their counts would say nothing.
    return marks.domain not in FAMILIAR


def _domain_from(marks: Marks) -> Counted:
    return ("domain from", owner_of(marks.network), marks.domain)


def _unproven_from(marks: Marks) -> Counted:
    return ("unproven from", owner_of(marks.network), marks.publication)


def _count_shared(
    session: Session,
    secret: str,
    marks: Marks,
    counts: Counts,
    now: datetime,
) -> Counts:
    """Count what all networks share, and return its counts.

    Each network adds its first few only: else two of them could keep all others waiting.
    """
    adding: Windows = {}
    full: Windows = {}
    if _is_domain_counted(marks):
        into = adding if counts[_domain_from(marks)] <= DOMAIN_SHARE else full
        into["domain", marks.domain] = DOMAIN.until(now)
    if marks.proof is None:
        into = adding if counts[_unproven_from(marks)] <= UNPROVEN_SHARE else full
        into["unproven of", marks.publication] = UNPROVEN.until(now)
    # Read, not counted by 0: what is not locked cannot be locked in two orders.
    read = counting.read_counts(session, secret, full) if full else {}
    return {**read, **(counting.count_up(session, secret, adding) if adding else {})}


def _windows_of_proof(sum_: str, expires_at: datetime, mailbox: str) -> Windows:
    """A proof is counted until it expires, by itself and with its mailbox: it is good for one."""
    return {("proof", sum_): expires_at, ("proof", sum_, mailbox): expires_at}


def _windows_without_proof(marks: Marks, now: datetime) -> Windows:
    """Without a proof the network is counted, by itself and at the publication, and the form."""
    until: Windows = {
        ("unproven", marks.network): UNPROVEN_OF_NETWORK.until(now),
        _unproven_from(marks): UNPROVEN_OF_OWNER.until(now),
    }
    if marks.age_s is not None:
        until["form", marks.form] = FORM.until(now)
    return until


def _sweep_now_and_then(
    session: Session,
    network: str,
    counts: Counts,
    now: datetime,
) -> None:
    """Forget old counts in passing: no clock of its own is needed, and few attempts pay for it."""
    if counts["network", network] == 1 and _is_sweeper(network):
        counting.forget_past(session, now)


def _is_sweeper(network: str) -> bool:
    # By crc32: Python's own hash of a text differs from process to process.
    return zlib.crc32(network.encode()) % SWEEPERS == 0


def _refuse_flood(network: str, counts: Counts) -> None:
    """Raise TooMuchFromHere if more came from a network than people send."""
    if counts["network", network] > NETWORK.most:
        raise TooMuchFromHere


def _is_repeat(sum_: str, mailbox: str, counts: Counts) -> bool:
    """True if this proof came before for the same mailbox; raises SpentProof if for another."""
    if counts["proof", sum_] <= 1:
        return False
    if counts["proof", sum_, mailbox] == 1:
        raise SpentProof
    return True


def _signs(marks: Marks, counts: Counts, *, is_trapped: bool) -> Signs:
    """Return what the counts say of an attempt."""
    return Signs(
        trapped=is_trapped,
        proven=marks.proof is not None,
        age_s=marks.age_s,
        form=counts.get(("form", marks.form), 0),
        unproven_of_network=counts.get(("unproven", marks.network), 0),
        unproven_of_owner=counts.get(_unproven_from(marks), 0),
        unproven=counts.get(("unproven of", marks.publication), 0),
        domain=counts.get(("domain", marks.domain), 0),
        domain_of_network=counts.get(_domain_from(marks), 0),
    )
