"""The tools: a directory with tags, a page for each tool, and the badge that other sites show."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from operator import itemgetter

from fastapi import APIRouter, Response
from sqlmodel import Session

from newsletter.errors import NotFound
from newsletter.issues.featuring import issues_with
from newsletter.publications.models import Publication
from newsletter.tools import directory, slots
from newsletter.tools.badge import badge_svg, badge_width
from newsletter.tools.models import Tool
from newsletter.web.caching import PublicRoute
from newsletter.web.public.front import FrontDep
from newsletter.web.requests import PublicationDep, Reading

pages = APIRouter(route_class=PublicRoute)
PER_PAGE = 24
MOST_TAGS = 30  # as filters; the rarer ones stand on the cards
ALIKE = 3
BADGE_HEADERS = {
    "Cache-Control": "public, max-age=86400",
    "Cross-Origin-Resource-Policy": "cross-origin",  # the one thing of ours that other sites show
    "Access-Control-Allow-Origin": "*",
    "Content-Security-Policy": "default-src 'none'",
}


class NoSuchPage(NotFound):
    """There are no tools on that page. Start at the first one."""


@pages.get("/tools")
def show_directory(
    front: FrontDep,
    session: Reading,
    tag: str = "",
    page: int = 1,
) -> Response:
    listed = directory.public_tools(session, front.key)
    chosen = _with_tag(listed, tag) if tag else listed
    last = _last_page(len(chosen))
    if not 1 <= page <= last:
        raise NoSuchPage
    return front.show(
        "public/tools.html",
        paid=slots.tools_paid_on(session, front.key, front.today),
        tools=chosen[(page - 1) * PER_PAGE : page * PER_PAGE],
        count=len(chosen),
        tags=_filters(listed),
        tag=tag,
        page=page,
        last=last,
    )


@pages.get("/tools/{slug}")
def tool_page(
    slug: str,
    front: FrontDep,
    session: Reading,
) -> Response:
    tool = directory.public_tool(session, front.key, slug)
    return front.show(
        "public/tool.html",
        tool=tool,
        paid=slots.tools_paid_on(session, front.key, front.today),
        issues=issues_with(session, tool.key),
        alike=_alike(session, tool),
        page_url=front.urls.tool(tool.slug),
        about=_about(tool),
        code=front.publisher.embed_code(tool),
        badge_width=badge_width(front.publication.name),
    )


@pages.get("/badge/{slug}.svg")
def light_badge(
    slug: str,
    publication: PublicationDep,
    session: Reading,
) -> Response:
    directory.public_tool(session, publication.key, slug)
    return _badge(publication, dark=False)


@pages.get("/badge/dark/{slug}.svg")
def dark_badge(
    slug: str,
    publication: PublicationDep,
    session: Reading,
) -> Response:
    directory.public_tool(session, publication.key, slug)
    return _badge(publication, dark=True)


def _with_tag(listed: Iterable[Tool], tag: str) -> Sequence[Tool]:
    return [tool for tool in listed if tag.casefold() in _tags(tool)]


def _last_page(count: int) -> int:
    """The number of the last page; there is a first one even of nothing."""
    return max(1, -(-count // PER_PAGE))


def _filters(listed: Iterable[Tool]) -> Sequence[tuple[str, int]]:
    """The commonest tags and how many tools have each, in the order of the alphabet."""
    tags = chain.from_iterable(tool.tags for tool in listed)
    return sorted(Counter(tags).most_common(MOST_TAGS), key=_folded)


def _folded(filter_: tuple[str, int]) -> str:
    return filter_[0].casefold()


def _about(tool: Tool) -> dict[str, object]:
    """What the page says, for machines: schema.org, SoftwareApplication."""
    about: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "SoftwareApplication",
        "name": tool.name,
        "description": tool.description,
        "url": tool.url,
        "keywords": list(tool.tags),
        "isAccessibleForFree": tool.price.casefold() == "free",
    }
    return about | ({"image": tool.image_url} if tool.image_url else {})


def _badge(publication: Publication, *, dark: bool) -> Response:
    """The same picture for every tool; only a tool that has a page has it."""
    picture = badge_svg(publication.name, dark=dark)
    return Response(picture, media_type="image/svg+xml", headers=BADGE_HEADERS)


def _alike(
    session: Session,
    tool: Tool,
) -> Sequence[Tool]:
    """Other tools that share a tag, those that share most first."""
    others = directory.public_tools(session, tool.publication_id)
    shared = [(len(_tags(other) & _tags(tool)), other) for other in others if other.id != tool.id]
    ranked = sorted(shared, key=itemgetter(0), reverse=True)
    return [other for count, other in ranked if count][:ALIKE]


def _tags(tool: Tool) -> frozenset[str]:
    return frozenset(tag.casefold() for tag in tool.tags)
