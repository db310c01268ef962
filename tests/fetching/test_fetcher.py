"""Fetching over real HTTP: only what changed is moved, hosts are treated as they ask, and no address gets around the guard."""

import asyncio
import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.fetching.connecting import Guard, resolve
from newsletter.fetching.failures import FetchFailed
from newsletter.fetching.fetcher import Fetched, open_fetcher
from newsletter.fetching.hosts import is_public
from newsletter.fetching.limits import Limits
from newsletter.gathering import sources
from newsletter.gathering.gather import GatheringReport, gather, gather_due
from newsletter.gathering.models import Source
from newsletter.gathering.sources import NewSource
from newsletter.publications.models import Publication
from tests.doubles.faults import feed
from tests.doubles.web import Asked, Internet, Web, always, answer, serving
from tests.samples.times import NOON

LOCAL = Limits(allow_private=True, contact="https://letters.example")


@pytest.fixture
def web() -> Iterator[Web]:
    with serving({}) as made:
        yield made


def fetched(url: str, limits: Limits = LOCAL, guard: Guard | None = None) -> Fetched:
    async def fetch() -> Fetched:
        async with open_fetcher(limits, guard) as fetcher:
            return await fetcher.fetch(url)

    return asyncio.run(fetch())


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


@pytest.mark.parametrize(
    "host",
    [
        *(
            "127.0.0.1",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "127.1",
            "localhost",
            "0",
            "0.0.0.0",
            "10.1.2.3",
            "169.254.169.254",
        ),
        *(
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[::127.0.0.1]",
            "[::ffff:0:127.0.0.1]",
            "[64:ff9b::7f00:1]",
        ),
        *(
            "[64:ff9b:1::7f00:1]",
            "[2002:7f00:1::]",
            "[2001::1]",
            "[fe80::1]",
            "[fc00::1]",
            "[fec0::1]",
            "[ff02::1]",
        ),
        *(
            "100.64.0.1",
            "192.168.0.1",
            "172.16.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "198.18.0.1",
            "①②⑦.⓪.⓪.①",
        ),
    ],
)
def test_no_form_of_a_private_address_is_connected_to(web: Web, host: str) -> None:
    internet = Internet(web)
    guard = internet.guard(resolve)
    with pytest.raises(FetchFailed):
        fetched(f"http://{host}/feed", Limits(), guard)
    assert internet.connected == []
    guard.close()


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "::ffff:93.184.215.14"])
def test_a_public_address_is_let_through(address: str) -> None:
    assert is_public(address)


def test_a_name_is_resolved_once_and_what_was_checked_is_connected_to(web: Web) -> None:
    web.scripts["/feed"] = always(200, feed())
    internet = Internet(web)
    internet.addresses["rebinding.test"] = [["93.184.215.14"], ["127.0.0.1"]]
    guard = internet.guard()
    assert fetched("http://rebinding.test/feed", Limits(), guard).status == 200
    assert (internet.resolved, internet.connected) == (["rebinding.test"], ["93.184.215.14"])
    with pytest.raises(FetchFailed, match="not a public address"):
        fetched("http://rebinding.test/feed", Limits(), guard)
    assert internet.connected == ["93.184.215.14"]
    guard.close()


def test_an_address_that_does_not_answer_gives_way_to_the_next(web: Web) -> None:
    web.scripts["/feed"] = always(200, feed())
    internet = Internet(web)
    internet.addresses["two.test"] = [["2606:4700::1111", "93.184.215.14"]]
    internet.closed.add("2606:4700::1111")
    guard = internet.guard()
    assert fetched("http://two.test/feed", Limits(), guard).status == 200
    assert internet.connected == ["2606:4700::1111", "93.184.215.14"]
    guard.close()


@pytest.mark.parametrize(
    "url",
    [
        "http://news.test:8080/",
        "http://news.test:22/",
        "ftp://news.test/",
        "http://me:pw@news.test/",
        "http:///x",
        "http://[/",
    ],
)
def test_other_ports_schemes_and_passwords_are_refused(web: Web, url: str) -> None:
    internet = Internet(web)
    guard = internet.guard()
    with pytest.raises(FetchFailed):
        fetched(url, Limits(), guard)
    assert internet.connected == []
    guard.close()


def test_a_port_where_nobody_listens_is_no_connection() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(FetchFailed, match="no connection"):
        fetched(f"http://127.0.0.1:{port}/feed")
