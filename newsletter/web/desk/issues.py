"""One issue at the desk: change it, look at it, approve or hold it."""

from collections.abc import Sequence
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Form, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.delivery.planning import count_reach
from newsletter.delivery.reading import delivery_of_issue
from newsletter.delivery.voting import count_votes
from newsletter.desk.deeds import read_log
from newsletter.desk.models import LogEntry
from newsletter.editions.checks import check_edition, refuse_blocked
from newsletter.editions.marked import read_marked
from newsletter.editions.personalising import Segments
from newsletter.editions.printing import edition_by_checksum, preview, print_edition
from newsletter.errors import Conflict
from newsletter.issues import approval, composing
from newsletter.issues.choices import EditedWords
from newsletter.issues.models import Issue
from newsletter.issues.reading import OPEN, read_blocks, read_issue, read_issue_to_change
from newsletter.letters.writing import write_proof
from newsletter.mail.dkim import require_key
from newsletter.web.desk.desk import TO_CHOOSE, TO_LOOK, TO_SEND, TO_WRITE, Desk, DeskDep
from newsletter.web.desk.forms import VersionForm, VersionFormDep
from newsletter.web.desk.team import wording
from newsletter.web.desk.weekly.week import read_account
from newsletter.web.public.archive import show_letter
from newsletter.web.rendering import go_to
from newsletter.web.requests import Reading, Writing
from subscribers.addresses import normalise
from subscribers.audiences import saved
from subscribers.kept.counting import count_by_status

pages = APIRouter(prefix="/desk/issues/{issue_id}")
CHANGES_SHOWN = 10
MANY_READERS = 500  # an approval for more asks for the password again
VIEWS = ("wide", "phone", "text")  # of the preview; any other word shows the first


class NotWhatWasSeen(Conflict):
    """The issue changed after you looked at it, so it was not approved.

    Look again, then approve.
    """


class MoveForm(VersionForm):
    """Which way a block moves: down by a positive step, up by any other."""

    step: int


MoveFormDep = Annotated[MoveForm, Form()]


class WordsForm(VersionForm):
    """The words of a block as the editor wants them."""

    title: str = ""
    text: str = ""

    def words(self) -> EditedWords:
        """The words alone."""
        return EditedWords(self.title, self.text)


WordsFormDep = Annotated[WordsForm, Form()]


class SubjectForm(VersionForm):
    """What a reader sees of the letter before opening it."""

    subject: str = ""
    preheader: str = ""


SubjectFormDep = Annotated[SubjectForm, Form()]


class ApprovalForm(BaseModel):
    """The checksum of the edition that the editor looked at."""

    checksum: str


ApprovalFormDep = Annotated[ApprovalForm, Form()]


class ProofForm(BaseModel):
    """Where a proof goes."""

    address: str


ProofFormDep = Annotated[ProofForm, Form()]


@pages.get("", dependencies=TO_LOOK)
def issue_page(
    issue_id: int,
    desk: DeskDep,
    session: Reading,
    view: str = "wide",
    done: str = "",
) -> Response:
    issue = read_issue(session, issue_id)
    blocks = read_blocks(session, issue_id)
    # Printed as it is now: checks and checksum are of exactly what the page shows.
    content, printed = preview(session, issue_id, desk.urls)
    return desk.show(
        "desk/issue.html",
        issue=issue,
        blocks=blocks,
        printed=printed,
        # An issue without blocks is empty, not wrong: the page says so itself.
        checks=check_edition(content, printed) if blocks else (),
        is_checked=bool(blocks),
        approval=approval.in_force(session, issue_id),
        ledger=read_account(session, issue),
        delivery=delivery_of_issue(session, issue_id),
        votes=count_votes(session, issue_id),
        changes=_read_changes(session, desk, issue_id),
        deed_of=wording.deed_of,
        labels_of=wording.labels_of,
        audiences=saved.read_all(session, issue.publication_id),
        # Of a sent issue the account says more.
        reach=_count_reach(session, desk, issue),
        view=view if view in VIEWS else "wide",
        done=done,
    )


def _read_changes(
    session: Session,
    desk: Desk,
    issue_id: int,
) -> Sequence[LogEntry]:
    """Return the last things that editors did with this issue."""
    return list(islice(read_log(session, desk.key, issue_id=issue_id), CHANGES_SHOWN))


@pages.get("/preview/html", dependencies=TO_LOOK)
def preview_html(issue_id: int, desk: DeskDep, session: Reading) -> Response:
    """What a reader sees: the approved edition if there is one, else the issue as it is now."""
    number = read_issue(session, issue_id).number
    return show_letter(_html_of(session, desk, issue_id), desk.urls, number)


@pages.get("/preview/text", dependencies=TO_LOOK)
def preview_text(issue_id: int, desk: DeskDep, session: Reading) -> Response:
    printed = preview(session, issue_id, desk.urls)[1]
    return PlainTextResponse(printed.markers.show(printed.text))


@pages.post("/blocks/{block_id}/drop", dependencies=TO_CHOOSE)
def drop(
    issue_id: int,
    block_id: int,
    desk: DeskDep,
    session: Writing,
    form: VersionFormDep,
) -> Response:
    composing.drop(
        session,
        issue_id,
        block_id,
        version=form.version,
        by=desk.by,
        now=desk.now(),
    )
    return _go_back(issue_id)


@pages.post("/blocks/{block_id}/move", dependencies=TO_CHOOSE)
def move(
    issue_id: int,
    block_id: int,
    desk: DeskDep,
    session: Writing,
    form: MoveFormDep,
) -> Response:
    composing.move(
        session,
        issue_id,
        block_id,
        # One place at a time, whatever the form says.
        1 if form.step > 0 else -1,
        version=form.version,
        by=desk.by,
        now=desk.now(),
    )
    return _go_back(issue_id, f"#b{block_id}")


@pages.post("/blocks/{block_id}/words", dependencies=TO_WRITE)
def edit(
    issue_id: int,
    block_id: int,
    desk: DeskDep,
    session: Writing,
    form: WordsFormDep,
) -> Response:
    composing.edit(
        session,
        issue_id,
        block_id,
        form.words(),
        version=form.version,
        by=desk.by,
        now=desk.now(),
    )
    return _go_back(issue_id, f"#b{block_id}")


@pages.post("/subject", dependencies=TO_WRITE)
def change_subject(
    issue_id: int,
    desk: DeskDep,
    session: Writing,
    form: SubjectFormDep,
) -> Response:
    composing.change_subject(
        session,
        issue_id,
        form.subject,
        form.preheader,
        version=form.version,
        by=desk.by,
    )
    return _go_back(issue_id, "?done=saved")


@pages.post("/hold", dependencies=TO_CHOOSE)
def hold(issue_id: int, desk: DeskDep, session: Writing) -> Response:
    composing.hold(session, issue_id, f"Held by {desk.name}.")
    return _go_back(issue_id)


@pages.post("/release", dependencies=TO_CHOOSE)
def release(issue_id: int, _: DeskDep, session: Writing) -> Response:
    composing.release(session, issue_id)
    return _go_back(issue_id)


@pages.post("/approval", dependencies=TO_SEND)
def approve(
    issue_id: int,
    desk: DeskDep,
    session: Writing,
    form: ApprovalFormDep,
) -> Response:
    """Approve what was seen: the form's checksum must be that of what is printed now."""
    if count_by_status(session, desk.key).get("active", 0) > MANY_READERS:
        desk.check_fresh(f"/desk/issues/{issue_id}")
    read_issue_to_change(session, issue_id)  # nobody changes it between the look and the approval
    content, printed = preview(session, issue_id, desk.urls)
    # Somebody else may have changed the issue while this editor looked at it.
    if printed.checksum != form.checksum:
        raise NotWhatWasSeen
    # Before anything is written: a blocked issue leaves no edition behind.
    refuse_blocked(check_edition(content, printed))
    require_key(desk.runtime.keys, desk.publication.sender_address)
    now = desk.now()
    edition = print_edition(session, issue_id, desk.urls, now)
    approval.approve(
        session,
        issue_id,
        edition.checksum,
        by=desk.by,
        now=now,
    )
    return _go_back(issue_id)


@pages.post("/approval/withdraw", dependencies=TO_SEND)
def withdraw(issue_id: int, desk: DeskDep, session: Writing) -> Response:
    approval.withdraw(session, issue_id, desk.now())
    return _go_back(issue_id)


@pages.post("/proof", dependencies=TO_CHOOSE)
def proof(
    issue_id: int,
    desk: DeskDep,
    session: Writing,
    form: ProofFormDep,
) -> Response:
    """Send the issue as it is now to one address."""
    address = normalise(form.address)
    now = desk.now()
    # The proof is of a printed edition, so that its bytes are those that readers get.
    edition = print_edition(session, issue_id, desk.urls, now)
    publication_id = read_issue(session, issue_id).publication_id
    write_proof(
        session,
        publication_id,
        edition.key,
        address,
        now=now,
    )
    return _go_back(issue_id, "?done=proof")


def _count_reach(session: Session, desk: Desk, issue: Issue) -> int | None:
    if issue.status not in OPEN:
        return None
    return count_reach(session, desk.publication, issue, desk.now())


def _html_of(session: Session, desk: Desk, issue_id: int) -> Segments:
    approved = approval.in_force(session, issue_id)
    edition = edition_by_checksum(session, approved.checksum) if approved else None
    if edition:
        return read_marked(edition).split_html()
    printed = preview(session, issue_id, desk.urls)[1]
    return printed.markers.split(printed.html)


def _go_back(issue_id: int, end: str = "") -> Response:
    return go_to(f"/desk/issues/{issue_id}{end}")
