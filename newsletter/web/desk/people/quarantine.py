"""Quarantine at the desk: sign-ups and tools that looked suspicious, to let in or to drop."""

from typing import Literal

from fastapi import APIRouter, Response

from newsletter.intake import quarantine
from newsletter.intake.receiving import let_in
from newsletter.web.desk.desk import TO_CHANGE_READERS, TO_SEE_ADDRESSES, DeskDep
from newsletter.web.rendering import go_to
from newsletter.web.requests import Reading, Writing

pages = APIRouter(prefix="/desk/quarantine")
Tab = Literal["waiting", "let in", "dropped"]  # the statuses of what is kept


@pages.get("", dependencies=TO_SEE_ADDRESSES)
def waiting(desk: DeskDep, session: Reading, tab: Tab = "waiting") -> Response:
    counts = quarantine.count_by_status(session, desk.key)
    return desk.show(
        "desk/quarantine.html",
        tab=tab,
        counts=counts,
        is_full=quarantine.is_full(counts.get("waiting", 0)),
        found=quarantine.read_all(session, desk.key, tab),
    )


@pages.post("/{quarantined_id}/let-in", dependencies=TO_CHANGE_READERS)
def let(quarantined_id: int, desk: DeskDep, session: Writing) -> Response:
    """The letter goes out as if they had come by the front door."""
    let_in(
        session,
        desk.publisher,
        quarantined_id,
        by=desk.by,
        now=desk.now(),
    )
    return go_to("/desk/quarantine")


@pages.post("/{quarantined_id}/drop", dependencies=TO_CHANGE_READERS)
def drop(quarantined_id: int, desk: DeskDep, session: Writing) -> Response:
    """Nobody is written to."""
    quarantine.decide(
        session,
        quarantined_id,
        "dropped",
        by=desk.by,
        now=desk.now(),
    )
    return go_to("/desk/quarantine")
