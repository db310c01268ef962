"""What a source answered is kept: when it is asked again, and by which address."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from newsletter.errors import Refused
from newsletter.fetching.failures import FetchFailed
from newsletter.fetching.fetch_times import EVERY
from newsletter.fetching.fetcher import Fetched
from newsletter.formats.found import Found
from newsletter.gathering import sources
from newsletter.gathering.models import Source
from newsletter.gathering.source_answers import (
    SourceAnswer,
    SourceReport,
    failed_answer,
    store_answers,
)
from newsletter.gathering.sources import NewSource
from newsletter.publications.models import Publication
from tests.samples.times import NOON

URL = "https://news.example/feed"


@pytest.fixture
def source(session: Session, publication: Publication) -> Source:
    return sources.add(session, publication.key, NewSource(URL))


def fetched(**fields: object) -> Fetched:
    known = {"url": URL, "status": 200, "body": b"x", "etag": '"1"', "last_modified": "Monday"}
    return Fetched(**{**known, **fields})  # type: ignore[arg-type]


def store(session: Session, *answers: SourceAnswer) -> list[SourceReport]:
    return store_answers(session, answers, NOON)


def test_a_source_that_was_read_is_well_again_and_named_by_itself_if_nobody_named_it(
    session: Session, source: Source
) -> None:
    store(session, SourceAnswer(source.key, error="HTTP 500"))
    found = [Found("https://news.example/a", "A"), Found("https://news.example/b", "B")]
    answer = SourceAnswer(source.key, fetched(), "digest", "News", "https://news.example/", found)
    assert store(session, answer) == [SourceReport("News", URL, "read", found=2, added=2)]
    assert (source.failures, source.error, source.new_at) == (0, "", NOON)
    assert source.due_at == NOON + EVERY
    assert (source.etag, source.last_modified, source.body_hash) == ('"1"', "Monday", "digest")


def test_what_must_be_read_again_each_time_keeps_no_validators(
    session: Session, source: Source
) -> None:
    store(session, SourceAnswer(source.key, fetched(), "digest"))
    store(session, SourceAnswer(source.key, fetched(), ""))
    assert (source.etag, source.last_modified, source.body_hash) == ("", "", "")


def test_a_host_that_asks_for_rest_gets_it_and_another_failure_waits_for_itself_only(
    session: Session, source: Source
) -> None:
    store(session, failed_answer(source.key, FetchFailed("HTTP 500", 500)))
    assert source.rests_until is None
    store(session, failed_answer(source.key, FetchFailed("HTTP 429", 429, "7200")))
    assert source.rests_until == source.due_at == NOON + timedelta(hours=2)
    assert source.failures == 2


def test_a_host_that_says_gone_for_good_retires_its_source(
    session: Session, source: Source
) -> None:
    (report,) = store(session, failed_answer(source.key, FetchFailed("HTTP 410", 410)))
    assert (report.outcome, report.error) == ("retired", "HTTP 410")
    assert (source.status, source.due_at) == ("retired", None)


def test_a_source_whose_host_rests_was_not_asked_and_has_not_failed(
    session: Session, source: Source
) -> None:
    (report,) = store(session, SourceAnswer(source.key, error="wait", is_waiting=True))
    assert report.outcome == "waiting"
    assert (source.failures, source.fetched_at) == (0, None)


def test_a_permanent_redirect_is_remembered_unless_it_leads_to_plain_http(
    session: Session, source: Source
) -> None:
    store(session, SourceAnswer(source.key, fetched(moved_to="http://news.example/new"), "d"))
    assert source.url == URL
    (report,) = store(
        session, SourceAnswer(source.key, fetched(moved_to="https://news.example/new"), "d")
    )
    assert (report.url, source.url) == (URL, "https://news.example/new")


def test_an_answer_of_an_error_that_is_not_of_http_has_its_words_only() -> None:
    assert failed_answer(7, Refused("No feed.")) == SourceAnswer(7, error="No feed.")


def test_items_that_share_an_address_are_counted_where_they_are_many(
    session: Session, source: Source
) -> None:
    changes = [Found(f"https://news.example/log#v{n}", f"Version {n}") for n in range(3)]
    (report,) = store(session, SourceAnswer(source.key, fetched(), found=changes))
    assert (report.added, report.at_one_address, source.at_one_address) == (3, 3, 3)
    (report,) = store(session, SourceAnswer(source.key, fetched(), found=changes[:2]))
    assert (report.added, report.at_one_address) == (0, 0)


def test_a_corrected_title_is_counted(session: Session, source: Source) -> None:
    for title, corrected in (("Ferrry", 0), ("Ferry", 1), ("Ferry", 0)):
        answer = SourceAnswer(source.key, fetched(), found=[Found("https://news.example/a", title)])
        (report,) = store(session, answer)
        assert report.corrected == corrected
