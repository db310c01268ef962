"""Bodies: too much is refused at once, in words; a stranger's file never reaches the disk."""

import json
import os
import select
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import UploadFile
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from newsletter.runtime import Runtime
from newsletter.serving.pages import web
from newsletter.web.application import routers
from newsletter.web.limits import bodies
from newsletter.web.limits.bodies import LARGER, MOST_BYTES
from tests.samples.times import NOON
from tests.serving.raw import all_that_comes, connected, listening_runtime
from tests.web.asking import Site, site

HUGE = 200 * 1024 * 1024
EDGE = "multipart/form-data; boundary=edge"
FILE = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
PATHS = ("/subscribe", "/api/signup", "/promote", "/desk/login", "/leave/a-token", "/desk/sources")


@pytest.fixture
def runtime(sqlite_url: str) -> Iterator[Runtime]:
    with listening_runtime(sqlite_url) as opened, web(opened):
        yield opened


@pytest.fixture
def here(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        yield opened


def head(path: str, kind: str, *lines: str) -> bytes:
    """Return the head of a POST."""
    first = (f"POST {path} HTTP/1.1", "host: news.example", f"content-type: {kind}")
    return "\r\n".join((*first, *lines, "", "")).encode()


def chunk(content: bytes) -> bytes:
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"


@pytest.mark.parametrize("path", [*PATHS, *LARGER, "/nothing/here"])
def test_a_body_that_says_it_is_huge_is_refused_before_any_of_it_is_sent(
    path: str, runtime: Runtime
) -> None:
    with connected(runtime, head(path, EDGE, f"content-length: {HUGE * 3}")) as connection:
        answer = all_that_comes(connection)
    # A list is for editors: who is none is led to the login, whatever the size.
    expected = b"HTTP/1.1 303 " if path in LARGER else b"HTTP/1.1 413 "
    assert answer.startswith(expected), answer[:200]
    assert b"content-security-policy" in answer


@pytest.mark.parametrize("path", PATHS)
def test_a_chunked_body_is_counted_and_refused(path: str, runtime: Runtime) -> None:
    begun = head(path, EDGE, "transfer-encoding: chunked") + chunk(FILE)
    with connected(runtime, begun) as connection:
        try:
            for _ in range(HUGE // 65536):
                connection.sendall(chunk(b"x" * 65536))
        except (BrokenPipeError, ConnectionResetError):
            pass
        answer = all_that_comes(connection)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"This page takes 1 MB and no more." in answer


def test_a_program_hears_it_as_a_problem(runtime: Runtime) -> None:
    begun = head("/api/signup", "application/json", f"content-length: {HUGE}")
    with connected(runtime, begun) as connection:
        _, _, body = all_that_comes(connection).partition(b"\r\n\r\n")
    assert json.loads(body)["type"] == "urn:newsletter:problem:body-too-large"
    assert json.loads(body)["status"] == 413


def test_who_waits_for_a_go_on_is_refused_without_one(runtime: Runtime) -> None:
    lines = (f"content-length: {HUGE}", "expect: 100-continue")
    with connected(runtime, head("/subscribe", EDGE, *lines)) as connection:
        assert all_that_comes(connection).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("length", ["99999999999999999999999999", "1" * 5000])
def test_a_length_beyond_all_numbers_is_refused(length: str, runtime: Runtime) -> None:
    begun = head("/subscribe", EDGE, f"content-length: {length}")
    with connected(runtime, begun) as connection:
        assert all_that_comes(connection)[9:12] in (b"413", b"400")


def test_nothing_of_a_stranger_touches_the_disk(
    runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of nearly a megabyte is in memory, and a stranger's list is not read at all."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    for path in ("/subscribe", "/promote", "/desk/readers/import"):
        begun = head(path, EDGE, f"content-length: {MOST_BYTES}") + FILE + b"x" * 900_000
        with connected(runtime, begun):
            with connected(runtime, b"GET /health HTTP/1.0\r\n\r\n") as other:
                all_that_comes(other)
            assert os.listdir(folder) == []
            assert _temporary_files(folder) == []


def _temporary_files(folder: Path) -> list[str]:
    """The open files of this process in a folder; those without a name, too."""
    opened = (os.readlink(link) for link in Path("/proc/self/fd").iterdir() if link.exists())
    return [name for name in opened if name.startswith(str(folder))]


def test_an_editor_sends_a_list_of_many_megabytes(here: Site) -> None:
    rows = b"".join(b"reader%d@example.org\r\n" % number for number in range(150_000))
    assert len(rows) > 3 * MOST_BYTES
    answer = here.send_file("/desk/readers/import", "readers.csv", b"email\r\n" + rows)
    assert (answer.status, answer.headers["location"][:20]) == (303, "/desk/readers/import")


def test_a_list_of_feeds_beyond_its_limit_is_refused_in_words(here: Site) -> None:
    answer = here.upload("/desk/sources/import", b"x" * 6_000_000)
    assert (answer.status, "This page takes 5 MB" in answer.text) == (413, True)


def test_a_body_of_just_a_megabyte_is_read_and_one_more_byte_is_not(here: Site) -> None:
    form = "email=reader%40example.org&x="
    fitting = "y" * (MOST_BYTES - len(form))
    assert here.post("/subscribe", email="reader@example.org", x=fitting).status == 200
    assert here.post("/subscribe", email="reader@example.org", x=f"{fitting}y").status == 413


def test_large_forms_share_our_memory_and_small_ones_always_get_in(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "SHARED_BYTES", 500_000)
    form = "application/x-www-form-urlencoded"
    half = head("/subscribe", form, "content-length: 600000") + b"x" * 550_000
    small = head("/leave/no-token", form, "content-length: 26", "connection: close")
    with connected(runtime, half) as first, connected(runtime, half) as second:
        heard, _, _ = select.select([first, second], [], [], 30)
        assert all_that_comes(heard[0]).startswith(b"HTTP/1.1 503 ")
        with connected(runtime, small + b"List-Unsubscribe=One-Click") as reader:
            assert all_that_comes(reader)[9:12] in (b"403", b"404")


def test_every_page_that_takes_a_file_says_how_much_it_takes() -> None:
    taking = {
        route.path
        for router in routers()
        for route in router.routes
        if isinstance(route, APIRoute) and _takes_a_file(route.dependant)
    }
    assert taking == set(LARGER)


def _takes_a_file(dependant: Dependant) -> bool:
    return any(field.field_info.annotation is UploadFile for field in dependant.body_params)
