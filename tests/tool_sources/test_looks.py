"""How a source is doing after a look: asked less often when it fails, soon while pages are left."""

from datetime import timedelta

from sqlmodel import Session

from newsletter.fetching.failures import FetchFailed
from newsletter.fetching.fetcher import Fetched
from newsletter.publications.models import Publication
from newsletter.tool_sources import looks, sources
from newsletter.tool_sources.documents import ToolDocument
from newsletter.tool_sources.models import ToolSource, WatchedPage
from tests.samples.times import NOON

MINUTES = timedelta(minutes=1)


def source(session: Session, publication: Publication) -> ToolSource:
    new = sources.NewToolSource("https://shelf.example/map.xml", "pages")
    return sources.add(session, publication.key, new, NOON)


def test_a_source_that_fails_waits_longer_each_time_and_as_its_host_asks(
    session: Session, publication: Publication
) -> None:
    row = source(session, publication)
    waits = []
    for _ in range(4):
        looks.note_failure(session, row.key, FetchFailed("HTTP 500", 500), NOON)
        waits.append((row.due_at or NOON) - NOON)
    assert waits == sorted(waits)
    assert waits[0] >= 30 * MINUTES < waits[-1]
    looks.note_failure(session, row.key, FetchFailed("HTTP 429", 429, "18000"), NOON)
    assert row.due_at == row.rests_until == NOON + timedelta(hours=5)
    looks.note_wait(session, row.key, NOON)
    assert row.due_at == NOON + 30 * MINUTES


def test_a_look_that_went_well_forgets_failures_and_keeps_what_says_unchanged(
    session: Session, publication: Publication
) -> None:
    row = source(session, publication)
    looks.note_failure(session, row.key, FetchFailed("HTTP 500", 500), NOON)
    document = ToolDocument(Fetched(200, row.url, b"x", etag='"1"'), "digest", note="Bounded.")
    looks.note_success(session, row, document, looks.NOTHING, NOON)
    assert (row.failures, row.error, row.etag, row.body_hash) == (0, "", '"1"', "digest")
    assert (row.note, row.due_at) == ("Bounded.", NOON + timedelta(hours=6))
    session.add(WatchedPage(source_id=row.key, url="https://shelf.example/tools/pen"))
    session.flush()
    index = ToolDocument(Fetched(200, row.url, b"x", etag='"2"'))
    looks.note_success(session, row, index, looks.NOTHING, NOON)
    assert row.etag == "", "an index stays the same while what it names changes"
    assert row.due_at == NOON + 30 * MINUTES, "a page is left"


def test_a_path_that_is_changed_while_a_source_is_looked_at_is_looked_at_anew(
    session: Session, publication: Publication
) -> None:
    """Else the site would say "not modified", and nobody would look at the new path."""
    row = source(session, publication)
    looked = ToolSource(**row.model_dump())
    changed = {"title": "Shelf", "below": "/tools/", "rule": "ask"}
    sources.change(session, publication.key, row.key, **changed)
    document = ToolDocument(Fetched(200, row.url, b"x", etag='"1"'), "digest")
    looks.note_success(session, looked, document, looks.NOTHING, NOON)
    assert (row.etag, row.body_hash, row.due_at) == ("", "", None)
