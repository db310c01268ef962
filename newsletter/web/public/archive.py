"""The archive: the sent issues, searched, one by one, and as printed; nothing in it is personal."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from newsletter.archive.article_views import read_minutes
from newsletter.archive.search import search
from newsletter.archive.sent import (
    NotSent,
    count_sent,
    neighbours,
    past_issue,
    read_sent_issue,
    sent_issues,
)
from newsletter.delivery.reading import delivery_of_issue
from newsletter.editions.content import POLL
from newsletter.editions.models import Edition
from newsletter.editions.personalising import split_at_markers
from newsletter.gathering import own_articles
from newsletter.issues.models import Block, Issue
from newsletter.issues.reading import KINDS, read_blocks
from newsletter.publications.models import Publication
from newsletter.urls import Urls
from newsletter.web.caching import PublicRoute
from newsletter.web.rendering import show
from newsletter.web.requests import PublicationDep, Reading, RuntimeDep
from newsletter.web.security import LETTER_POLICY
from newsletter.web.subscriber_count import readers

Page = Annotated[int, Query(ge=1, le=10_000)]
pages = APIRouter(route_class=PublicRoute)
A_PAGE = 20
QUESTION_CHARS = 200


@pages.get("/archive")
def archive(
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Reading,
    q: str = "",
    page: Page = 1,
) -> Response:
    key, question, skip = publication.key, " ".join(q.split())[:QUESTION_CHARS], (page - 1) * A_PAGE
    found = search(session, key, question, skip=skip, most=A_PAGE) if question else None
    issues = () if found else sent_issues(session, key, skip=skip, most=A_PAGE + 1)
    return show(
        "public/archive.html",
        publication=publication,
        address=runtime.urls.archive(),
        question=question,
        found=found,
        issues=issues[:A_PAGE],
        count=count_sent(session, key),
        page=page,
        more=skip + len(found.results) < found.count if found else len(issues) > A_PAGE,
    )


@pages.get("/archive/{number:int}")
def issue_page(
    number: int,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Reading,
) -> Response:
    issue = read_sent_issue(session, publication.key, number)
    shown, past = read_blocks(session, issue.key), past_issue(session, issue.key)
    before, after = neighbours(session, issue)
    return show(
        "public/issue.html",
        publication=publication,
        issue=issue,
        readers=readers(runtime, publication),
        blocks=by_kind(shown),
        minutes=read_minutes(
            sum(len(f"{one.title} {one.text}".split()) for one in shown)
            + (len(past.text.split()) if past else 0)
        ),
        past=past,
        own=own_pages(session, publication, shown, runtime.urls),
        before=before,
        after=after,
        address=runtime.urls.issue(number),
        structured=structured(issue, publication, shown, runtime.urls),
    )


@pages.get("/archive/{number:int}/letter")
def letter(
    number: int,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Reading,
) -> Response:
    """The letter itself, without what was personal in it."""
    issue = read_sent_issue(session, publication.key, number)
    delivery = delivery_of_issue(session, issue.key)
    if delivery is None:
        raise NotSent
    edition = session.get_one(Edition, delivery.edition_id)
    return HTMLResponse(
        impersonal(edition.html, runtime.urls, number),
        headers={"Content-Security-Policy": LETTER_POLICY},
    )


def impersonal(html: str, urls: Urls, number: int) -> str:
    """Return an edition's HTML for everybody: leave links lead to the sign-up page."""
    values = {
        "email": "your address",
        "confirmed_on": "the day that you chose",
        "view_url": urls.issue(number),
        "unsubscribe_url": urls.home(),
        "preferences_url": urls.home(),
        **dict.fromkeys(POLL.markers, urls.issue(number)),
    }
    return split_at_markers(html).join(values, escape=True)


def by_kind(shown: Sequence[Block]) -> Mapping[str, Sequence[Block]]:
    """Return the blocks of an issue by their kind, in order."""
    return {kind: [block for block in shown if block.kind == kind] for kind in KINDS}


def own_pages(
    session: Session,
    publication: Publication,
    shown: Iterable[Block],
    urls: Urls,
) -> Mapping[str, str]:
    """Return the page here for the address of each own article that these blocks show."""
    return own_articles.page_urls(
        session,
        publication.key,
        [block.article_id for block in shown if block.article_id],
        urls,
    )


def structured(
    issue: Issue,
    publication: Publication,
    shown: Sequence[Block],
    urls: Urls,
) -> Mapping[str, object]:
    """Return what the page says to machines: schema.org's PublicationIssue, as JSON-LD."""
    parts = [
        {"@type": "Article", "headline": one.title, "url": one.url} for one in shown if one.is_story
    ]
    return {
        "@context": "https://schema.org",
        "@type": "PublicationIssue",
        "name": issue.subject,
        "description": issue.preheader,
        "issueNumber": str(issue.number),
        "datePublished": issue.due_at.isoformat(),
        "inLanguage": publication.language,
        "url": urls.issue(issue.number),
        "isPartOf": {"@type": "Periodical", "name": publication.name, "url": urls.home()},
        "publisher": {"@type": "Organization", "name": publication.name, "url": urls.home()},
        **({"hasPart": parts} if parts else {}),
    }
