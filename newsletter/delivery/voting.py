"""Voting: a reader answers by their letter whether the issue was useful.

One vote by reader and issue; the last one counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from newsletter.delivery.letter_links import LetterReader, NoLetter, reader_by_letter_token
from newsletter.delivery.models import Vote
from newsletter.editions.content import POLL
from newsletter.errors import NotFound
from newsletter.issues.models import Issue
from newsletter.statements import insert_new


class NoSuchAnswer(NotFound):
    """There is no such answer. Open the link again from the letter, whole."""


@dataclass(frozen=True, slots=True)
class Voter:
    """The reader and the issue of a voting link, and the answer so far ("" for none)."""

    publication_id: int
    address: str
    number: int  # of the issue
    subject: str
    answer: str


def read_voter(session: Session, number: int) -> Voter:
    """Return whom a token of purpose `letter` is for.

    Raises NoLetter, also for somebody who was forgotten since.
    """
    reader = _reader(session, number)
    issue = session.get_one(Issue, reader.issue_id)
    return Voter(
        reader.publication_id,
        reader.address,
        issue.number,
        issue.subject,
        _answer(session, reader),
    )


def vote(
    session: Session,
    number: int,
    answer: str,
    now: datetime,
) -> Voter:
    """Note a vote, or another one in its place. Raises NoLetter or NoSuchAnswer."""
    require_answer(answer)
    reader = _reader(session, number)
    # Two presses at the same moment: one inserts, the other waits for its row and writes over it.
    insert_new(session, Vote, [_vote_row(reader, answer, now)])
    kept = session.exec(_vote_of(reader).with_for_update()).one()
    kept.answer = answer
    kept.at = now
    session.flush()
    return read_voter(session, number)


def _vote_row(
    reader: LetterReader,
    answer: str,
    now: datetime,
) -> dict[str, object]:
    """Return a first vote as a row."""
    return {
        "issue_id": reader.issue_id,
        "subscriber_id": reader.subscriber_id,
        "answer": answer,
        "at": now,
    }


def require_answer(answer: str) -> str:
    """Return what the letter called that answer. Raises NoSuchAnswer."""
    label = dict(POLL.answers).get(answer)
    if label is None:
        raise NoSuchAnswer
    return label


def count_votes(session: Session, issue_id: int) -> Sequence[tuple[str, int]]:
    """Return each answer, as the letter called it, and how many gave it."""
    counts = _count_by_answer(session, issue_id)
    return [(label, counts.get(name, 0)) for name, label in POLL.answers]


def _count_by_answer(session: Session, issue_id: int) -> dict[str, int]:
    query = select(Vote.answer, func.count()).filter_by(issue_id=issue_id)
    return dict(session.exec(query.group_by(col(Vote.answer))).all())


def _reader(session: Session, number: int) -> LetterReader:
    reader = reader_by_letter_token(session, number)
    if not reader.subscription_id:
        raise NoLetter
    return reader


def _answer(session: Session, reader: LetterReader) -> str:
    given = session.exec(_vote_of(reader)).one_or_none()
    return given.answer if given else ""


def _vote_of(reader: LetterReader) -> SelectOfScalar[Vote]:
    return select(Vote).filter_by(issue_id=reader.issue_id, subscriber_id=reader.subscriber_id)
