"""The readers of the story: what they and their mail clients ask for."""

from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler

import pytest

from newsletter.demo.local_http import LocalRequest, serve
from newsletter.demo.readers import BROWSER, LINK, visit


class Redirect(LocalRequest):
    """Leads elsewhere, and names who asked."""

    def __init__(self, asked: list[str], *args: object) -> None:
        self.asked = asked
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self.asked.append(f"{self.command} {self.path} by {self.headers['User-Agent']}")
        self.answer(302, b"", {"Location": "https://tides.example/"})


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def address(asked: list[str]) -> Iterator[str]:
    handler: partial[BaseHTTPRequestHandler] = partial(Redirect, asked)
    with serve(handler, "redirect") as served:
        yield served


def test_a_visit_says_where_a_link_leads_and_does_not_go_there(
    address: str, asked: list[str]
) -> None:
    assert visit("GET", f"{address}/c/7", BROWSER) == "HTTP 302 to https://tides.example/"
    assert asked == [f"GET /c/7 by {BROWSER}"]


def test_the_counted_links_of_a_letter_are_found() -> None:
    letter = "Tides http://127.0.0.1:8000/c/abc?x\nLeave http://127.0.0.1:8000/leave/abc\n"
    assert LINK.findall(letter) == ["http://127.0.0.1:8000/c/abc?x"]
