"""Keeping: what sources answered becomes rows: articles, and how each source stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlmodel import Session, col, select

from newsletter.fetching.failures import FetchFailed
from newsletter.fetching.fetcher import Fetched
from newsletter.formats.found import Found
from newsletter.gathering import sources
from newsletter.gathering.articles import store_all_found
from newsletter.gathering.fetch_times import EVERY, back_off, wait_asked_for
from newsletter.gathering.models import Source

GONE, TOO_MANY = 410, 429


@dataclass(frozen=True, slots=True)
class SourceAnswer:
    """What one source answered. Either `fetched`, with what was found in it, or `error` with the status `code` of HTTP if there was one.

    `body_hash` is the SHA-256 of a body that may be left unread when it comes again, else "".
    """

    source_id: int
    fetched: Fetched | None = None
    body_hash: str = ""
    title: str = ""
    home_url: str = ""
    found: Sequence[Found] = ()
    is_unchanged: bool = False
    error: str = ""
    code: int | None = None
    retry_after: str = ""
    is_waiting: bool = False  # its host asked to be left alone: it was not asked


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What one source gave; `error` says why it failed, was retired, or waits."""

    title: str
    url: str
    outcome: Literal["read", "unchanged", "failed", "retired", "waiting"] = "read"
    found: int = 0
    added: int = 0
    error: str = ""

    @property
    def unchanged(self) -> bool:
        return self.outcome == "unchanged"


def failed_answer(source_id: int, error: Exception) -> SourceAnswer:
    """Return the answer of a source that could not be fetched or read."""
    if isinstance(error, FetchFailed):
        return SourceAnswer(
            source_id, error=str(error), code=error.code, retry_after=error.retry_after
        )
    return SourceAnswer(source_id, error=str(error))


def store_answers(
    session: Session, answers: Sequence[SourceAnswer], now: datetime
) -> list[SourceReport]:
    """Store the articles and note how each source stands now; reports in the order of the answers."""
    rows = session.exec(
        select(Source).where(col(Source.id).in_([answer.source_id for answer in answers]))
    ).all()
    by_id = {source.id: source for source in rows}
    added = store_all_found(session, [(answer.source_id, answer.found) for answer in answers], now)
    reports = []
    for answer, count in zip(answers, added, strict=True):
        source = by_id[answer.source_id]
        if answer.is_waiting:
            source.due_at = now + EVERY
            reports.append(SourceReport(source.title, source.url, "waiting", error=answer.error))
            continue
        source.fetched_at = now
        if answer.fetched is None:
            reports.append(_failed(source, answer, now))
        else:
            reports.append(_succeeded(session, source, answer.fetched, answer, count, now))
    session.flush()
    return reports


def _succeeded(
    session: Session,
    source: Source,
    fetched: Fetched,
    answer: SourceAnswer,
    added: int,
    now: datetime,
) -> SourceReport:
    source.succeeded_at, source.due_at, source.rests_until = now, now + EVERY, None
    source.failures, source.error = 0, ""
    source.new_at = now if added else source.new_at
    source.title, source.home_url = source.title or answer.title, source.home_url or answer.home_url
    if fetched.status == 200:
        is_final = bool(answer.body_hash)  # what must be read again each time keeps no validators
        source.etag, source.last_modified = (
            (fetched.etag, fetched.last_modified) if is_final else ("", "")
        )
        source.body_hash = answer.body_hash
    url = source.url
    if fetched.moved_to and sources.may_move(session, source, fetched.moved_to):
        source.url = fetched.moved_to
    outcome: Literal["read", "unchanged"] = "unchanged" if answer.is_unchanged else "read"
    return SourceReport(source.title, url, outcome, len(answer.found), added)


def _failed(source: Source, answer: SourceAnswer, now: datetime) -> SourceReport:
    source.failures += 1
    source.error = answer.error[:500]
    asked = wait_asked_for(answer.retry_after, now)
    source.due_at = now + (asked or back_off(source.failures, source.key))
    source.rests_until = source.due_at if asked or answer.code == TOO_MANY else None
    if answer.code == GONE:
        sources.mark_retired(source)
        return SourceReport(source.title, source.url, "retired", error=source.error)
    return SourceReport(source.title, source.url, "failed", error=source.error)
