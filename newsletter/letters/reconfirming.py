"""Asking the people of an import whether they want to stay: one letter each.

A letter is written in the transaction that notes the question, so nobody is asked without it.
"""

from datetime import datetime, timedelta

from sqlmodel import Session

from newsletter.database import Database
from newsletter.errors import Refused
from newsletter.letters.publisher import Publisher
from newsletter.letters.writing import write_reconfirm
from newsletter.lists.importing import read_import
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
    record = database.read(read_import, import_id)
    if record.status != "finished":
        raise NotImported
    publisher = Publisher(
        database.read(read_publication, record.publication_id),
        urls,
        signer,
    )
    until = now + timedelta(days=days)
    asked = 0
    # Who was asked is noted with the letter: after a crash the same command goes on from there.
    after = 0
    while True:
        last, count = database.write(
            _ask_group,
            publisher,
            import_id,
            until,
            after,
            now=now,
        )
        if not count:
            return asked
        asked += count
        after = last


def _ask_group(
    session: Session,
    publisher: Publisher,
    import_id: int,
    until: datetime,
    after: int,
    *,
    now: datetime,
) -> tuple[int, int]:
    """Ask the next people; returns the last subscription id of them, and how many they are."""
    asked = note_asked(session, import_id, until, after)
    for subscription_id, address in asked:
        write_reconfirm(
            session,
            publisher,
            subscription_id,
            address,
            until=until,
            now=now,
        )
    last = asked[-1][0] if asked else after
    return last, len(asked)
