"""What sources answered becomes rows: articles, and how each source is doing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlmodel import Session, col, select

from newsletter.fetching.failures import FetchFailed
from newsletter.fetching.fetch_times import EVERY, back_off, wait_asked_for
from newsletter.fetching.fetcher import Fetched
from newsletter.formats.found import Found
from newsletter.gathering import sources
from newsletter.gathering.articles import store_all_found
from newsletter.gathering.items.corrections import Carried, carries_nothing, correct
from newsletter.gathering.items.telling_apart import most_at_one_address
from newsletter.gathering.models import Source
from newsletter.gathering.source_voices import guess_sources

OK, GONE, TOO_MANY = 200, 410, 429  # RFC 9110, 15; RFC 6585, 4
ERROR_CHARS = 500
MANY = 3  # items at one address, before an editor hears of it

SourceOutcome = Literal["read", "unchanged", "failed", "retired", "waiting"]


@dataclass(frozen=True, slots=True)
class SourceAnswer:
    """What one source answered: either `fetched`, with what was found in it, or `error`.

    `code` is the status of HTTP that came with the error, if one did. `body_hash` is the SHA-256 of
    a body that may be left unread when it comes again, else "".
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

    @property
    def outcome(self) -> SourceOutcome:
        """What was done with what was fetched."""
        return "unchanged" if self.is_unchanged else "read"


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What one source gave; `error` says why it failed, was retired, or waits."""

    title: str
    url: str
    outcome: SourceOutcome = "read"
    found: int = 0
    added: int = 0
    error: str = ""
    corrected: int = 0
    at_one_address: int = 0  # items that share an address, 0 if few do

    @property
    def unchanged(self) -> bool:
        return self.outcome == "unchanged"


def failed_answer(source_id: int, error: Exception) -> SourceAnswer:
    """Return the answer of a source that could not be fetched or read."""
    if isinstance(error, FetchFailed):
        return SourceAnswer(
            source_id,
            error=str(error),
            code=error.code,
            retry_after=error.retry_after,
        )
    return SourceAnswer(source_id, error=str(error))


def store_answers(
    session: Session,
    answers: Sequence[SourceAnswer],
    now: datetime,
    carried: Carried = carries_nothing,
) -> list[SourceReport]:
    """Store the articles and note how each source is doing now.

    Returns a report for each answer, in their order. `carried` says which articles an approved
    issue carries.
    """
    by_id = _sources_by_id(session, [answer.source_id for answer in answers])
    stored = store_all_found(session, [(answer.source_id, answer.found) for answer in answers], now)
    reports = []
    for answer, kept in zip(answers, stored, strict=True):
        report = _note(session, by_id[answer.source_id], answer, kept.added, now)
        corrected = correct(session, answer.source_id, kept.items, carried, now)
        reports.append(replace(report, corrected=corrected))
    # Last: a source's own name is one of the things that show what it is.
    guess_sources(session, [by_id[answer.source_id] for answer in answers if answer.found])
    session.flush()
    return reports


def _sources_by_id(session: Session, ids: Collection[int]) -> dict[int, Source]:
    """Return the sources that answered, by id."""
    query = select(Source).where(col(Source.id).in_(ids))
    return {source.key: source for source in session.exec(query)}


def _note(
    session: Session,
    source: Source,
    answer: SourceAnswer,
    added: int,
    now: datetime,
) -> SourceReport:
    """Note what a source answered, and report it."""
    if answer.is_waiting:
        return _note_wait(source, answer, now)
    source.fetched_at = now
    if answer.fetched is None:
        return _note_failure(source, answer, now)
    if added:
        source.new_at = now
    url = source.url  # the report names the address that was asked
    _note_success(source, answer, now)
    _keep_validators(source, answer.fetched, answer.body_hash)
    _follow_move(session, source, answer.fetched)
    return SourceReport(
        source.title,
        url,
        answer.outcome,
        len(answer.found),
        added,
        at_one_address=source.at_one_address,
    )


def _note_wait(source: Source, answer: SourceAnswer, now: datetime) -> SourceReport:
    """Note that a source was not asked, because its host rests."""
    source.due_at = now + EVERY
    return SourceReport(
        source.title,
        source.url,
        "waiting",
        error=answer.error,
    )


def _note_failure(source: Source, answer: SourceAnswer, now: datetime) -> SourceReport:
    """Note a failure; a host that is gone for good retires its source."""
    source.failures += 1
    source.error = answer.error[:ERROR_CHARS]
    _put_off(source, answer, now)
    outcome: SourceOutcome = "failed"
    # A host answers 410 on purpose. A 404 may be a mistake, and is asked again.
    if answer.code == GONE:
        sources.mark_retired(source)
        outcome = "retired"
    return SourceReport(source.title, source.url, outcome, error=source.error)


def _put_off(source: Source, answer: SourceAnswer, now: datetime) -> None:
    """Set when a source that failed is fetched again."""
    # The wish of the host goes before our own back-off, also when it is shorter.
    asked = wait_asked_for(answer.retry_after, now)
    source.due_at = now + (asked or back_off(source.failures, source.key))
    # The host wants to be left alone, so its other sources wait too, even for an editor.
    source.rests_until = source.due_at if asked or answer.code == TOO_MANY else None


def _note_success(source: Source, answer: SourceAnswer, now: datetime) -> None:
    """Note that a source is well."""
    if source.succeeded_at is None:
        source.begun_at = now
    source.succeeded_at = now
    if not answer.is_unchanged:
        most = most_at_one_address(answer.found)
        source.at_one_address = most if most >= MANY else 0
    source.due_at = now + EVERY
    source.rests_until = None
    source.failures = 0
    source.error = ""
    _take_names(source, answer)


def _take_names(source: Source, answer: SourceAnswer) -> None:
    """Fill in the names that a source has not yet."""
    # The editor named it, or it names itself once.
    source.title = source.title or answer.title
    source.home_url = source.home_url or answer.home_url


def _keep_validators(source: Source, fetched: Fetched, body_hash: str) -> None:
    """Keep what lets the source answer "not modified" the next time (RFC 9110, 8.8)."""
    if fetched.status != OK:
        return
    # A source that must be read again each time, as an index of sitemaps, keeps none.
    source.etag = fetched.etag if body_hash else ""
    source.last_modified = fetched.last_modified if body_hash else ""
    source.body_hash = body_hash


def _follow_move(session: Session, source: Source, fetched: Fetched) -> None:
    """Remember where a permanent redirect led (RFC 9110, 15.4.2 and 15.4.9)."""
    if fetched.moved_to and sources.may_move(session, source, fetched.moved_to):
        source.url = fetched.moved_to
