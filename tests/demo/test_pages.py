"""The inbox page: each letter in each view, and nothing of a letter runs in it."""

import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from newsletter.demo import pages
from newsletter.demo.inbox import Inbox, Received

LETTER = (
    b"Subject: <b>Tides</b>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>It <script>runs()</script> costs.</p>\r\n"
)


@pytest.fixture
def address() -> Iterator[str]:
    inbox = Inbox()
    inbox.letters.append(Received(1, "a@news.example", "ada@readers.example", LETTER))
    with pages.serving(inbox) as served:
        yield served


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return str(answer.read().decode())


def test_the_list_leads_to_each_letter_and_shows_its_subject_as_text(address: str) -> None:
    listed = get(address)
    assert "1 letters received" in listed
    assert '<a href="/1">&lt;b&gt;Tides&lt;/b&gt;</a>' in listed
    assert "ada@readers.example" in listed


@pytest.mark.parametrize("view", ["/headers", "/source", "/text", "/html", ""])
def test_no_view_around_a_letter_has_its_markup(view: str, address: str) -> None:
    shown = get(f"{address}1{view}")
    assert "Letter 1" in shown
    assert "<script>" not in shown
    assert "<b>" not in shown


def test_the_body_is_alone_in_a_frame_and_may_run_nothing(address: str) -> None:
    assert 'sandbox="allow-popups" src="/1/body"' in get(f"{address}1/html")
    with urllib.request.urlopen(f"{address}1/body", timeout=10) as answer:
        assert b"costs." in answer.read()
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["2", "1/nothing", "x"])
def test_a_letter_that_is_not_there_is_404(path: str, address: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as missing:
        get(address + path)
    assert missing.value.code == 404
