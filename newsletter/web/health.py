"""Is all well? For a monitor, which anybody may be: no words of relays, no names, no addresses."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from newsletter.delivery.ledger import LedgerBroken
from newsletter.delivery.planning import has_work
from newsletter.delivery.progress import Progress, read_progress
from newsletter.delivery.reading import deliveries_under_way, has_claims
from newsletter.errors import NotFound
from newsletter.issues.reading import read_issue
from newsletter.letters.sending import waiting_since
from newsletter.publications.reading import all_publications
from newsletter.schedule.deadlines import issues_at_deadline
from newsletter.text import rfc3339
from newsletter.web.requests import RuntimeDep

pages = APIRouter()
PATIENCE = timedelta(minutes=5)  # what is due is done within seconds
Wrong = dict[str, str | int | None]


@pages.get("/health")
def health(request: Request, runtime: RuntimeDep) -> JSONResponse:
    """Answer 200 while all is well, else 503 with what is wrong and since when.

    It is the installation's: below one publication's own URL it would tell of the others.
    """
    if request.scope.get("publication") is not None:
        raise NotFound
    try:
        wrong = runtime.database.read(_read_wrong, runtime.clock.now())
    except SQLAlchemyError:
        return _answer("unreachable", ())
    standing = runtime.guard.standing()
    return _answer("ok", wrong, "" if standing.agrees else standing.why)


def _answer(database: str, wrong: Sequence[Wrong], waits: str = "") -> JSONResponse:
    """`waits` says why this database is not sent from, if a person must adopt it first."""
    is_well = database == "ok" and not wrong and not waits
    body: dict[str, object] = {"database": database, "wrong": wrong}
    if waits:
        body["waits"] = waits
    return JSONResponse(body, 200 if is_well else 503, {"Cache-Control": "no-store"})


def _read_wrong(session: Session, now: datetime) -> list[Wrong]:
    return [
        *_overdue_issues(session, now),
        *_troubled_deliveries(session, now),
        *_waiting_letters(session, now),
    ]


def _overdue_issues(session: Session, now: datetime) -> Iterator[Wrong]:
    """Issues that nobody decides about: the schedule does not tick, or fails."""
    for publication in all_publications(session):
        for issue_id in issues_at_deadline(session, publication.key, now - PATIENCE):
            issue = read_issue(session, issue_id)
            yield _wrong("issue overdue", issue.due_at, issue.number)


def _troubled_deliveries(session: Session, now: datetime) -> Iterator[Wrong]:
    for delivery in deliveries_under_way(session):
        # Only then its messages are counted: it waits for days for the last deferred ones.
        key = delivery.key
        if delivery.trouble or has_work(session, key, now) or has_claims(session, key):
            number = read_issue(session, delivery.issue_id).number
            yield from _troubles(session, key, number, now)


def _troubles(
    session: Session,
    delivery_id: int,
    number: int,
    now: datetime,
) -> Iterator[Wrong]:
    """What is wrong with the delivery of the issue with that number."""
    try:
        progress = read_progress(session, delivery_id, now)
    except LedgerBroken:
        yield _wrong("account broken", None, number)
        return
    if progress.trouble:
        yield _wrong(f"delivery in trouble, {progress.status}", _silent_since(progress), number)
    if progress.stalled_s is not None:
        since = now - timedelta(seconds=progress.stalled_s)
        yield _wrong("delivery stalled", since, number)


def _silent_since(progress: Progress) -> datetime | None:
    """Return since when nothing was answered; None if nothing is due."""
    if progress.idle_s is None:
        return None
    return progress.read_at - timedelta(seconds=progress.idle_s)


def _waiting_letters(session: Session, now: datetime) -> Iterator[Wrong]:
    """Small letters that are not sent: people wait for them to confirm and to log in."""
    since = waiting_since(session, now - PATIENCE)
    if since is not None:
        yield _wrong("small letters stalled", since)


def _wrong(what: str, since: datetime | None, issue: int | None = None) -> Wrong:
    found: Wrong = {"what": what, "since": rfc3339(since) if since else None}
    return found if issue is None else found | {"issue": issue}
