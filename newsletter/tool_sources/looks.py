"""What a look at a source gave becomes rows: its tools, its pages, and how the source is doing."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import Session, col, select, update

from newsletter.database import Database
from newsletter.fetching.failures import FetchFailed
from newsletter.fetching.fetch_times import EVERY, back_off, wait_asked_for
from newsletter.formats.tools.found import FoundTool, ToolList
from newsletter.tool_sources.documents import ToolDocument
from newsletter.tool_sources.importing import ToolAccount, account_of, judge_list, store_list
from newsletter.tool_sources.judging import addresses_of
from newsletter.tool_sources.keys import address_key
from newsletter.tool_sources.models import GatheredTool, ToolSource
from newsletter.tool_sources.storing import store_rows
from newsletter.tool_sources.watching import (
    DuePage,
    PageSight,
    due_pages,
    list_links,
    list_pages,
    note_sight,
)

OK, TOO_MANY = 200, 429  # RFC 9110, 15; RFC 6585, 4
EVERY_TOOLS = timedelta(hours=6)  # tools change less often than news
MOST_KEPT = 100  # rows with a reason that a source keeps of its last look
NOTHING = ToolAccount(0)

LookOutcome = Literal["read", "unchanged", "failed", "waiting"]


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A page that was looked at, and the tool on it if there is one."""

    page: DuePage
    sight: PageSight
    tool: FoundTool | None = None


@dataclass(frozen=True, slots=True)
class LookReport:
    """What a look at one source gave; `error` says why it failed or waits."""

    source_id: int
    title: str
    url: str
    outcome: LookOutcome = "read"
    account: ToolAccount = NOTHING
    pages: int = 0
    error: str = ""


def store_document(
    database: Database,
    source: ToolSource,
    document: ToolDocument,
    now: datetime,
    *,
    allow_private: bool,
) -> tuple[ToolAccount, Sequence[DuePage]]:
    """Store what a source lists; returns its account, and the pages to look at now."""
    account = NOTHING
    if document.listed.tools or document.listed.refused:
        account = store_list(
            database,
            source.key,
            document.listed,
            now,
            allow_private=allow_private,
        )
    if document.whole and document.pages is None:
        database.write(_note_missing, source.key, now)
    pages = database.write(_note_pages, source.key, document.pages, now)
    return account, pages


def store_pages(
    session: Session,
    source_id: int,
    seen: Sequence[SeenPage],
    now: datetime,
    allow_private: bool,
) -> ToolAccount:
    """Store the tools of pages that were looked at, and how each page is."""
    tools = [replace(each.tool, row=row) for row, each in enumerate(seen, 1) if each.tool]
    judged = judge_list(ToolList(tuple(tools)), allow_private=allow_private)
    stored = store_rows(session, source_id, judged, addresses_of(judged), now)
    shown = _gathered_by_address(session, source_id)
    reasons = {row.found.row: row.reason for row in stored.judged if row.outcome == "refused"}
    for row, each in enumerate(seen, 1):
        sight = each.sight if row not in reasons else PageSight(reasons[row])
        gathered_id = shown.get(address_key(each.tool.url)) if each.tool else None
        note_sight(session, each.page.id, sight, now, gathered_id)
    session.flush()
    return account_of([stored])


def note_success(
    session: Session,
    looked: ToolSource,
    document: ToolDocument,
    account: ToolAccount,
    now: datetime,
) -> None:
    """Note that a source is well, and what its look gave; `looked` is how it was then.

    One whose path an editor changed meanwhile is looked at again at once, and read anew.
    """
    source = session.get_one(ToolSource, looked.key)
    if source.below != looked.below:
        return
    source.looked_at = now
    source.succeeded_at = now
    source.rests_until = None
    source.failures = 0
    source.error = ""
    # Pages that are left are looked at soon: a new source is not to take weeks.
    source.due_at = now + (EVERY if due_pages(session, source, now) else EVERY_TOOLS)
    if not document.is_unchanged:
        source.note = document.note[:500]
    if account.read:
        source.account = {**asdict(account), "rows": list(account.rows[:MOST_KEPT])}
    _keep_validators(source, document)


def note_failure(
    session: Session,
    source_id: int,
    error: Exception,
    now: datetime,
) -> None:
    """Note that a source failed: it is asked less and less often, and as its host asks."""
    source = session.get_one(ToolSource, source_id)
    source.looked_at = now
    source.failures += 1
    source.error = str(error)[:500]
    code, asked = None, None
    if isinstance(error, FetchFailed):
        code, asked = error.code, wait_asked_for(error.retry_after, now)
    source.due_at = now + max(asked or back_off(source.failures, source_id), EVERY)
    source.rests_until = source.due_at if asked or code == TOO_MANY else None


def note_wait(
    session: Session,
    source_id: int,
    now: datetime,
) -> None:
    """Note that a source was not asked, because its host rests."""
    session.get_one(ToolSource, source_id).due_at = now + EVERY


def _note_missing(
    session: Session,
    source_id: int,
    now: datetime,
) -> None:
    """Note which tools of a source its whole list does not show any more."""
    missing = update(GatheredTool).where(
        col(GatheredTool.source_id) == source_id,
        col(GatheredTool.seen_at) < now,
        col(GatheredTool.missing_at).is_(None),
    )
    session.exec(missing.values(missing_at=now))


def _note_pages(
    session: Session,
    source_id: int,
    pages: Sequence[str] | None,
    now: datetime,
) -> Sequence[DuePage]:
    source = session.get_one(ToolSource, source_id)
    if source.kind != "pages":
        list_links(session, source)
    elif pages is not None:
        list_pages(session, source, pages, now)
    return due_pages(session, source, now)


def _gathered_by_address(session: Session, source_id: int) -> dict[str, int]:
    publication = select(ToolSource.publication_id).where(ToolSource.id == source_id)
    query = select(GatheredTool.address_key, GatheredTool.id).where(
        col(GatheredTool.publication_id).in_(publication)
    )
    return {key: gathered_id for key, gathered_id in session.exec(query) if gathered_id}


def _keep_validators(source: ToolSource, document: ToolDocument) -> None:
    """Keep what lets the source answer "not modified" the next time (RFC 9110, 8.8)."""
    fetched = document.fetched
    if fetched is None or fetched.status != OK:
        return
    source.etag = fetched.etag if document.digest else ""
    source.last_modified = fetched.last_modified if document.digest else ""
    source.body_hash = document.digest
