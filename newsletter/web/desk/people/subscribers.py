"""Readers at the desk: the list with search and status, one reader, and the list as a file.

A reader's page shows what they agreed to, which letters they got and how they left.
"""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from sqlmodel import Session

from newsletter.delivery.reading import messages_of_subscriber
from newsletter.issues.models import Issue
from newsletter.issues.reading import all_issues
from newsletter.web.desk.desk import (
    FRESH_FOR_LISTS,
    TO_CHANGE_READERS,
    TO_HANDLE_LISTS,
    TO_SEE_ADDRESSES,
    DeskDep,
)
from newsletter.web.rendering import go_to
from newsletter.web.requests import Reading, Writing
from subscribers.exporting import csv_text, export_rows
from subscribers.kept.counting import count_by_status
from subscribers.leaving import unsubscribing
from subscribers.reading import SubscriberLine, list_subscribers, read_person
from subscribers.status import STATUSES

pages = APIRouter(prefix="/desk/readers")
SHOWN = 50
ISSUES_SHOWN = 20
Search = Annotated[str, Query(max_length=200)]  # a longer one is refused with 422


@pages.get("", dependencies=TO_SEE_ADDRESSES)
def readers_page(
    desk: DeskDep,
    session: Reading,
    status: str = "",
    q: Search = "",
    before: int = 0,
) -> Response:
    """A page of the list; `before` is the last id of the page before it."""
    # By id and not by count: who signs up meanwhile moves nobody to another page.
    status = _known_status(status)
    q = q.strip()
    # One more than is shown: only then is there a next page.
    found = list_subscribers(
        session,
        desk.key,
        status=status,
        q=q,
        before=before,
        limit=SHOWN + 1,
    )
    return desk.show(
        "desk/readers.html",
        counts=count_by_status(session, desk.key),
        statuses=STATUSES,
        chosen=status,
        q=q,
        before=before,
        readers=found[:SHOWN],
        next=_next_page(found),
    )


@pages.get("/export.csv", dependencies=[*TO_HANDLE_LISTS, *FRESH_FOR_LISTS])
def export(desk: DeskDep, session: Reading, status: str = "") -> Response:
    """All readers, or those of a status, in the format that import reads.

    The file is written while it is sent, so the largest list needs no memory.
    """
    status = _known_status(status)
    # A slug is a-z, digits and hyphens: safe in a header as it is.
    name = f"{desk.publication.slug}-{status or 'readers'}.csv"
    text = csv_text(export_rows(session, desk.key, status=status))
    return StreamingResponse(
        text,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@pages.get("/{subscription_id}", dependencies=TO_SEE_ADDRESSES)
def reader_page(
    subscription_id: int,
    desk: DeskDep,
    session: Reading,
    done: str = "",
) -> Response:
    person = read_person(session, subscription_id)
    letters = _read_letters(session, desk.key, person.subscriber.key)
    return desk.show("desk/reader.html", person=person, letters=letters, done=done)


@pages.post("/{subscription_id}/leave", dependencies=TO_CHANGE_READERS)
def leave(subscription_id: int, desk: DeskDep, session: Writing) -> Response:
    """An editor ends a subscription, because the reader asked them to."""
    unsubscribing.end_subscription(
        session,
        subscription_id,
        by="editor",
        now=desk.now(),
    )
    return go_to(f"/desk/readers/{subscription_id}")


def _next_page(found: Sequence[SubscriberLine]) -> int:
    """The id that the next page begins before; 0 if this is the last one."""
    return found[SHOWN - 1].subscription_id if len(found) > SHOWN else 0


def _known_status(status: str) -> str:
    """A status that nobody has counts as none: all readers."""
    return status if status in STATUSES else ""


def _read_letters(
    session: Session,
    publication_id: int,
    subscriber_id: int,
) -> Sequence[tuple[Issue, object]]:
    """The latest issues that a subscriber was sent, each with its message."""
    sent = _read_sent(session, publication_id)
    messages = messages_of_subscriber(session, subscriber_id, [issue.key for issue in sent])
    return [(issue, messages[issue.key]) for issue in sent if issue.id in messages]


def _read_sent(session: Session, publication_id: int) -> Sequence[Issue]:
    """The latest issues that were sent, newest first."""
    issues = all_issues(session, publication_id)
    return [issue for issue in issues if issue.status == "sent"][:ISSUES_SHOWN]
