"""The protocol: each wait for the other side ends, and a full house lets a reader in."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from newsletter.runtime import Runtime
from newsletter.serving.connections import ConnectionLimits
from newsletter.serving.pages import web
from newsletter.serving.protocol import MOST_IN_A_ROW
from newsletter.web.security import headers_of
from tests.serving.raw import all_that_comes, connected, listening_runtime

HASTY = ConnectionLimits(head_s=0.3, body_s=0.3, taking_s=0.3, least_bytes_a_s=1_000_000)
ENOUGH_S = 40  # nobody is cut off so late, however busy the machine is
HEAD = b"GET /welcome HTTP/1.1\r\nhost: news.example\r\n"
POST = b"POST /subscribe HTTP/1.1\r\nhost: news.example\r\ncontent-length: 1000\r\n"
FORM = b"content-type: application/x-www-form-urlencoded\r\n\r\nemail="


@pytest.fixture
def runtime(sqlite_url: str) -> Iterator[Runtime]:
    with listening_runtime(sqlite_url) as opened:
        yield opened


def keeps_sending(connection: socket.socket, piece: bytes) -> float:
    """Send without reading until the connection is cut off; returns after how many seconds."""
    begun = time.monotonic()
    try:
        while time.monotonic() - begun < ENOUGH_S:
            connection.sendall(piece)
            time.sleep(0.02)  # slow senders are the case
    except OSError:
        pass
    return time.monotonic() - begun


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (b"", b""),
        (b"GET / HT", b"HTTP/1.1 408 "),
        (HEAD, b"HTTP/1.1 408 "),
        (POST + FORM, b"HTTP/1.1 408 "),
        (HEAD + b"x: " + b"y" * 100_000, b"HTTP/1.1 431 "),
    ],
    ids=["silent", "half a line", "half a head", "half a body", "a head without an end"],
)
def test_who_keeps_us_waiting_hears_so_and_is_cut_off(
    sent: bytes, answer: bytes, runtime: Runtime
) -> None:
    with web(runtime, HASTY), connected(runtime, sent) as connection:
        assert all_that_comes(connection).startswith(answer)


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (b"GET /welcome HTTP/1.1\r\n\r\n", b"HTTP/1.1 400 "),
        (HEAD + b"host: other.example\r\n\r\n", b"HTTP/1.1 400 "),
        (b"GET /welcome HTTP/1.0\r\n\r\n", b"HTTP/1.1 200 "),
        (HEAD + b"x: " + b"y" * 70_000 + b"\r\n\r\n", b"HTTP/1.1 431 "),
        (HEAD + b"x: y\r\n" * 12_000 + b"\r\n", b"HTTP/1.1 431 "),
        (b"GET /" + b"y" * 70_000 + b" HTTP/1.1\r\nhost: n\r\n\r\n", b"HTTP/1.1 431 "),
        (HEAD + b"x: " + b"y" * 60_000 + b"\r\n\r\n", b"HTTP/1.1 200 "),
    ],
    ids=["no host", "two", "none in 1.0", "one field", "many fields", "address", "just in"],
)
def test_a_whole_head_is_refused_that_is_too_large_or_names_no_host_or_two(
    sent: bytes, answer: bytes, runtime: Runtime
) -> None:
    quiet = ConnectionLimits(head_s=0.3)
    with web(runtime, quiet), connected(runtime, sent) as connection:
        assert all_that_comes(connection).startswith(answer)


def test_a_byte_now_and_then_does_not_make_a_request_longer(runtime: Runtime) -> None:
    with web(runtime, HASTY), connected(runtime, HEAD) as connection:
        assert keeps_sending(connection, b"x: y\r\n") < ENOUGH_S


def test_who_does_not_take_the_answer_is_cut_off(runtime: Runtime) -> None:
    # Many answers of one connection: more than the buffers of both sides hold.
    font = b"/static/fonts/inter-latin-wght-normal.woff2"
    asked = b"GET " + font + b" HTTP/1.1\r\nhost: news.example\r\n\r\n"
    with web(runtime, HASTY), socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect((runtime.settings.host, runtime.settings.port))
        assert keeps_sending(connection, asked * 2) < ENOUGH_S


def test_requests_in_a_row_are_answered_in_order_and_too_many_end_the_connection(
    runtime: Runtime,
) -> None:
    asked = HEAD + b"\r\n"
    last = HEAD + b"connection: close\r\n\r\n"
    with web(runtime):
        with connected(runtime, asked * 10 + last) as connection:
            assert all_that_comes(connection).count(b"HTTP/1.1 200 ") == 11
        with connected(runtime, asked * 5000) as connection:
            answers = all_that_comes(connection)
            assert answers.count(b"HTTP/1.1 200 ") <= MOST_IN_A_ROW + 1
            assert b"HTTP/1.1 400 " in answers or not answers


def test_a_whole_body_that_comes_slowly_but_steadily_is_read(runtime: Runtime) -> None:
    slow = ConnectionLimits(head_s=30, body_s=0.3, least_bytes_a_s=1)
    form = b"email=reader%40example.org&x="
    length = len(form) + 20
    head = f"POST /subscribe HTTP/1.1\r\nhost: n\r\ncontent-length: {length}\r\n".encode()
    kind = b"content-type: application/x-www-form-urlencoded\r\nconnection: close\r\n\r\n"
    with web(runtime, slow), connected(runtime, head + kind + form) as connection:
        for _ in range(20):
            time.sleep(0.05)  # the line is slow: that is the case
            connection.sendall(b"y")
        assert all_that_comes(connection).startswith(b"HTTP/1.1 200 ")


def test_silent_connections_make_room_for_a_reader(runtime: Runtime) -> None:
    with web(runtime, ConnectionLimits(most=40)), ExitStack() as held:
        for _ in range(150):
            held.enter_context(connected(runtime))
        with connected(runtime, HEAD + b"connection: close\r\n\r\n") as connection:
            assert all_that_comes(connection).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("sent", [HEAD, POST + FORM], ids=["half a head", "half a body"])
def test_half_requests_make_room_for_a_reader(sent: bytes, runtime: Runtime) -> None:
    with web(runtime, ConnectionLimits(most=40)), ExitStack() as held:
        for _ in range(150):
            held.enter_context(connected(runtime, sent))
        with connected(runtime, HEAD + b"connection: close\r\n\r\n") as connection:
            assert all_that_comes(connection).startswith(b"HTTP/1.1 200 ")


def test_a_network_holds_no_more_than_its_share(runtime: Runtime) -> None:
    settings = replace(runtime.settings, trusted_proxies="192.0.2.1")
    strangers = replace(runtime, settings=settings)
    with web(strangers, ConnectionLimits(most_of_network=3)), ExitStack() as held:
        first = held.enter_context(connected(runtime))
        others = [held.enter_context(connected(runtime)) for _ in range(3)]
        assert all_that_comes(first) == b""
        others[-1].sendall(HEAD + b"connection: close\r\n\r\n")
        assert all_that_comes(others[-1]).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "heads",
    [
        b"content-length: 4\r\ntransfer-encoding: chunked\r\n",
        b"transfer-encoding: chunked\r\ncontent-length: 4\r\n",
        b"content-length: 4\r\ncontent-length: 0\r\n",
        b"transfer-encoding: chunked, identity\r\n",
        b"content-length: +4\r\n",
    ],
)
def test_a_request_whose_end_is_doubtful_is_refused_and_nothing_after_it_is_read(
    heads: bytes, runtime: Runtime
) -> None:
    """Who hides a request in the body of another one gets no answer to it."""
    hidden = HEAD + b"connection: close\r\n\r\n"
    asked = (
        b"POST /subscribe HTTP/1.1\r\nhost: news.example\r\n" + heads + b"\r\n0\r\n\r\n" + hidden
    )
    with web(runtime, HASTY), connected(runtime, asked) as connection:
        answers = all_that_comes(connection)
    assert answers.startswith(b"HTTP/1.1 400 ")
    assert answers.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    "sent", [b"\x16\x03\x01 no HTTP\r\n\r\n", b"GET / HT", HEAD + b"x: y\r\n" * 12_000 + b"\r\n"]
)
def test_what_is_said_before_a_request_is_whole_has_our_headers_too(
    sent: bytes, runtime: Runtime
) -> None:
    with web(runtime, HASTY), connected(runtime, sent) as connection:
        head, _, words = all_that_comes(connection).partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")[1:]
    for name, value in headers_of(runtime.settings.is_https).items():
        assert f"{name}: {value}" in lines
    assert "Cache-Control: no-store" in lines
    assert words.decode().endswith(".\n"), "and a sentence"
