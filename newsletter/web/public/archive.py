"""The archive: the sent issues, searched, one by one, and as printed; nothing in it is personal."""

from collections.abc import Iterable, Mapping, Sequence

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from newsletter.archive.article_views import read_minutes
from newsletter.archive.models import PastIssue
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
from newsletter.editions.marked import impersonal_values, read_marked
from newsletter.editions.models import Edition
from newsletter.editions.personalising import Segments
from newsletter.gathering import own_articles
from newsletter.issues.models import Block, Issue
from newsletter.issues.reading import KINDS, read_blocks
from newsletter.urls import Urls
from newsletter.web.caching import PublicRoute
from newsletter.web.public.front import NOT_INDEXED, Front, ListingDep, Page, ShowingDep
from newsletter.web.requests import Reading
from newsletter.web.security import LETTER_POLICY

pages = APIRouter(route_class=PublicRoute)
A_PAGE = 20
QUESTION_CHARS = 200


@pages.get("/archive")
def archive(
    front: ListingDep,
    session: Reading,
    q: str = "",
    page: Page = 1,
) -> Response:
    question = " ".join(q.split())[:QUESTION_CHARS]
    if question:
        return _results_page(front, session, question, page)
    return _list_page(front, session, page)


@pages.get("/archive/{number:int}")
def issue_page(number: int, front: ShowingDep, session: Reading) -> Response:
    issue = read_sent_issue(session, front.key, number)
    blocks = read_blocks(session, issue.key)
    past = past_issue(session, issue.key)
    is_listed = front.publication.archive == "public"
    before, after = neighbours(session, issue) if is_listed else (None, None)
    answer = front.show(
        "public/issue.html",
        issue=issue,
        readers=front.readers(),
        blocks=by_kind(blocks),
        minutes=read_minutes(_count_words(blocks, past)),
        past=past,
        own=own_pages(front, session, blocks),
        before=before,
        after=after,
        address=front.urls.issue(number),
        structured=structured(front, issue, blocks),
    )
    return answer if is_listed else _not_indexed(answer)


@pages.get("/archive/{number:int}/letter")
def letter(number: int, front: ShowingDep, session: Reading) -> Response:
    """The letter itself, without what was personal in it."""
    issue = read_sent_issue(session, front.key, number)
    delivery = delivery_of_issue(session, issue.key)
    if delivery is None:
        raise NotSent
    edition = session.get_one(Edition, delivery.edition_id)
    answer = show_letter(read_marked(edition).split_html(), front.urls, number)
    is_found = front.publication.archive == "public" and not front.publication.noindex
    return answer if is_found else _not_indexed(answer)


def _not_indexed(answer: Response) -> Response:
    """Ask search engines to keep an answer out."""
    answer.headers.update(NOT_INDEXED)
    return answer


def _results_page(
    front: Front,
    session: Session,
    question: str,
    page: int,
) -> Response:
    skip = (page - 1) * A_PAGE
    found = search(
        session,
        front.key,
        question,
        skip=skip,
        most=A_PAGE,
    )
    more = skip + len(found.results) < found.count
    return _page(
        front,
        session,
        page,
        question=question,
        found=found,
        issues=(),
        more=more,
    )


def _list_page(front: Front, session: Session, page: int) -> Response:
    # One more than is shown: only then is there a next page.
    issues = sent_issues(session, front.key, skip=(page - 1) * A_PAGE, most=A_PAGE + 1)
    return _page(
        front,
        session,
        page,
        question="",
        found=None,
        issues=issues[:A_PAGE],
        more=len(issues) > A_PAGE,
    )


def _page(
    front: Front,
    session: Session,
    page: int,
    **listed: object,
) -> Response:
    return front.show(
        "public/archive.html",
        200,
        address=front.urls.archive(),
        count=count_sent(session, front.key),
        page=page,
        **listed,
    )


def _count_words(blocks: Iterable[Block], past: PastIssue | None) -> int:
    """Count what a reader reads; an imported issue has its own text beside its blocks."""
    texts = [f"{block.title} {block.text}" for block in blocks]
    if past:
        texts.append(past.text)
    return sum(len(text.split()) for text in texts)


def show_letter(html: Segments, urls: Urls, number: int) -> Response:
    """Answer with an edition's HTML for everybody.

    A letter has its styles in it, which the policy of our own pages forbids.
    """
    page = impersonal(html, urls, number)
    return HTMLResponse(page, headers={"Content-Security-Policy": LETTER_POLICY})


def impersonal(html: Segments, urls: Urls, number: int) -> str:
    """Return an edition's HTML for everybody: leave links lead to the sign-up page."""
    values = impersonal_values(
        urls,
        address="your address",
        since="on the day that you chose",
        page=urls.issue(number),
    )
    return html.join(values, escape=True)


def by_kind(blocks: Sequence[Block]) -> Mapping[str, Sequence[Block]]:
    """Return the blocks of an issue by their kind, in order."""
    return {kind: [block for block in blocks if block.kind == kind] for kind in KINDS}


def own_pages(front: Front, session: Session, blocks: Iterable[Block]) -> Mapping[str, str]:
    """Return the page here for the address of each own article that these blocks show."""
    article_ids = [block.article_id for block in blocks if block.article_id]
    return own_articles.page_urls(session, front.key, article_ids, front.urls)


def structured(front: Front, issue: Issue, blocks: Iterable[Block]) -> Mapping[str, object]:
    """Return what the page says to machines: schema.org's PublicationIssue, as JSON-LD."""
    publication = front.publication
    urls = front.urls
    home = {"name": publication.name, "url": urls.home()}
    stories = [
        {"@type": "Article", "headline": block.title, "url": block.url}
        for block in blocks
        if block.is_story
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
        "isPartOf": {"@type": "Periodical", **home},
        "publisher": {"@type": "Organization", **home},
        **({"hasPart": stories} if stories else {}),
    }
