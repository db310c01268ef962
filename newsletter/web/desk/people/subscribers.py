"""Readers at the desk: the list with search and status, one reader with what they agreed to and got, and the list as a file."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from newsletter.delivery.reading import messages_of_subscriber
from newsletter.issues import reading as issues
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import EditorDep, PublicationDep, Reading, RuntimeDep, Writing
from subscribers.audiences.evaluating import count_by_status
from subscribers.exporting import csv_text, export_rows
from subscribers.leaving import unsubscribing
from subscribers.reading import STATUSES, list_subscribers, read_person

pages = APIRouter(prefix="/desk/readers")
SHOWN, ISSUES_SHOWN = 50, 20
LONGEST_SEARCH = 200


@pages.get("")
def readers_page(
    editor: EditorDep,
    publication: PublicationDep,
    session: Reading,
    status: str = "",
    q: Annotated[str, Query(max_length=LONGEST_SEARCH)] = "",
    before: int = 0,
) -> Response:
    status, q = status if status in STATUSES else "", q.strip()
    found = list_subscribers(
        session, publication.key, status=status, q=q, before=before, limit=SHOWN + 1
    )
    return show(
        "desk/readers.html",
        editor=editor,
        publication=publication,
        counts=count_by_status(session, publication.key),
        statuses=STATUSES,
        standing=status,
        q=q,
        before=before,
        readers=found[:SHOWN],
        next=found[SHOWN - 1].subscription_id if len(found) > SHOWN else 0,
    )


@pages.get("/export.csv")
def export(
    _: EditorDep, publication: PublicationDep, session: Reading, status: str = ""
) -> Response:
    """All readers, or those of a status, in the format that import reads; written while it is sent."""
    status = status if status in STATUSES else ""
    name = f"{publication.slug}-{status or 'readers'}.csv"
    text = csv_text(export_rows(session, publication.key, status=status))
    return StreamingResponse(
        text,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@pages.get("/{subscription_id}")
def reader_page(
    subscription_id: int, editor: EditorDep, publication: PublicationDep, session: Reading
) -> Response:
    one = read_person(session, subscription_id)
    sent = [
        issue for issue in issues.all_issues(session, publication.key) if issue.status == "sent"
    ][:ISSUES_SHOWN]
    messages = messages_of_subscriber(session, one.subscriber.key, [issue.key for issue in sent])
    return show(
        "desk/reader.html",
        editor=editor,
        publication=publication,
        one=one,
        letters=[(issue, messages[issue.key]) for issue in sent if issue.id in messages],
    )


@pages.post("/{subscription_id}/leave")
def leave(subscription_id: int, _: EditorDep, runtime: RuntimeDep, session: Writing) -> Response:
    """An editor ends a subscription, because the reader asked them to."""
    unsubscribing.end_subscription(session, subscription_id, by="editor", now=runtime.clock.now())
    return go_to(f"/desk/readers/{subscription_id}")
