"""The candidates of an issue at the desk: all that was considered, why each is in or not, and what a hand may do with it."""

from typing import Literal

from fastapi import APIRouter, Response

from newsletter.issues import choices, composing, reasons, refreshing
from newsletter.issues.reading import STORY_KINDS, read_blocks, read_issue
from newsletter.issues.status import EDITABLE
from newsletter.tracking.interest import clicks_by_source
from newsletter.web.desk.issues import FormInt
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import EditorDep, PublicationDep, Reading, RuntimeDep, Writing

pages = APIRouter(prefix="/desk/issues/{issue_id}/candidates")
MOST = 200
Hand = Literal["add", "lead", "keep", "drop"]
HANDS = {
    "add": composing.add,
    "lead": composing.lead,
    "keep": composing.keep,
    "drop": composing.drop_article,
}


@pages.get("")
def candidates_page(
    issue_id: int, editor: EditorDep, publication: PublicationDep, session: Reading, told: str = ""
) -> Response:
    issue = read_issue(session, issue_id)
    rows = reasons.read_assessments(session, issue_id, MOST)
    made = choices.of_issue(session, issue_id)
    stories = [block for block in read_blocks(session, issue_id) if block.kind in STORY_KINDS]
    return show(
        "desk/candidates.html",
        editor=editor,
        publication=publication,
        issue=issue,
        rows=rows,
        count=reasons.count_assessments(session, issue_id),
        articles=reasons.assessed_articles(session, rows),
        standing={
            key: block for block in stories for key in (block.article_id, *block.folded) if key
        },
        chosen={one.article_id: one for one in made if one.kind != "dropped"},
        dropped={one.article_id: one for one in made if one.kind == "dropped"},
        is_open=issue.status in EDITABLE,
        told=told,
    )


@pages.post("/{article_id}/{hand}")
def choose(
    issue_id: int,
    article_id: int,
    hand: Hand,
    editor: EditorDep,
    runtime: RuntimeDep,
    session: Writing,
    version: FormInt,
) -> Response:
    """Let a hand do one thing with one story."""
    HANDS[hand](
        session, issue_id, article_id, version=version, by=editor.address, now=runtime.clock.now()
    )
    return go_to(f"/desk/issues/{issue_id}/candidates#a{article_id}")


@pages.post("/refresh")
def refresh(issue_id: int, _: EditorDep, runtime: RuntimeDep, session: Writing) -> Response:
    """Look again at what was gathered since."""
    now = runtime.clock.now()
    clicks = clicks_by_source(
        session, read_issue(session, issue_id).publication_id, runtime.urls, now
    )
    changed = refreshing.refresh(session, issue_id, now, clicks=clicks)
    return go_to(f"/desk/issues/{issue_id}/candidates?told={'changed' if changed else 'same'}")
