"""Quarantine at the desk: sign-ups and tools that looked suspicious, to let in or to drop."""

from typing import Literal

from fastapi import APIRouter, Response

from newsletter.intake import quarantine
from newsletter.intake.receiving import let_in
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import (
    EditorDep,
    PublicationDep,
    PublisherDep,
    Reading,
    RuntimeDep,
    Writing,
)

pages = APIRouter(prefix="/desk/quarantine")
Tab = Literal["waiting", "let in", "dropped"]


@pages.get("")
def waiting(
    editor: EditorDep, publication: PublicationDep, session: Reading, tab: Tab = "waiting"
) -> Response:
    key = publication.key
    return show(
        "desk/quarantine.html",
        editor=editor,
        publication=publication,
        tab=tab,
        counts=quarantine.count_by_status(session, key),
        found=quarantine.read_all(session, key, tab),
    )


@pages.post("/{quarantined_id}/let-in")
def let(
    quarantined_id: int,
    editor: EditorDep,
    publisher: PublisherDep,
    runtime: RuntimeDep,
    session: Writing,
) -> Response:
    """The letter goes out as if they had come by the front door."""
    let_in(session, publisher, quarantined_id, by=editor.address, now=runtime.clock.now())
    return go_to("/desk/quarantine")


@pages.post("/{quarantined_id}/drop")
def drop(quarantined_id: int, editor: EditorDep, runtime: RuntimeDep, session: Writing) -> Response:
    """Nobody is written to."""
    quarantine.decide(
        session, quarantined_id, "dropped", by=editor.address, now=runtime.clock.now()
    )
    return go_to("/desk/quarantine")
