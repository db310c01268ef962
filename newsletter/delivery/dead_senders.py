"""Dead senders: what becomes of the messages that they had claimed.

A sender's journal outlives it. By its journal each claim ends in one of three ways:

    an outcome was written    ──► that outcome
    an intent, and no outcome ──► uncertain: its dot may have left, a person decides (RFC 1047)
    neither                   ──► it waits again: its dot did not leave

If the journal itself is lost, nobody knows which of these it was, so all its claims are uncertain.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, select, update

from newsletter.delivery.models import Message
from newsletter.delivery.sender.journal import RELEASED, DeadJournal
from newsletter.delivery.settling import Released, Result, settle
from newsletter.mail.outcomes import Outcome, read_code

ENDED = "The sender ended before the relay's reply was recorded."


def settle_dead_senders(
    session: Session,
    dead: Sequence[DeadJournal],
    home: str,
    present: Callable[[], frozenset[str]],
    now: datetime,
) -> int:
    """Record what dead senders left. Returns how many messages became uncertain.

    `dead` are the journals of one folder that nobody holds any more. `home` is the name of that
    folder, with which its journals sign; "" is for all folders, where nobody else can be sending.
    `present` gives the names of the journals that are there: a claim of another name lost its own.
    """
    uncertain = sum(replay_journal(session, journal, now) for journal in dead)
    # Who claims is read before who is present: a sender that ends in between has settled its claims
    # before its journal goes. The other way round its claims would look lost.
    claiming = journals_with_claims(session, home)
    return uncertain + give_up_claims(session, claiming - present())


def replay_journal(
    session: Session,
    journal: DeadJournal,
    now: datetime,
) -> int:
    """Record what one dead sender's journal says. Returns how many messages became uncertain.

    Replaying twice is harmless: what was settled once is not claimed any more.
    """
    results = {key: _result(journal, key) for key in _claims_of(session, journal.name)}
    settle(session, results, now)
    return len(journal.in_doubt & results.keys())


def _claims_of(session: Session, name: str) -> list[int]:
    """Return the messages that are claimed under this name."""
    query = select(Message.id).filter_by(status="claimed", claimed_by=name)
    return [key for key in session.exec(query) if key]


def _result(journal: DeadJournal, key: int) -> Result:
    if key in journal.in_doubt:
        return Outcome("uncertain", None, "", ENDED)
    code = journal.outcomes.get(key, RELEASED)
    # the journal has no room for the reply's words; its code decides what becomes of the message
    return Released(ENDED) if code == RELEASED else read_code(code)


def journals_with_claims(session: Session, home: str) -> frozenset[str]:
    """Return the names of the journals that sign claims now.

    Those of one folder, or of every folder if `home` is empty.
    """
    names = select(Message.claimed_by).filter_by(status="claimed").distinct()
    return frozenset(
        name for name in session.exec(names) if not home or name.startswith(f"{home}.")
    )


def give_up_claims(session: Session, names: Iterable[str]) -> int:
    """Make uncertain what is claimed under names whose journals are lost. Returns how many.

    Never planned again by us: some of these letters were sent.
    """
    claimed = update(Message).filter_by(status="claimed").where(col(Message.claimed_by).in_(names))
    return int(session.exec(claimed.values(status="uncertain", reply=ENDED)).rowcount)
