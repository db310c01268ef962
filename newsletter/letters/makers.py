"""Makers: what becomes of a submission, and the letter that tells its maker, in one transaction.

The web and the command line both come through here, so no decision stays without its letter.
A contact that must not be mailed gets no letter; everything else happens as for any other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from newsletter.letters.publisher import Publisher
from newsletter.letters.writing import (
    Notice,
    write_approved,
    write_notice,
    write_ownership,
    write_question,
    write_rejected,
)
from newsletter.tools import submissions
from newsletter.tools.cards import Card, find_problems
from newsletter.tools.models import Submission, Tool
from newsletter.tools.submissions import BadSubmission
from subscribers.addresses import BadAddress, normalise, shorten_network
from subscribers.suppressing import is_suppressed


@dataclass(frozen=True, slots=True)
class SeenSubmission:
    """A submission in the version that the editor saw: nobody decides about words they never read.

    A maker may change the tool while the editor's page is open; ChangedMeanwhile is raised then.
    """

    submission_id: int
    version: int


def check_submission(card: Card, contact: str) -> str:
    """Return the maker's address, normalised. Raises BadSubmission with all that is wrong."""
    # The card and the address are checked together: a maker mends all at once.
    found = dict(find_problems(card, by_maker=True))
    address = ""
    try:
        address = normalise(contact)
    except BadAddress as bad:
        found["contact"] = str(bad)
    if found:
        raise BadSubmission(found)
    return address


def receive_submission(
    session: Session,
    publisher: Publisher,
    card: Card,
    *,
    contact: str,
    note: str,
    network: str,
    now: datetime,
) -> Submission:
    """Keep a submission and ask its contact whether it is theirs.

    The answer is the same for an address that must not be mailed, which is not asked.
    Raises BadSubmission, with all that is wrong, or TooMany.
    """
    submission = submissions.submit(
        session,
        publisher.key,
        card,
        contact=check_submission(card, contact),
        note=note,
        network=shorten_network(network),
        now=now,
    )
    _ask_owner(session, publisher, submission, now)
    return submission


def verify(
    session: Session,
    publisher: Publisher,
    submission_id: int,
    *,
    editors: Sequence[str],
    now: datetime,
) -> Submission:
    """Note that the contact is the maker's: the submission waits for an editor.

    `editors` are the addresses that get a notice of a new queue.
    """
    # A queue that is looked at anyway needs no letter for each tool.
    nothing_waited = not submissions.count_by_status(session, publisher.key).get("waiting")
    if submissions.verify(session, submission_id, now) and nothing_waited:
        _notify(session, publisher, editors, now)
    return submissions.read_submission(session, submission_id)


def approve(
    session: Session,
    publisher: Publisher,
    seen: SeenSubmission,
    card: Card,
    *,
    category: str,
    by: str,
    now: datetime,
) -> Tool:
    """Make the tool, with the card as the editor left it; its maker gets its page and its badge."""
    tool = submissions.approve(
        session,
        seen.submission_id,
        seen.version,
        card,
        category=category,
        by=by,
        now=now,
    )
    contact = submissions.read_submission(session, seen.submission_id).contact
    if not is_suppressed(session, contact):
        write_approved(session, publisher, tool, contact, now=now)
    return tool


def ask_maker(
    session: Session,
    publisher: Publisher,
    seen: SeenSubmission,
    question: str,
    *,
    now: datetime,
) -> Submission:
    """Ask the maker something; the answer comes by the link in the letter."""
    submission = submissions.ask(
        session,
        seen.submission_id,
        seen.version,
        question,
        now=now,
    )
    if not is_suppressed(session, submission.contact):
        until = now + submissions.ANSWER_FOR
        write_question(session, publisher, submission, until=until, now=now)
    return submission


def reject(
    session: Session,
    publisher: Publisher,
    seen: SeenSubmission,
    reason: str,
    *,
    by: str,
    now: datetime,
) -> Submission:
    """Reject a submission; its maker gets the reason."""
    submission = submissions.reject(
        session,
        seen.submission_id,
        seen.version,
        reason,
        by=by,
        now=now,
    )
    if not is_suppressed(session, submission.contact):
        write_rejected(session, publisher, submission, now)
    return submission


def _ask_owner(
    session: Session,
    publisher: Publisher,
    submission: Submission,
    now: datetime,
) -> None:
    """Ask the contact whether it is theirs."""
    # A stranger may have typed any address, also one that complained.
    if not is_suppressed(session, submission.contact):
        write_ownership(
            session,
            publisher,
            submission,
            until=now + submissions.VERIFY_FOR,
            now=now,
        )


def _notify(
    session: Session,
    publisher: Publisher,
    editors: Sequence[str],
    now: datetime,
) -> None:
    """Tell the editors of a queue that was empty before."""
    notice = Notice("A tool waits for you", "Its maker sent it in.", publisher.urls.desk_tools())
    for address in editors:
        write_notice(session, publisher.key, address, notice, now=now)
