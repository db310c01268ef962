"""Asking the people of an import whether they want to stay: a letter each, written in the transaction that notes it."""

from datetime import datetime, timedelta

from sqlmodel import Session

from newsletter.database import Database
from newsletter.errors import Refused
from newsletter.letters.writing import write_reconfirm
from newsletter.lists.importing import read_import
from newsletter.tokens import Signer
from newsletter.urls import Urls
from subscribers.joining.reconfirming import note_asked

FEWEST_DAYS, MOST_DAYS = 3, 90


class BadAnswerDays(Refused):
    """Give them between 3 and 90 days to answer."""


class NotImported(Refused):
    """This import is not finished yet. Let it finish first."""


def ask_to_stay(
    database: Database, import_id: int, days: int, urls: Urls, signer: Signer, now: datetime
) -> int:
    """Ask everybody who came by an import and was not asked yet; returns how many. Asking again asks those who were left out.

    Raises NoImport, NotImported or BadDays.
    """
    if not FEWEST_DAYS <= days <= MOST_DAYS:
        raise BadAnswerDays
    if database.read(read_import, import_id).status != "finished":
        raise NotImported
    asked = after = 0
    until = now + timedelta(days=days)
    while True:
        last, count = database.write(_ask, import_id, until, after, urls, signer, now)
        if not count:
            return asked
        asked, after = asked + count, last


def _ask(
    session: Session,
    import_id: int,
    until: datetime,
    after: int,
    urls: Urls,
    signer: Signer,
    now: datetime,
) -> tuple[int, int]:
    publication_id = read_import(session, import_id).publication_id
    asked = note_asked(session, import_id, until, after)
    for subscription_id, address in asked:
        write_reconfirm(session, publication_id, subscription_id, address, until, urls, signer, now)
    return (asked[-1][0] if asked else after), len(asked)
