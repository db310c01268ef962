"""The candidates of an issue at the desk: all that was considered, why each is in it or not.

An editor takes one in, makes it the lead, keeps it in its place or drops it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Response
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.errors import NewsletterError
from newsletter.fetching.hosts import host_of, is_host_name, is_plain_address
from newsletter.gathering.models import Article
from newsletter.gathering.pasted_links import add_link
from newsletter.gathering.sources import NotAnAddress
from newsletter.issues import choices, composing, reasons, refreshing
from newsletter.issues.models import Block, Choice
from newsletter.issues.reading import read_blocks, read_issue
from newsletter.issues.status import EDITABLE
from newsletter.text import one_line
from newsletter.tracking.interest import clicks_by_source
from newsletter.web.desk.desk import TO_CHOOSE, TO_LOOK, Desk, DeskDep
from newsletter.web.desk.forms import VersionFormDep, with_scheme
from newsletter.web.limits.lookups import LookUpsDep
from newsletter.web.rendering import go_to
from newsletter.web.requests import Reading, Writing

pages = APIRouter(prefix="/desk/issues/{issue_id}/candidates")
MOST = 200  # on the page, the best first
ACTS = {
    "add": composing.add,
    "lead": composing.lead,
    "keep": composing.keep,
    "drop": composing.drop_article,
}


@dataclass(frozen=True, slots=True)
class Order:
    """What an editor wants done with one article of one issue, as the address says."""

    issue_id: int
    article_id: int
    act: Literal["add", "lead", "keep", "drop"]  # the keys of ACTS


OrderDep = Annotated[Order, Depends()]


class PastedLinkForm(BaseModel):
    """The address of somebody's article as typed, and a title where the page gives none."""

    url: str = ""
    title: str = ""


PastedLinkFormDep = Annotated[PastedLinkForm, Form()]


@pages.get("", dependencies=TO_LOOK)
def candidates_page(
    issue_id: int,
    desk: DeskDep,
    session: Reading,
    done: str = "",
) -> Response:
    return _page(session, desk, issue_id, done=done)


def _page(
    session: Session,
    desk: Desk,
    issue_id: int,
    *,
    link: PastedLinkForm | None = None,
    error: NewsletterError | None = None,
    done: str = "",
) -> Response:
    """Show the candidates; what was typed of a `link` stays beside what is wrong with it."""
    issue = read_issue(session, issue_id)
    rows = reasons.read_assessments(session, issue_id, MOST)
    chosen, dropped = _read_choices(session, issue_id)
    return desk.show_form(
        "desk/candidates.html",
        error,
        issue=issue,
        link=link or PastedLinkForm(),
        rows=rows,
        count=reasons.count_assessments(session, issue_id),
        articles=reasons.assessed_articles(session, rows),
        blocks_by_article=_by_article(read_blocks(session, issue_id)),
        chosen=chosen,
        dropped=dropped,
        # An approved issue is shown without buttons: its approval is withdrawn first.
        is_open=issue.status in EDITABLE,
        done=done,
    )


@pages.post("/{article_id}/{act}", dependencies=TO_CHOOSE)
def choose(
    order: OrderDep,
    desk: DeskDep,
    session: Writing,
    form: VersionFormDep,
) -> Response:
    """Do one thing with one story."""
    ACTS[order.act](
        session,
        order.issue_id,
        order.article_id,
        version=form.version,
        by=desk.by,
        now=desk.now(),
    )
    # Back to the same story in a list of some hundred.
    return go_to(f"/desk/issues/{order.issue_id}/candidates#a{order.article_id}")


@pages.post("/refresh", dependencies=TO_CHOOSE)
def refresh(issue_id: int, desk: DeskDep, session: Writing) -> Response:
    """Look again at what was gathered since."""
    done = "changed" if _refresh(session, desk, issue_id) else "same"
    return go_to(f"/desk/issues/{issue_id}/candidates?done={done}")


@pages.post("/link", dependencies=TO_CHOOSE)
def paste(issue_id: int, desk: DeskDep, look_ups: LookUpsDep, form: PastedLinkFormDep) -> Response:
    """Keep a link that no source showed, and look again with it."""
    database = desk.runtime.database
    database.read(read_issue, issue_id)  # raises NoIssue before another site is asked
    try:
        with look_ups.editors.one():
            article = _keep_link(desk, form)
    except NewsletterError as error:
        # Its own session, opened only now: no transaction waits for a slow site.
        with database.reading() as session:
            return _page(session, desk, issue_id, link=form, error=error)
    done = "link" if database.write(_consider, desk, issue_id, article.key) else "kept"
    return go_to(f"/desk/issues/{issue_id}/candidates?done={done}#a{article.key}")


def _keep_link(desk: Desk, form: PastedLinkForm) -> Article:
    """Keep a link as an article. Raises NotAnAddress, and what its site raises."""
    url = with_scheme(form.url.strip())
    if not (is_plain_address(url) and is_host_name(host_of(url))):
        raise NotAnAddress("Type the web address of an article, like https://example.org/tides.")
    runtime = desk.runtime
    return add_link(
        runtime.database,
        desk.key,
        url,
        runtime.clock,
        runtime.limits,
        title=one_line(form.title),
    )


def _consider(session: Session, desk: Desk, issue_id: int, article_id: int) -> bool:
    """Look again; True if the article is among the candidates then."""
    _refresh(session, desk, issue_id)
    rows = reasons.read_assessments(session, issue_id)
    return any(article_id in row.article_ids for row in rows)


def _refresh(session: Session, desk: Desk, issue_id: int) -> bool:
    now = desk.now()
    publication_id = read_issue(session, issue_id).publication_id
    clicks = clicks_by_source(session, publication_id, desk.urls, now)
    return refreshing.refresh(session, issue_id, now, clicks=clicks)


def _read_choices(
    session: Session,
    issue_id: int,
) -> tuple[dict[int, Choice], dict[int, Choice]]:
    """What editors chose of an issue by article, and apart from it what they dropped."""
    chosen: dict[int, Choice] = {}
    dropped: dict[int, Choice] = {}
    for choice in choices.of_issue(session, issue_id):
        place = dropped if choice.kind == "dropped" else chosen
        place[choice.article_id] = choice
    return chosen, dropped


def _by_article(blocks: Iterable[Block]) -> dict[int, Block]:
    """The block that has each article: as its story, or folded into another's."""
    found = {}
    for block in blocks:
        if block.is_story:
            for article_id in (block.article_id, *block.folded):
                if article_id:
                    found[article_id] = block
    return found
