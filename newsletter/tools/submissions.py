"""Submissions: tools that makers send in, from the form to an editor's decision.

An address that nobody proved to own is written to at most a few times a day, whoever asks; and one
network sends in only so much.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, func, or_, select
from sqlmodel.sql.expression import Select

from newsletter.errors import Conflict, NotFound, Refused
from newsletter.moves import WrongMove
from newsletter.statements import add_and_flush
from newsletter.tools import directory
from newsletter.tools.cards import Card, find_problems
from newsletter.tools.models import Submission, Tool
from subscribers.mailboxes import inbox_of, mailbox_of

VERIFY_FOR = timedelta(days=3)  # then an unverified one is forgotten
ANSWER_FOR = timedelta(days=30)
DAY = timedelta(days=1)
PER_CONTACT = 3  # a day
PER_NETWORK = 10
MOST_NOTE = 1000
OLDEST_FIRST = (col(Submission.sent_at), col(Submission.id))


class BadSubmission(Refused):
    """Something in this form cannot be taken as it is."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


class TooMany(Refused):
    """Too much was sent in from here, or for this address, today. Nothing was mailed. Try again
    tomorrow."""


class NoSubmission(NotFound):
    """This submission is not known any more. Send the tool in again."""


class SubmissionChanged(Conflict):
    """The maker sent a new version since you opened this. Nothing was decided: read it, then
    decide."""


class NoOpenQuestion(Conflict):
    """There is no open question: your answer came in already, or an editor has decided."""


class NoMessage(Refused):
    """The maker gets these words by mail, so write some: what is missing, or why not."""


def submit(
    session: Session,
    publication_id: int,
    card: Card,
    *,
    contact: str,
    note: str = "",
    network: str = "",
    now: datetime,
) -> Submission:
    """Keep a tool that a maker sent in, unverified. Raises BadSubmission or TooMany.

    `contact` is a normalised address, `network` a shortened one.
    """
    _refuse_problems(card)
    _refuse_floods(session, contact, network, now)
    submission = Submission(
        publication_id=publication_id,
        status="unverified",
        name=card.name,
        url=card.url,
        note=_note(note),
        contact=contact,
        network=network,
        sent_at=now,
    )
    return add_and_flush(session, directory.write_card(submission, card))


def verify(
    session: Session,
    submission_id: int,
    now: datetime,
) -> bool:
    """Let a submission wait for an editor: its maker owns the address. True if it changed.

    Twice is harmless.
    """
    submission = _locked(session, submission_id)
    if submission.status != "unverified":
        return False
    submission.move_to("waiting")
    submission.verified_at = now
    session.flush()
    return True


def approve(
    session: Session,
    submission_id: int,
    version: int,
    card: Card,
    *,
    category: str,
    by: str,
    now: datetime,
) -> Tool:
    """Make a tool of a submission, as the editor leaves it.

    Raises SubmissionChanged, WrongMove, BadTool or KnownTool.
    """
    submission = _decided(session, submission_id, version, "approved", by, now)
    tool = directory.add(session, submission.publication_id, card, category=category)
    submission.tool_id = tool.id
    session.flush()
    return tool


def reject(
    session: Session,
    submission_id: int,
    version: int,
    reason: str,
    *,
    by: str,
    now: datetime,
) -> Submission:
    """Say no, and why. Raises NoMessage, SubmissionChanged or WrongMove."""
    words = _words(reason)
    submission = _decided(session, submission_id, version, "rejected", by, now)
    submission.reason = words
    session.flush()
    return submission


def ask(
    session: Session,
    submission_id: int,
    version: int,
    question: str,
    *,
    now: datetime,
) -> Submission:
    """Ask the maker something; the submission goes on waiting.

    Raises NoMessage, SubmissionChanged or WrongMove.
    """
    words = _words(question)
    submission = _waiting(session, submission_id, version)
    submission.question = words
    submission.asked_at = now
    session.flush()
    return submission


def answer(
    session: Session,
    submission_id: int,
    card: Card,
    note: str,
) -> Submission:
    """Keep the maker's answer as the next version. Raises BadSubmission or NoOpenQuestion."""
    _refuse_problems(card)
    submission = _asked(session, submission_id)
    submission.changed = _changed_fields(card_of(submission), card)
    directory.write_card(submission, card)
    submission.note = _note(note)
    submission.asked_at = None
    submission.version += 1
    session.flush()
    return submission


def read_submission(session: Session, submission_id: int) -> Submission:
    """Return a submission; raises NoSubmission."""
    return _existing(session.get(Submission, submission_id))


def with_status(
    session: Session,
    publication_id: int,
    status: str,
) -> Sequence[Submission]:
    """Return the submissions of a status: first those without an open question, oldest first."""
    query = select(Submission).filter_by(publication_id=publication_id, status=status)
    submissions = session.exec(query.order_by(*OLDEST_FIRST)).all()
    return sorted(submissions, key=lambda submission: submission.asked_at is not None)


def count_by_status(session: Session, publication_id: int) -> Mapping[str, int]:
    """Return how many there are of each status."""
    query = select(Submission.status, func.count()).filter_by(publication_id=publication_id)
    return dict(session.exec(query.group_by(Submission.status)).all())


def find_duplicates(session: Session, submission: Submission) -> Sequence[Submission]:
    """Return the other submissions of that name or address: verified ones, newest first."""
    query = select(Submission).filter_by(publication_id=submission.publication_id)
    others = query.where(
        col(Submission.id) != submission.id,
        col(Submission.status) != "unverified",
        _is_like(submission),
    )
    return session.exec(others.order_by(col(Submission.id).desc())).all()


def _is_like(submission: Submission) -> ColumnElement[bool]:
    """The condition that a submission has that one's name or address."""
    return or_(
        func.lower(Submission.name) == submission.name.lower(),
        col(Submission.url) == submission.url,
    )


def find_by_contact(session: Session, contact: str) -> Sequence[Submission]:
    """Return the submissions of a contact's mailbox, the oldest first."""
    # Of the few of its domain, which is kept in one spelling.
    of_domain = col(Submission.contact).endswith(f"@{contact.rpartition('@')[2]}")
    near = session.exec(select(Submission).where(of_domain).order_by(col(Submission.id)))
    return [each for each in near if mailbox_of(each.contact) == mailbox_of(contact)]


def forget_unverified(session: Session, now: datetime) -> int:
    """Erase old submissions that were never verified; returns how many."""
    old = (
        delete(Submission)
        .filter_by(status="unverified")
        .where(col(Submission.sent_at) < now - VERIFY_FOR)
    )
    return int(session.exec(old).rowcount)


def card_of(submission: Submission) -> Card:
    """Return the card of a submission."""
    tags = tuple(submission.tags)
    return Card(
        submission.name,
        submission.url,
        submission.price,
        submission.description,
        tags,
        submission.image_url,
    )


def _refuse_floods(
    session: Session,
    contact: str,
    network: str,
    now: datetime,
) -> None:
    """Count by inbox, since name+1 and name+2 are one inbox, and by network."""
    lately = session.exec(_select_lately(now)).all()
    inbox = inbox_of(contact)
    if sum(inbox_of(known) == inbox for known, _ in lately) >= PER_CONTACT:
        raise TooMany
    if network and sum(known == network for _, known in lately) >= PER_NETWORK:
        raise TooMany


def _select_lately(now: datetime) -> Select[str, str]:
    """The query for the contacts and networks of the last day's submissions."""
    lately = select(Submission.contact, Submission.network)
    return lately.where(col(Submission.sent_at) > now - DAY)


def _asked(session: Session, submission_id: int) -> Submission:
    """Return it locked, if it has an open question; raises NoOpenQuestion."""
    submission = _locked(session, submission_id)
    if submission.status != "waiting" or submission.asked_at is None:
        raise NoOpenQuestion
    return submission


def _decided(
    session: Session,
    submission_id: int,
    version: int,
    to: str,
    by: str,
    now: datetime,
) -> Submission:
    submission = _waiting(session, submission_id, version)
    submission.move_to(to)
    submission.decided_at = now
    submission.decided_by = by
    submission.asked_at = None
    return submission


def _waiting(
    session: Session,
    submission_id: int,
    version: int,
) -> Submission:
    """Return it locked, if it still waits and is the version that the editor saw.

    Raises SubmissionChanged or WrongMove.
    """
    submission = _locked(session, submission_id)
    if submission.status != "waiting":
        raise WrongMove(
            f"This submission is {submission.status} already. Somebody may have been faster."
        )
    if submission.version != version:
        raise SubmissionChanged
    return submission


def _locked(session: Session, submission_id: int) -> Submission:
    query = select(Submission).filter_by(id=submission_id).with_for_update()
    return _existing(session.exec(query).one_or_none())


def _existing(submission: Submission | None) -> Submission:
    if submission is None:
        raise NoSubmission
    return submission


def _refuse_problems(card: Card) -> None:
    problems = find_problems(card, by_maker=True)
    if problems:
        raise BadSubmission(problems)


def _changed_fields(before: Card, after: Card) -> list[str]:
    names = [field.name for field in fields(Card)]
    return [name for name in names if getattr(before, name) != getattr(after, name)]


def _note(text: str) -> str:
    return text.strip()[:MOST_NOTE]


def _words(text: str) -> str:
    if not text.strip():
        raise NoMessage
    return _note(text)
