"""Voting: a reader says by their letter whether the issue was useful. One vote by reader and issue; the last one counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from newsletter.delivery.leaving import LetterReader, NoLetter, reader_by_letter_token
from newsletter.delivery.models import Vote
from newsletter.editions.content import POLL
from newsletter.errors import NotFound
from newsletter.issues.models import Issue
from newsletter.statements import insert_new


class NoSuchAnswer(NotFound):
    """There is no such answer. Open the link again from the letter, whole."""


@dataclass(frozen=True, slots=True)
class Voter:
    """Whose vote a link is for: the letter's address and issue, and what they said so far ("" for nothing)."""

    address: str
    number: int
    subject: str
    answer: str


def read_voter(session: Session, number: int) -> Voter:
    """Return whom a token of purpose `letter` speaks of. Raises NoLetter, also for who was forgotten since."""
    reader = _reader(session, number)
    issue = session.get_one(Issue, reader.issue_id)
    return Voter(reader.address, issue.number, issue.subject, _answer(session, reader))


def vote(session: Session, number: int, answer: str, now: datetime) -> Voter:
    """Note a vote, or another one in its place. Raises NoLetter or NoSuchAnswer."""
    require_answer(answer)
    reader = _reader(session, number)
    row = {
        "issue_id": reader.issue_id,
        "subscriber_id": reader.subscriber_id,
        "answer": answer,
        "at": now,
    }
    insert_new(session, Vote, [row])
    kept = session.exec(select(Vote).where(*_of(reader)).with_for_update()).one()
    kept.answer, kept.at = answer, now
    session.flush()
    return read_voter(session, number)


def require_answer(answer: str) -> str:
    """Return what the letter called that answer. Raises NoSuchAnswer."""
    label = dict(POLL.answers).get(answer)
    if label is None:
        raise NoSuchAnswer
    return label


def count_votes(session: Session, issue_id: int) -> Sequence[tuple[str, int]]:
    """Return each answer, as the letter called it, and how many gave it."""
    query = (
        select(Vote.answer, func.count())
        .where(col(Vote.issue_id) == issue_id)
        .group_by(col(Vote.answer))
    )
    counts = dict(session.exec(query).all())
    return [(label, counts.get(name, 0)) for name, label in POLL.answers]


def _reader(session: Session, number: int) -> LetterReader:
    reader = reader_by_letter_token(session, number)
    if not reader.subscription_id:
        raise NoLetter
    return reader


def _answer(session: Session, reader: LetterReader) -> str:
    return session.exec(select(Vote.answer).where(*_of(reader))).one_or_none() or ""


def _of(reader: LetterReader) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(Vote.issue_id) == reader.issue_id, col(Vote.subscriber_id) == reader.subscriber_id
