"""Fetching over real HTTP: only what changed is moved, and hosts are treated as they ask."""

from dataclasses import replace
from datetime import timedelta

import pytest

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.fetching.failures import FetchFailed
from newsletter.gathering import sources
from newsletter.gathering.gather import GatheringReport, gather, gather_due
from newsletter.gathering.models import Source
from newsletter.gathering.sources import NewSource
from newsletter.publications.models import Publication
from tests.doubles.faults import feed
from tests.doubles.web import Asked, Web, always, answer
from tests.fetching.rig import LOCAL, fetched
from tests.samples.times import NOON


def add(database: Database, publication: Publication, *urls: str) -> None:
    for url in urls:
        database.write(sources.add, publication.key, NewSource(url))


def at(database: Database, publication: Publication, hours: float = 0) -> GatheringReport:
    return gather(database, publication.key, SetClock(NOON + timedelta(hours=hours)), LOCAL)


def stored(database: Database, publication: Publication) -> list[Source]:
    return list(database.read(sources.all_sources, publication.key))


def test_we_say_who_we_are_and_what_we_can_unpack(web: Web) -> None:
    web.scripts["/feed"] = always(200, feed())
    fetched(web.url + "/feed")
    headers = web.asked[0].headers
    assert headers["user-agent"] == "newsletter/0.1 (+https://letters.example)"
    assert headers["accept-encoding"] == "gzip, deflate"


def test_what_did_not_change_is_not_moved_again(
    database: Database, publication: Publication, web: Web
) -> None:
    def script(asked: Asked) -> list[bytes]:
        same = (
            asked.headers.get("if-none-match") == '"1"'
            and asked.headers.get("if-modified-since") == "Mon, 11 May 2026 10:00:00 GMT"
        )
        return [
            answer(304, content_length="")
            if same
            else answer(200, feed(), etag='"1"', last_modified="Mon, 11 May 2026 10:00:00 GMT")
        ]

    web.scripts["/feed"] = script
    add(database, publication, web.url + "/feed")
    assert [at(database, publication, hours).reports[0].outcome for hours in (0, 1, 2)] == [
        "read",
        "unchanged",
        "unchanged",
    ]


def test_the_same_body_again_is_not_read_even_from_a_server_without_validators(
    database: Database, publication: Publication, web: Web
) -> None:
    web.scripts["/feed"] = always(200, feed())
    add(database, publication, web.url + "/feed")
    assert [at(database, publication, hours).reports[0].outcome for hours in (0, 1)] == [
        "read",
        "unchanged",
    ]
    web.scripts["/feed"] = always(200, feed(3))
    assert at(database, publication, 2).reports[0].outcome == "read"


def test_a_body_that_could_not_be_read_leaves_no_validator_behind(
    database: Database, publication: Publication, web: Web
) -> None:
    web.scripts["/feed"] = always(200, b"<html>down for repairs</html>", etag='"1"')
    add(database, publication, web.url + "/feed")
    at(database, publication)
    (source,) = stored(database, publication)
    assert (source.etag, source.body_hash, source.failures) == ("", "", 1)


@pytest.mark.parametrize("etag", ['"' + "x" * 400 + '"', '"\xe9"'])
def test_a_validator_that_cannot_be_sent_back_as_it_was_is_not_kept(web: Web, etag: str) -> None:
    web.scripts["/feed"] = lambda _: [
        answer(200, feed(), etag="ETAG").replace(b"ETAG", etag.encode("latin-1"))
    ]
    assert fetched(web.url + "/feed").etag == ""


def test_a_permanent_redirect_is_remembered_once_a_feed_was_read_there_and_a_temporary_one_is_not(
    database: Database, publication: Publication, web: Web
) -> None:
    web.scripts |= {
        "/old": always(301, location="/new"),
        "/away": always(302, location="/new-2"),
        "/trap": always(301, location="/login"),
        "/chain": always(308, location="/half"),
        "/half": always(302, location="/new-3"),
        "/login": always(200, b"<html>log in</html>"),
        **{path: always(200, feed()) for path in ("/new", "/new-2", "/new-3")},
    }
    add(database, publication, *(web.url + path for path in ("/old", "/away", "/trap", "/chain")))
    at(database, publication)
    assert [source.url.removeprefix(web.url) for source in stored(database, publication)] == [
        "/new",
        "/away",
        "/trap",
        "/half",
    ]


def test_a_redirect_to_another_source_of_ours_is_followed_and_not_remembered(
    database: Database, publication: Publication, web: Web
) -> None:
    web.scripts |= {"/old": always(301, location="/new"), "/new": always(200, feed())}
    add(database, publication, web.url + "/old", web.url + "/new")
    at(database, publication)
    assert [source.url.removeprefix(web.url) for source in stored(database, publication)] == [
        "/old",
        "/new",
    ]


def test_a_host_that_asks_for_it_is_left_alone_by_all_its_sources_and_even_by_hand(
    database: Database, publication: Publication, web: Web
) -> None:
    web.scripts |= {"/first": always(429, retry_after="7200"), "/second": always(200, feed())}
    add(database, publication, web.url + "/first", web.url + "/second")
    outcomes = [
        [report.outcome for report in at(database, publication, hours).reports]
        for hours in (0, 1.9)
    ]
    assert outcomes == [["failed", "waiting"], ["waiting", "waiting"]]
    assert web.paths() == ["/first"]
    web.scripts["/first"] = always(200, feed())
    assert [report.outcome for report in at(database, publication, 2.1).reports] == ["read", "read"]


def test_the_schedule_asks_a_failing_source_less_and_less_often(
    database: Database, publication: Publication, web: Web
) -> None:
    web.scripts |= {"/broken": always(500), "/well": always(200, feed())}
    add(database, publication, web.url + "/broken", web.url + "/well")
    for half_hours in range(24):
        gather_due(
            database, publication.key, SetClock(NOON + timedelta(minutes=31 * half_hours)), LOCAL
        )
    assert web.paths().count("/well") == 24
    assert 4 <= web.paths().count("/broken") <= 6


def test_a_retired_source_and_an_editors_own_hand_are_not_fetched(
    database: Database, publication: Publication, web: Web
) -> None:
    web.scripts["/gone"] = always(410)
    add(database, publication, web.url + "/gone")
    with database.writing() as session:
        session.add(Source(publication_id=publication.key, url=web.url + "/hand", kind="hand"))
    assert at(database, publication).reports[0].outcome == "retired"
    assert at(database, publication, 1).reports == ()
    assert web.paths() == ["/gone"]


def test_a_body_is_read_up_to_the_limits(web: Web) -> None:
    web.scripts |= {
        "/large": always(200, b"x" * 3000),
        "/long": always(200, b"", content_length="3000"),
        "/packed": always(200, b"x", content_encoding="br"),
    }
    small = replace(LOCAL, max_bytes=2000)
    with pytest.raises(FetchFailed, match="over 2,000 bytes"):
        fetched(web.url + "/large", small)
    with pytest.raises(FetchFailed, match="over 2,000 bytes"):
        fetched(web.url + "/long", small)
    with pytest.raises(FetchFailed, match="packed as br, which we did not ask for"):
        fetched(web.url + "/packed")


def test_redirects_end(web: Web) -> None:
    web.scripts["/round"] = always(302, location="/round")
    with pytest.raises(FetchFailed, match="more than 5 redirects"):
        fetched(web.url + "/round")
    assert len(web.asked) == 6


def test_an_unchanged_answer_that_nobody_asked_for_is_a_failure(web: Web) -> None:
    web.scripts["/feed"] = always(304)
    with pytest.raises(FetchFailed, match="was not asked that"):
        fetched(web.url + "/feed")
