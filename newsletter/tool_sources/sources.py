"""Tool sources: adding, listing, changing and removing them, and which are to be looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlmodel import Session, col, func, select

from newsletter.errors import Conflict, NotFound, Refused
from newsletter.fetching.hosts import host_of, is_plain_address
from newsletter.statements import add_and_flush
from newsletter.text import one_line
from newsletter.tool_sources.models import GatheredTool, ToolSource

KINDS = ("list", "feed", "pages")
RULES = ("ask", "accept")
URL_CHARS, TITLE_CHARS, BELOW_CHARS = 2000, 200, 200
FILE = "file://"
OLDEST_FIRST = col(ToolSource.id)


class BadToolSource(Refused):
    """A tool source is an http or https address of a list, a feed or a sitemap; at the terminal
    also a file of this machine. Its rule is ask or accept.
    """


class KnownToolSource(Conflict):
    """That tool source is there already."""

    hint = "`newsletter tool source list` shows it."


class NoToolSource(NotFound):
    """There is no such tool source."""

    hint = "`newsletter tool source list` shows those there are."


@dataclass(frozen=True, slots=True)
class NewToolSource:
    """A tool source to be added, as it was looked at. `below` is of pages alone: "/tools/"."""

    url: str
    kind: str
    title: str = ""
    below: str = ""
    rule: str = "ask"


def check_new(
    session: Session,
    publication_id: int,
    url: str,
) -> None:
    """Raise BadToolSource or KnownToolSource unless `url` can be added."""
    if not _is_address(url):
        raise BadToolSource
    known = _find_by_url(session, publication_id, url)
    if known is not None and known.status == "active":
        raise KnownToolSource


def add(
    session: Session,
    publication_id: int,
    new: NewToolSource,
    now: datetime,
) -> ToolSource:
    """Add a tool source, or bring back a removed one. Raises BadToolSource or KnownToolSource."""
    check_new(session, publication_id, new.url)
    if new.kind not in KINDS or new.rule not in RULES:
        raise BadToolSource
    source = _find_by_url(session, publication_id, new.url)
    if source is None:
        source = ToolSource(
            publication_id=publication_id,
            kind=new.kind,
            url=new.url,
            added_at=now,
        )
    else:
        source.move_to("active")
        source.kind = new.kind
        _begin_anew(source)
    _describe(source, new.title or title_of(new.url), new.below, new.rule)
    return add_and_flush(session, source)


def change(
    session: Session,
    publication_id: int,
    source_id: int,
    *,
    title: str,
    below: str,
    rule: str,
) -> ToolSource:
    """Set title, path and rule of a source. Raises NoToolSource or BadToolSource."""
    source = read_source(session, publication_id, source_id)
    if rule not in RULES:
        raise BadToolSource
    if one_line(below) != source.below:
        _begin_anew(source)
    _describe(source, title or title_of(source.url), below, rule)
    session.flush()
    return source


def remove(
    session: Session,
    publication_id: int,
    source_id: int,
) -> ToolSource:
    """Look at a source no more; its tools stay, and what waits still waits."""
    source = read_source(session, publication_id, source_id)
    source.move_to("removed")
    session.flush()
    return source


def look_soon(
    session: Session,
    publication_id: int,
    source_id: int,
) -> ToolSource:
    """Let the schedule look at a source with its next tick, unless its host wants rest."""
    source = read_source(session, publication_id, source_id)
    source.due_at = source.rests_until
    session.flush()
    return source


def read_source(
    session: Session,
    publication_id: int,
    source_id: int,
) -> ToolSource:
    """Return a source of the publication; raises NoToolSource."""
    source = session.get(ToolSource, source_id)
    if source is None or source.publication_id != publication_id:
        raise NoToolSource
    return source


def all_sources(session: Session, publication_id: int) -> Sequence[ToolSource]:
    """Return the tool sources that were not removed, in the order in which they were added."""
    query = select(ToolSource).filter_by(publication_id=publication_id, status="active")
    return session.exec(query.order_by(OLDEST_FIRST)).all()


def due_sources(
    session: Session,
    publication_id: int,
    now: datetime,
) -> Sequence[ToolSource]:
    """Return the sources that the schedule looks at now."""
    return [source for source in all_sources(session, publication_id) if _is_due(source, now)]


def resting_hosts(session: Session, now: datetime) -> dict[str, datetime]:
    """Return the hosts that asked a tool source to leave them alone, and until when."""
    query = select(ToolSource.url, ToolSource.rests_until).where(col(ToolSource.rests_until) > now)
    return {host_of(url): until for url, until in session.exec(query) if until is not None}


def count_tools(session: Session, publication_id: int) -> dict[tuple[int, str], int]:
    """Return how many gathered tools each source has, by its id and their status."""
    query = (
        select(GatheredTool.source_id, GatheredTool.status, func.count())
        .filter_by(publication_id=publication_id)
        .group_by(col(GatheredTool.source_id), col(GatheredTool.status))
    )
    return {(source_id, status): count for source_id, status, count in session.exec(query)}


def titles(session: Session, publication_id: int) -> dict[int, str]:
    """Return what each source of the publication is called, removed ones too."""
    query = select(ToolSource.id, ToolSource.title).filter_by(publication_id=publication_id)
    return {source_id: title for source_id, title in session.exec(query) if source_id}


def title_of(url: str) -> str:
    """Return what a source is called if nobody named it: the host, or the name of the file."""
    parts = urlsplit(url)
    return (parts.hostname or unquote(parts.path.rpartition("/")[2]) or url)[:TITLE_CHARS]


def file_address(path: Path) -> str:
    """Return the address of a file of this machine."""
    return path.resolve().as_uri()


def file_path(url: str) -> Path:
    """Return the path in the address of a file."""
    return Path(unquote(url.removeprefix(FILE)))


def _is_address(url: str) -> bool:
    return len(url) <= URL_CHARS and (url.startswith(FILE) or is_plain_address(url))


def _is_due(source: ToolSource, now: datetime) -> bool:
    return source.due_at is None or source.due_at <= now


def _find_by_url(
    session: Session,
    publication_id: int,
    url: str,
) -> ToolSource | None:
    query = select(ToolSource).filter_by(publication_id=publication_id, url=url)
    return session.exec(query).one_or_none()


def _describe(
    source: ToolSource,
    title: str,
    below: str,
    rule: str,
) -> None:
    source.title = _short(title, TITLE_CHARS)
    source.below = _short(below, BELOW_CHARS)
    source.rule = rule


def _short(text: str, most: int) -> str:
    return one_line(text)[:most]


def _begin_anew(source: ToolSource) -> None:
    """Look at a source at once, and as if for the first time."""
    source.due_at = None
    source.body_hash = ""
    source.etag = ""
    source.last_modified = ""
    source.failures = 0
    source.error = ""
