"""Asking the people of an import whether they want to stay: one letter each.

A letter is written in the transaction that notes the question, so nobody is asked without it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from newsletter.database import Database
from newsletter.errors import Refused
from newsletter.letters.publisher import Publisher
from newsletter.letters.writing import write_reconfirm
from newsletter.lists.importing import read_import
from newsletter.publications.models import Publication
from newsletter.publications.reading import read_publication
from newsletter.tokens import Signer
from newsletter.urls import Urls
from subscribers.joining.reconfirming import note_asked

FEWEST_DAYS = 3
MOST_DAYS = 90


class BadAnswerDays(Refused):
    """Give them between 3 and 90 days to answer."""


class NotImported(Refused):
    """This import is not finished yet. Let it finish first."""


@dataclass(frozen=True, slots=True)
class _Question:
    """What the people of an import are asked, and until when they may answer."""

    import_id: int
    publisher: Publisher
    asked_at: datetime
    until: datetime


def ask_to_stay(
    database: Database,
    import_id: int,
    days: int,
    *,
    urls: Urls,
    signer: Signer,
    now: datetime,
) -> int:
    """Ask everybody who came by an import and was not asked yet; returns how many.

    Asking again asks those who were left out. Raises NoImport, NotImported or BadAnswerDays.
    """
    if not FEWEST_DAYS <= days <= MOST_DAYS:
        raise BadAnswerDays
    publication = database.read(_read_publication, import_id)
    publisher = Publisher(publication, urls, signer)
    return _ask_all(database, _Question(import_id, publisher, now, now + timedelta(days=days)))


def _read_publication(session: Session, import_id: int) -> Publication:
    """The publication whose import is finished. Raises NoImport or NotImported."""
    record = read_import(session, import_id)
    if record.status != "finished":
        raise NotImported
    return read_publication(session, record.publication_id)


def _ask_all(database: Database, question: _Question) -> int:
    """Ask group after group; returns how many people were asked."""
    asked = 0
    # Who was asked is noted with the letter: after a crash the same command goes on from there.
    after = 0
    while keys := database.write(_ask_group, question, after):
        asked += len(keys)
        after = keys[-1]
    return asked


def _ask_group(
    session: Session,
    question: _Question,
    after: int,
) -> Sequence[int]:
    """Ask the next people; returns their subscription ids."""
    asked = note_asked(session, question.import_id, question.until, after)
    for subscription_id, address in asked:
        write_reconfirm(
            session,
            question.publisher,
            subscription_id,
            address,
            until=question.until,
            now=question.asked_at,
        )
    return [subscription_id for subscription_id, _ in asked]
