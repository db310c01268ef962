"""Pages that are looked at one by one: which are due, and what a look says of a page.

Of a site they are the pages that its sitemap lists. Of a list or a feed they are the links of the
tools that were accepted: a dead link is pointed out before readers meet it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlmodel import Session, col, delete, or_, select, update

from newsletter.fetching.failures import FetchFailed
from newsletter.formats.links import FILES, same_site
from newsletter.statements import insert_new
from newsletter.tool_sources.models import GatheredTool, ToolSource, WatchedPage
from newsletter.tools.models import Tool

MOST_PAGES = 500  # of one source
PAGES_A_LOOK = 40  # hosts do not like to be read from end to end
AGAIN = timedelta(days=7)  # between two looks at one page
SOON = timedelta(days=1)  # after a failure
NOTHING_THERE, GONE = 404, 410
DEAD_AFTER = 2  # looks, a day apart, that found nothing: the first may be a mistake
LOGINS = ("login", "signin", "sign-in", "log-in", "auth", "sso", "signup", "sign-up")


@dataclass(frozen=True, slots=True)
class DuePage:
    """A page to be looked at."""

    id: int
    url: str
    failures: int = 0
    image_url: str = ""  # of the tool that readers see, if its link is looked at


@dataclass(frozen=True, slots=True)
class PageSight:
    """What a look at a page gave: no `error` if it is as it should be.

    `code` is the status of HTTP that came with the error; `trouble` is what editors hear of.
    """

    error: str = ""
    code: int | None = None
    trouble: str = ""


def chosen_pages(
    listed: Sequence[str],
    url: str,
    below: str,
) -> list[str]:
    """Return the pages of a sitemap that may be of tools: on its own site, below a path, no files.

    All of them: who calls this takes the first, and says how many there are.
    """
    return [page for page in listed if _is_wanted(page, url, below)]


def sight_of_failure(error: Exception, failures: int) -> PageSight:
    """Return what a failed look says of a page that failed so many times in a row before."""
    code = error.code if isinstance(error, FetchFailed) else None
    # A host that is broken for now is not dead, however often it is asked: 500 is no 404.
    is_dead = code == GONE or (code == NOTHING_THERE and failures + 1 >= DEAD_AFTER)
    trouble = f"Its link is dead (HTTP {code})." if is_dead else ""
    return PageSight(str(error), code, trouble)


def sight_of_redirect(asked: str, answered: str) -> PageSight:
    """Return what the address that answered says of the page that was asked for."""
    if not same_site(asked, answered):
        host = urlsplit(answered).hostname or ""
        return PageSight(f"It leads to {host}.", trouble=f"Its link leads to {host} now.")
    names = urlsplit(answered).path.lower().strip("/").split("/")
    if asked != answered and not set(LOGINS).isdisjoint(names):
        return PageSight("It asks for a login.", trouble="Its link asks for a login now.")
    return PageSight()


def due_pages(
    session: Session,
    source: ToolSource,
    now: datetime,
) -> list[DuePage]:
    """Return the pages of a source to look at now: those never looked at first, then the oldest."""
    due_at = col(WatchedPage.due_at)
    query = (
        select(WatchedPage, Tool.image_url)
        .outerjoin(GatheredTool, col(GatheredTool.id) == col(WatchedPage.gathered_id))
        .outerjoin(Tool, col(Tool.id) == col(GatheredTool.tool_id))
        .where(col(WatchedPage.source_id) == source.id, or_(due_at.is_(None), due_at <= now))
        .order_by(due_at.is_not(None), due_at, col(WatchedPage.id))
        .limit(PAGES_A_LOOK)
    )
    return [
        DuePage(page.key, page.url, page.failures, image_url or "")
        for page, image_url in session.exec(query)
    ]


def list_pages(
    session: Session,
    source: ToolSource,
    pages: Sequence[str],
    now: datetime,
) -> None:
    """Keep the pages that a site lists now; tools of those that it lists no more are missing."""
    wanted = set(pages)
    known = {
        page.url: page for page in session.exec(select(WatchedPage).filter_by(source_id=source.id))
    }
    gone = [page for url, page in known.items() if url not in wanted]
    shown = [page.gathered_id for page in gone if page.gathered_id]
    missing = update(GatheredTool).where(col(GatheredTool.id).in_(shown))
    session.exec(missing.values(missing_at=now))
    session.exec(delete(WatchedPage).where(col(WatchedPage.id).in_([page.key for page in gone])))
    _add_pages(session, source, [(url, None) for url in pages if url not in known])


def list_links(session: Session, source: ToolSource) -> None:
    """Watch the links of the tools that came from a list or a feed, and are shown to readers."""
    shown = (
        select(GatheredTool.id, Tool.url)
        .join(Tool, col(Tool.id) == col(GatheredTool.tool_id))
        .where(GatheredTool.source_id == source.id, Tool.status == "active")
    )
    links = {url: gathered_id for gathered_id, url in session.exec(shown)}
    known = session.exec(select(WatchedPage).filter_by(source_id=source.id)).all()
    gone = [page.key for page in known if page.url not in links]
    session.exec(delete(WatchedPage).where(col(WatchedPage.id).in_(gone)))
    there = {page.url for page in known}
    _add_pages(session, source, [pair for pair in links.items() if pair[0] not in there])


def note_sight(
    session: Session,
    page_id: int,
    sight: PageSight,
    now: datetime,
    gathered_id: int | None = None,
) -> None:
    """Note what a look at a page gave; a page that was forgotten meanwhile stays so."""
    page = session.get(WatchedPage, page_id)
    if page is None:
        return
    page.looked_at = now
    page.due_at = now + (SOON if sight.code else AGAIN)
    page.failures = page.failures + 1 if sight.code else 0
    page.error = sight.error[:500]
    page.trouble = sight.trouble[:300]
    page.gathered_id = gathered_id or page.gathered_id


def _is_wanted(
    page: str,
    url: str,
    below: str,
) -> bool:
    path = urlsplit(page).path
    return _is_below(path, below) and same_site(page, url)


def _is_below(path: str, below: str) -> bool:
    """True for a page below a path; a picture or another file is none."""
    return path.startswith(below or "/") and not FILES.search(path)


def _add_pages(
    session: Session,
    source: ToolSource,
    pages: Sequence[tuple[str, int | None]],
) -> None:
    rows = [_new_page(source.key, url, gathered_id) for url, gathered_id in pages]
    # No rows at all would be one row without any value.
    if rows:
        insert_new(session, WatchedPage, rows)


def _new_page(
    source_id: int,
    url: str,
    gathered_id: int | None,
) -> Mapping[str, object]:
    return {
        "source_id": source_id,
        "url": url,
        "gathered_id": gathered_id,
        "failures": 0,
        "error": "",
        "trouble": "",
    }
