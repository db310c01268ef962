"""Dead senders: what becomes of the claims that they left behind."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, select, update

from newsletter.delivery.models import Message
from newsletter.delivery.sender.journal import RELEASED, DeadJournal
from newsletter.delivery.settling import Released, Result, settle
from newsletter.mail.outcomes import Outcome, read_reply

ENDED = "The sender ended before the relay's reply was recorded."


def settle_dead_senders(
    session: Session,
    pasts: Sequence[DeadJournal],
    home: str,
    present: Callable[[], frozenset[str]],
    now: datetime,
) -> int:
    """Record what dead senders left. Returns how many messages became uncertain.

    Claims signed under `home` (every home, if it is empty) by a journal that is not `present` have lost it. Who claims is read
    first: a sender that ends in between has settled its claims before its journal goes.
    """
    uncertain = sum(replay_journal(session, past, now) for past in pasts)
    return uncertain + give_up_claims(session, journals_with_claims(session, home) - present())


def replay_journal(session: Session, past: DeadJournal, now: datetime) -> int:
    """Record what a dead sender's journal tells: its outcomes; in doubt is uncertain; what was not offered waits again.

    Replaying twice is harmless. Returns how many became uncertain.
    """
    claimed = select(Message.id).where(
        col(Message.status) == "claimed", col(Message.claimed_by) == past.name
    )
    results: dict[int, Result] = {}
    for key in session.exec(claimed):
        code = past.outcomes.get(key or 0, RELEASED)
        if key in past.in_doubt:
            results[key or 0] = Outcome("uncertain", None, "", ENDED)
        else:
            results[key or 0] = Released(ENDED) if code == RELEASED else read_reply(code, "")
    settle(session, results, now)
    return len(past.in_doubt & results.keys())


def journals_with_claims(session: Session, home: str) -> frozenset[str]:
    """Return the names of the journals of one folder that sign claims now; of every folder if `home` is empty."""
    names = select(Message.claimed_by).where(col(Message.status) == "claimed").distinct()
    return frozenset(
        name for name in session.exec(names) if not home or name.startswith(f"{home}.")
    )


def give_up_claims(session: Session, names: Iterable[str]) -> int:
    """What is claimed under names whose journals are lost is uncertain, never silently planned again. Returns how many."""
    claimed = update(Message).where(
        col(Message.status) == "claimed", col(Message.claimed_by).in_(names)
    )
    return int(session.exec(claimed.values(status="uncertain", reply=ENDED)).rowcount)
