"""The tools: a directory with tags, a page for each tool, and the badge that other sites show."""

from collections import Counter
from collections.abc import Sequence

from fastapi import APIRouter, Response
from sqlmodel import Session

from newsletter.errors import NotFound
from newsletter.issues.featuring import day_of, issues_with
from newsletter.letters.publisher import Publisher
from newsletter.tools import directory, slots
from newsletter.tools.badge import badge_svg, badge_width
from newsletter.tools.models import Tool
from newsletter.web.caching import PublicRoute
from newsletter.web.rendering import show
from newsletter.web.requests import PublicationDep, Reading, RuntimeDep

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
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Reading,
    tag: str = "",
    page: int = 1,
) -> Response:
    listed = directory.public_tools(session, publication.key)
    chosen = [tool for tool in listed if not tag or tag.casefold() in _tags(tool)]
    last = max(1, -(-len(chosen) // PER_PAGE))
    if not 1 <= page <= last:
        raise NoSuchPage
    common = Counter(tag for tool in listed for tag in tool.tags).most_common(MOST_TAGS)
    return show(
        "public/tools.html",
        publication=publication,
        paid=slots.tools_paid_on(
            session,
            publication.key,
            day_of(publication, runtime.clock.now()),
        ),
        tools=chosen[(page - 1) * PER_PAGE : page * PER_PAGE],
        count=len(chosen),
        tags=sorted(common, key=lambda one: one[0].casefold()),
        tag=tag,
        page=page,
        last=last,
    )


@pages.get("/tools/{slug}")
def tool_page(
    slug: str,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Reading,
) -> Response:
    tool = directory.public_tool(session, publication.key, slug)
    return show(
        "public/tool.html",
        publication=publication,
        tool=tool,
        paid=slots.tools_paid_on(
            session,
            tool.publication_id,
            day_of(publication, runtime.clock.now()),
        ),
        issues=issues_with(session, tool.key),
        alike=_alike(session, tool),
        page_url=runtime.urls.tool(tool.slug),
        about=_about(tool),
        code=Publisher(publication, runtime.urls, runtime.signer).embed_code(tool),
        badge_width=badge_width(publication.name),
    )


@pages.get("/badge/{slug}.svg")
def light_badge(slug: str, publication: PublicationDep, session: Reading) -> Response:
    return _badge(
        directory.public_tool(session, publication.key, slug),
        publication.name,
        dark=False,
    )


@pages.get("/badge/dark/{slug}.svg")
def dark_badge(slug: str, publication: PublicationDep, session: Reading) -> Response:
    return _badge(
        directory.public_tool(session, publication.key, slug),
        publication.name,
        dark=True,
    )


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


def _badge(_: Tool, publication: str, *, dark: bool) -> Response:
    """The same picture for every tool; only one that has a page has it."""
    return Response(
        badge_svg(publication, dark=dark),
        media_type="image/svg+xml",
        headers=BADGE_HEADERS,
    )


def _alike(session: Session, tool: Tool) -> Sequence[Tool]:
    """Other tools that share a tag, those that share most first."""
    others = [
        other
        for other in directory.public_tools(session, tool.publication_id)
        if other.id != tool.id
    ]
    shared = {other.id: len(_tags(other) & _tags(tool)) for other in others}
    return sorted(
        (other for other in others if shared[other.id]), key=lambda other: -shared[other.id]
    )[:ALIKE]


def _tags(tool: Tool) -> frozenset[str]:
    return frozenset(tag.casefold() for tag in tool.tags)
