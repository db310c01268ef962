"""What a host knows of letters, given to the messages of a database that does not know it."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from sqlalchemy import insert
from sqlmodel import Session, col, delete, select, update

from newsletter.delivery.models import Delivery, Message
from newsletter.delivery.planning import is_planned
from newsletter.delivery.reading import delivery_of_issue, in_groups
from newsletter.delivery.status import OPEN, UNDER_WAY
from newsletter.host.models import SentLetter
from newsletter.host.sent_log import IssueFates
from newsletter.issues.models import Issue
from subscribers.models import Merger, Subscriber

Fates = Mapping[int, IssueFates]  # by issue
GROUP = 500  # subscribers in one statement
FROM = {  # the statuses that a fate replaces
    "accepted": (*OPEN, "uncertain"),
    "uncertain": OPEN,
}
REMEMBERED = "This host remembers it."
MAYBE = "It may have left while another copy of this database was in use."


def unknown_issues(
    session: Session,
    fates: Fates,
) -> dict[int, int]:
    """Return how many letters left of issues that this database does not have, by issue id."""
    known = set(session.exec(select(Issue.id)))
    return {issue: len(fates[issue].of_subscribers) for issue in sorted(fates.keys() - known)}


def give_fates(
    session: Session,
    fates: Fates,
    now: datetime,
) -> tuple[int, int]:
    """Give messages the fates that a host remembers; returns how many became accepted, uncertain.

    A fate whose message is not planned yet counts too: it is kept for the planning.
    """
    counts: Counter[str] = Counter()
    _forget_accounts(session, fates)
    for issue_id, found in fates.items():
        of_issue = _of_those_who_were_here(session, issue_id, found)
        for status in FROM:
            subscribers = [key for key, fate in of_issue.items() if fate == status]
            counts[status] += _move(session, issue_id, subscribers, status, now)
        counts.update(_keep_for_planning(session, issue_id, of_issue))
    return counts["accepted"], counts["uncertain"]


def _forget_accounts(
    session: Session,
    issue_ids: Collection[int],
) -> None:
    """Let the accounts of these issues' deliveries be counted again."""
    for group in in_groups(sorted(issue_ids), GROUP):
        theirs = update(Delivery).where(col(Delivery.issue_id).in_(group))
        session.exec(theirs.values(account=None))


def _of_those_who_were_here(
    session: Session,
    issue_id: int,
    found: IssueFates,
) -> Mapping[int, str]:
    """Return the fates of an issue's letters by subscriber.

    A reader, or an issue, that came after the last of these letters has its number from somebody
    whom this database never had: between the moment it was put back and this one. Nobody knows if a
    clock was wrong instead, so their letters are uncertain.
    """
    last_at = datetime.fromtimestamp(found.last_at + 1, UTC)
    issue = session.get(Issue, issue_id)
    newer = select(Subscriber.id).where(col(Subscriber.created_at) > last_at)
    if issue is not None and issue.proposed_at > last_at:
        newer = select(Subscriber.id)
    later = set(session.exec(newer))
    fates = {
        key: "uncertain" if key in later else fate for key, fate in found.of_subscribers.items()
    }
    return _by_who_they_are_now(session, fates)


def _by_who_they_are_now(
    session: Session,
    fates: Mapping[int, str],
) -> Mapping[int, str]:
    """Return fates by the reader who remains: two spellings of one mailbox may have become one."""
    remaining = dict(session.exec(select(Merger.gone_id, Merger.subscriber_id)).all())
    found: dict[int, str] = {}
    for key, fate in fates.items():
        reader = remaining.get(key, key)
        # Of two letters to them, the one that surely left counts.
        found[reader] = "accepted" if found.get(reader) == "accepted" else fate
    return found


def give_up_open(session: Session) -> int:
    """Make uncertain what waits in deliveries under way; returns how many."""
    under_way = select(Delivery.id).where(col(Delivery.status).in_(UNDER_WAY))
    waiting = update(Message).where(
        col(Message.delivery_id).in_(under_way),
        col(Message.status).in_(OPEN),
    )
    return int(session.exec(waiting.values(status="uncertain", reply=MAYBE)).rowcount)


def _move(
    session: Session,
    issue_id: int,
    subscribers: Collection[int],
    status: str,
    now: datetime,
) -> int:
    moved = 0
    for group in in_groups(list(subscribers), GROUP):
        theirs = update(Message).where(
            col(Message.issue_id) == issue_id,
            col(Message.subscriber_id).in_(group),
            col(Message.status).in_(FROM[status]),
        )
        settled_at = now if status == "accepted" else None
        values = {"status": status, "reply": REMEMBERED, "settled_at": settled_at}
        moved += session.exec(theirs.values(**values)).rowcount
    return moved


def _keep_for_planning(
    session: Session,
    issue_id: int,
    fates: Mapping[int, str],
) -> list[str]:
    """Keep the fates of those who have no message yet, unless everybody has one; returns them."""
    delivery = delivery_of_issue(session, issue_id)
    if delivery is not None and is_planned(delivery):
        return []
    session.exec(delete(SentLetter).where(col(SentLetter.issue_id) == issue_id))
    planned = _planned_ids(session, issue_id)
    unplanned = [key for key in fates if key not in planned]
    if unplanned:
        rows = [_row(issue_id, key, fates[key]) for key in unplanned]
        session.execute(insert(SentLetter), rows)
    return [fates[key] for key in unplanned]


def _planned_ids(session: Session, issue_id: int) -> set[int]:
    return set(session.exec(select(Message.subscriber_id).filter_by(issue_id=issue_id)))


def _row(
    issue_id: int,
    subscriber_id: int,
    status: str,
) -> dict[str, object]:
    return {"issue_id": issue_id, "subscriber_id": subscriber_id, "status": status}
