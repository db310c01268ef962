"""The archive: every sent issue, as it was printed, without anything personal."""

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from newsletter.delivery.reading import of_issue
from newsletter.editions.models import Edition
from newsletter.editions.personalising import split
from newsletter.errors import NotFound
from newsletter.gathering.own import pages as pages_here
from newsletter.issues.models import Issue
from newsletter.issues.reading import blocks, by_number, every
from newsletter.urls import Urls
from newsletter.web.rendering import show
from newsletter.web.requests import PublicationDep, Reading, RuntimeDep
from newsletter.web.security import LETTER_POLICY

pages = APIRouter()


class NotSent(NotFound):
    """There is no issue of that number in the archive."""


@pages.get("/archive")
def archive(publication: PublicationDep, session: Reading) -> Response:
    sent = [issue for issue in every(session, publication.id or 0) if issue.status == "sent"]
    return show("public/archive.html", publication=publication, issues=sent)


@pages.get("/archive/{number}")
def issue_page(number: int, publication: PublicationDep, runtime: RuntimeDep, session: Reading) -> Response:
    issue = _sent(session, publication.id or 0, number)
    shown = blocks(session, issue.id or 0)
    here = pages_here(session, publication.id or 0, [block.article_id for block in shown if block.article_id], runtime.urls)
    return show("public/issue.html", publication=publication, issue=issue, blocks=shown, here=here)


@pages.get("/archive/{number}/letter")
def letter(number: int, publication: PublicationDep, runtime: RuntimeDep, session: Reading) -> Response:
    """The letter itself, for a sandboxed frame."""
    issue = _sent(session, publication.id or 0, number)
    delivery = of_issue(session, issue.id or 0)
    if delivery is None:
        raise NotSent
    edition = session.get_one(Edition, delivery.edition_id)
    return HTMLResponse(impersonal(edition.html, runtime.urls, number), headers={"Content-Security-Policy": LETTER_POLICY})


def impersonal(html: str, urls: Urls, number: int) -> str:
    """Return an edition's HTML for everybody: leave links lead to the sign-up page."""
    values = {
        "email": "your address",
        "confirmed_on": "the day that you chose",
        "view_url": urls.issue(number),
        "unsubscribe_url": urls.home(),
        "preferences_url": urls.home(),
    }
    return split(html).join(values, escape=True)


def _sent(session: Session, publication_id: int, number: int) -> Issue:
    issue = by_number(session, publication_id, number)
    if issue.status != "sent":
        raise NotSent
    return issue
