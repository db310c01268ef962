"""Connecting: no address gets around the guard, and what was checked is connected to."""

import socket

import pytest

from newsletter.fetching.connecting import resolve
from newsletter.fetching.failures import FetchFailed
from newsletter.fetching.limits import Limits
from tests.doubles.faults import feed
from tests.doubles.web import Internet, Web, always
from tests.fetching.rig import fetched


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


def test_a_port_where_nobody_listens_is_no_connection() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(FetchFailed, match="no connection"):
        fetched(f"http://127.0.0.1:{port}/feed")


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


def test_one_private_address_among_public_ones_spoils_a_name(web: Web) -> None:
    internet = Internet(web)
    internet.addresses["mixed.test"] = [["93.184.215.14", "10.1.2.3"]]
    guard = internet.guard()
    with pytest.raises(FetchFailed, match="not a public address"):
        fetched("http://mixed.test/feed", Limits(), guard)
    assert internet.connected == []
    guard.close()
