"""One issue at the desk: change it, look at it, approve or hold it."""

from typing import Annotated

from fastapi import APIRouter, Form, Response
from fastapi.responses import HTMLResponse, PlainTextResponse

from newsletter.delivery.reading import delivery_of_issue
from newsletter.delivery.voting import count_votes
from newsletter.editions.checks import check_edition, refuse_blocked
from newsletter.editions.models import Edition
from newsletter.editions.printing import edition_by_checksum, preview, print_edition
from newsletter.errors import Conflict
from newsletter.issues import approval, composing
from newsletter.issues.choices import EditedWords
from newsletter.issues.reading import read_blocks, read_issue
from newsletter.letters.writing import write_proof
from newsletter.web.desk.week import accounts
from newsletter.web.public.archive import impersonal
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import EditorDep, PublicationDep, Reading, RuntimeDep, Writing
from newsletter.web.security import LETTER_POLICY
from subscribers.addresses import normalise
from subscribers.audiences import saved

pages = APIRouter(prefix="/desk/issues/{issue_id}")
FormInt = Annotated[int, Form()]
FormStr = Annotated[str, Form()]


class NotWhatWasSeen(Conflict):
    """The issue changed after you looked at it, so it was not approved. Look again, then approve."""


@pages.get("")
def issue_page(
    issue_id: int,
    editor: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Reading,
    view: str = "wide",
    told: str = "",
) -> Response:
    issue = read_issue(session, issue_id)
    shown = read_blocks(session, issue_id)
    content, printed = preview(session, issue_id, runtime.urls)
    return show(
        "desk/issue.html",
        editor=editor,
        publication=publication,
        issue=issue,
        blocks=shown,
        printed=printed,
        checks=check_edition(content, printed) if shown else (),
        approval=approval.in_force(session, issue_id),
        ledger=accounts(session, issue),
        delivery=delivery_of_issue(session, issue_id),
        votes=count_votes(session, issue_id),
        audiences=saved.read_all(session, issue.publication_id),
        view=view if view in ("wide", "phone", "text") else "wide",
        told=told,
    )


@pages.get("/preview/html")
def preview_html(issue_id: int, _: EditorDep, runtime: RuntimeDep, session: Reading) -> Response:
    """What a reader sees: the approved edition if there is one, else the issue as it stands."""
    yes = approval.in_force(session, issue_id)
    edition: Edition | None = edition_by_checksum(session, yes.checksum) if yes else None
    html = edition.html if edition else preview(session, issue_id, runtime.urls)[1].html
    page = impersonal(html, runtime.urls, read_issue(session, issue_id).number)
    return HTMLResponse(page, headers={"Content-Security-Policy": LETTER_POLICY})


@pages.get("/preview/text")
def preview_text(issue_id: int, _: EditorDep, runtime: RuntimeDep, session: Reading) -> Response:
    return PlainTextResponse(preview(session, issue_id, runtime.urls)[1].text)


@pages.post("/blocks/{block_id}/drop")
def drop(
    issue_id: int,
    block_id: int,
    editor: EditorDep,
    runtime: RuntimeDep,
    session: Writing,
    version: FormInt,
) -> Response:
    composing.drop(
        session, issue_id, block_id, version=version, by=editor.address, now=runtime.clock.now()
    )
    return go_to(f"/desk/issues/{issue_id}")


@pages.post("/blocks/{block_id}/move")
def move(
    issue_id: int,
    block_id: int,
    editor: EditorDep,
    runtime: RuntimeDep,
    session: Writing,
    version: FormInt,
    step: FormInt,
) -> Response:
    composing.move(
        session,
        issue_id,
        block_id,
        1 if step > 0 else -1,
        version=version,
        by=editor.address,
        now=runtime.clock.now(),
    )
    return go_to(f"/desk/issues/{issue_id}#b{block_id}")


@pages.post("/blocks/{block_id}/words")
def edit(
    issue_id: int,
    block_id: int,
    editor: EditorDep,
    runtime: RuntimeDep,
    session: Writing,
    version: FormInt,
    title: FormStr = "",
    text: FormStr = "",
) -> Response:
    composing.edit(
        session,
        issue_id,
        block_id,
        EditedWords(title, text),
        version=version,
        by=editor.address,
        now=runtime.clock.now(),
    )
    return go_to(f"/desk/issues/{issue_id}#b{block_id}")


@pages.post("/subject")
def change_subject(
    issue_id: int,
    editor: EditorDep,
    session: Writing,
    version: FormInt,
    subject: FormStr = "",
    preheader: FormStr = "",
) -> Response:
    composing.change_subject(
        session, issue_id, subject, preheader, version=version, by=editor.address
    )
    return go_to(f"/desk/issues/{issue_id}?told=saved")


@pages.post("/hold")
def hold(issue_id: int, editor: EditorDep, session: Writing) -> Response:
    composing.hold(session, issue_id, f"Held by {editor.name or editor.address}.")
    return go_to(f"/desk/issues/{issue_id}")


@pages.post("/release")
def release(issue_id: int, _: EditorDep, session: Writing) -> Response:
    composing.release(session, issue_id)
    return go_to(f"/desk/issues/{issue_id}")


@pages.post("/approval")
def approve(
    issue_id: int, editor: EditorDep, runtime: RuntimeDep, session: Writing, checksum: FormStr
) -> Response:
    """Approve what was seen: the checksum in the form must be that of what is printed now."""
    content, printed = preview(session, issue_id, runtime.urls)
    if printed.checksum != checksum:
        raise NotWhatWasSeen
    refuse_blocked(check_edition(content, printed))
    now = runtime.clock.now()
    edition = print_edition(session, issue_id, runtime.urls, now)
    approval.approve(session, issue_id, edition.checksum, by=editor.address, now=now)
    return go_to(f"/desk/issues/{issue_id}")


@pages.post("/approval/withdraw")
def withdraw(issue_id: int, _: EditorDep, runtime: RuntimeDep, session: Writing) -> Response:
    approval.withdraw(session, issue_id, runtime.clock.now())
    return go_to(f"/desk/issues/{issue_id}")


@pages.post("/proof")
def proof(
    issue_id: int, _: EditorDep, runtime: RuntimeDep, session: Writing, address: FormStr
) -> Response:
    """Send the issue as it stands to one address."""
    to = normalise(address)
    now = runtime.clock.now()
    edition = print_edition(session, issue_id, runtime.urls, now)
    write_proof(session, read_issue(session, issue_id).publication_id, edition.key, to, now=now)
    return go_to(f"/desk/issues/{issue_id}?told=proof")
