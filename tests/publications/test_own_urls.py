"""Where publications are: what an own URL may be, that none is another's, and moving."""

import pytest
from sqlmodel import Session

from newsletter.publications.models import Publication
from newsletter.publications.opening import BadSlug, SlugInUse, open_publication
from newsletter.publications.own_urls import (
    PATH,
    RESERVED,
    BadOwnUrl,
    FirstStays,
    UrlTaken,
    former_urls,
    move,
    read_own_url,
)
from newsletter.web.application import routers

HOME = "https://news.example"


def opened(session: Session, word: str) -> Publication:
    return open_publication(
        session,
        name=word.title(),
        sender_address="a@a.example",
        cadence="Monday 09:00 Europe/Berlin",
        word=word,
    )


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("/ai-weekly", "/ai-weekly"),
        (" /AI-Weekly/ ", "/ai-weekly"),
        ("https://AI.example/", "https://ai.example"),
        ("http://ai.example:8080", "http://ai.example:8080"),
    ],
)
def test_a_path_and_a_host_are_stored_as_browsers_name_them(typed: str, stored: str) -> None:
    assert read_own_url(typed, HOME) == stored


@pytest.mark.parametrize(
    "typed",
    [
        *("", "/", "//evil.example", "ai-weekly", "/a/b", "/a b", "/../desk", "/a?b", "/%61"),
        *("/-a", "/" + "a" * 61, "ftp://ai.example", "https://", "https://a.example/path"),
        *("https://user@a.example", "https://a.example:0x50", "https://a..example", "/über"),
        *("javascript:alert(1)", "https://a.example\n", HOME, "HTTPS://news.example:443/"),
        *("http://news.example", "/a\r\nx"),
    ],
)
def test_what_no_publication_can_be_at_is_refused(typed: str) -> None:
    if typed.endswith("\n"):
        assert read_own_url(typed, HOME) == typed.strip()  # pasted with its line end
        return
    with pytest.raises(BadOwnUrl):
        read_own_url(typed, HOME)


def test_no_publication_hides_our_own_pages() -> None:
    """Who adds a page with a new first word adds that word to RESERVED."""
    paths = [str(getattr(route, "path", "")) for pages in routers() for route in pages.routes]
    words = {path.split("/")[1] for path in paths if PATH.match(path)}
    assert words | {"static", "p"} <= RESERVED
    for word in sorted(RESERVED):
        with pytest.raises(BadOwnUrl):
            read_own_url(f"/{word}", HOME)


def test_the_first_is_at_the_installation_and_others_at_a_path(session: Session) -> None:
    assert [opened(session, word).own_url for word in ("first", "ai-weekly")] == ["", "/ai-weekly"]


@pytest.mark.parametrize("word", ["Ai", "a b", "-a", "a/b", "é", "a" * 61])
def test_a_slug_that_is_none_is_refused(word: str, session: Session) -> None:
    opened(session, "first")
    with pytest.raises(BadSlug):
        opened(session, word)


def test_two_publications_have_no_slug_in_common(session: Session) -> None:
    opened(session, "first")
    with pytest.raises(SlugInUse):
        opened(session, "first")


def test_a_slug_that_is_a_page_of_ours_is_refused(session: Session) -> None:
    opened(session, "first")
    with pytest.raises(BadOwnUrl):
        opened(session, "archive")


def test_nobody_comes_where_another_publication_is_or_was(session: Session) -> None:
    """A letter that was sent while it was there leads to its publication for ever."""
    opened(session, "first")
    moved, other = opened(session, "moved"), opened(session, "other")
    move(session, moved.key, "https://moved.example", HOME)
    for url in ("/moved", "https://moved.example"):
        with pytest.raises(UrlTaken):
            move(session, other.key, url, HOME)
    assert other.own_url == "/other"
    with pytest.raises(SlugInUse):
        opened(session, "moved")


def test_who_moves_back_is_not_in_two_places(session: Session) -> None:
    opened(session, "first")
    one = opened(session, "one")
    for url in ("https://one.example", "https://one.example", "/one"):
        move(session, one.key, url, HOME)
    assert one.own_url == "/one"
    assert [former.url for former in former_urls(session)] == ["https://one.example"]


def test_the_first_is_moved_by_the_setting_only(session: Session) -> None:
    with pytest.raises(FirstStays):
        move(session, opened(session, "first").key, "/first", HOME)
