"""The entrance: host and path say whose pages these are, and nothing leads out of them."""

import re
from collections.abc import Iterator

import pytest
from sqlmodel import Session

from newsletter.database import Database
from newsletter.desk import team
from newsletter.desk.roles import Role
from newsletter.publications import own_urls
from newsletter.publications.models import Publication
from newsletter.publications.opening import open_publication
from newsletter.urls import Urls
from newsletter.web.entrance import Destination, WaysIn, find_way
from newsletter.web.rendering import PREFIX, render
from tests.samples.times import NOON
from tests.web.asking import Answer, Site, site

URLS = Urls("https://news.example")
FIRST = Publication(id=1, slug="first")
PATH = Publication(id=2, slug="ai", own_url="/ai-weekly")
HOST = Publication(id=3, slug="bio", own_url="https://bio.example")
WAYS = WaysIn(
    hosts={"bio.example": HOST, "old.example": PATH},
    paths={"/ai-weekly": PATH, "/ai": PATH},
    slugs={"/first": FIRST, "/ai": PATH, "/bio": HOST},
)


@pytest.mark.parametrize(
    ("url", "way"),
    [
        ("news.example/archive", Destination("/archive")),
        ("strange.example/", Destination("/")),
        ("news.example/ai-weekly", Destination("/", PATH, "/ai-weekly")),
        ("news.example/ai-weekly/archive/3", Destination("/archive/3", PATH, "/ai-weekly")),
        ("news.example/ai-weeklyx", Destination("/ai-weeklyx")),
        ("news.example//ai-weekly", Destination("//ai-weekly")),
        ("news.example/AI-weekly", Destination("/AI-weekly")),
        ("bio.example/archive", Destination("/archive", HOST)),
        ("bio.example/ai-weekly/archive", Destination("/ai-weekly/archive", HOST)),
        ("bio.example/p/ai/desk", Destination("/p/ai/desk", HOST)),
        ("news.example/p/ai/desk/issues/4", Destination("/desk/issues/4", PATH, "/p/ai")),
        ("news.example/p/nobody/desk", Destination("/p/nobody/desk")),
        (
            "news.example/p/ai/deskx",
            Destination("/deskx", leads_to="https://news.example/ai-weekly/deskx"),
        ),
    ],
)
def test_host_and_path_say_whose_pages_these_are(url: str, way: Destination) -> None:
    host, slash, path = url.partition("/")
    assert find_way(WAYS, URLS, host, slash + path) == way


@pytest.mark.parametrize(
    ("url", "leads_to", "is_moved"),
    [
        # a desk is on the installation's host, where an editor is logged in
        ("news.example/ai-weekly/desk/tools", "https://news.example/p/ai/desk/tools", False),
        ("bio.example/desk", "https://news.example/p/bio/desk", False),
        ("news.example/p/first/desk/tools", "https://news.example/desk/tools", False),
        # a desk's page names public pages as if they were beside it
        ("news.example/p/bio/archive/3", "https://bio.example/archive/3", False),
        ("news.example/p/first/archive", "https://news.example/archive", False),
        ("news.example/p/ai", "https://news.example/p/ai/desk", False),
        # where a publication was before
        ("news.example/ai/leave/a b", "https://news.example/ai-weekly/leave/a%20b", True),
        ("old.example/", "https://news.example/ai-weekly/", True),
    ],
)
def test_a_page_that_is_elsewhere_is_led_to(url: str, leads_to: str, is_moved: bool) -> None:
    host, slash, path = url.partition("/")
    way = find_way(WAYS, URLS, host, slash + path)
    assert (way.leads_to, way.is_moved) == (leads_to, is_moved)


def test_links_of_a_page_get_the_prefix_and_nothing_else_does() -> None:
    PREFIX.set("/ai-weekly")
    try:
        page = render("public/error.html", code=404, message=' href="/x" src=\'/y\' <a href="/z">')
    finally:
        PREFIX.set("")
    assert 'href="/ai-weekly/' in page
    assert "/ai-weekly/x" not in page
    assert "/ai-weekly/z" not in page
    assert 'href="/static/' in page


@pytest.fixture
def here(database_url: str) -> Iterator[Site]:
    with site(database_url, NOON) as opened:
        yield opened


def opened(database: Database, word: str) -> Publication:
    """A publication, of which the editor who is logged in is the owner."""
    return database.write(_open, word)


def _open(session: Session, word: str) -> Publication:
    made = open_publication(
        session,
        name=f"The {word} letter",
        sender_address="s@second.example",
        cadence="Monday 09:00 Europe/Berlin",
        word=word,
    )
    team.add_member(session, made.key, 1, Role.OWNER)
    return made


def moved(here: Site, publication: Publication, url: str) -> None:
    here.runtime.database.write(own_urls.move, publication.key, url, "http://news.example")


def links(answer: Answer) -> set[str]:
    return set(re.findall(r'(?:href|src|action|hx-get|hx-post)="(/[^"]*)"', answer.text))


def test_each_publication_shows_its_own_pages(here: Site) -> None:
    second, third = (opened(here.runtime.database, word) for word in ("second", "third"))
    moved(here, third, "https://third.example")
    assert "The Inference" in here.get("/").text
    assert second.name in here.get("/second").text
    assert third.name in here.get("/", host="third.example").text
    assert "The Inference" in here.get("/", host="10.0.0.7").text
    assert here.get("/second/nothing").status == 404
    assert here.get("/fourth").status == 404


@pytest.mark.parametrize("path", ["", "/archive", "/tools", "/articles", "/promote", "/link"])
def test_no_link_of_a_page_leads_to_another_publication(path: str, here: Site) -> None:
    second = opened(here.runtime.database, "second")
    page = here.get(f"/second{path}")
    assert page.status == 200
    assert links(page)
    for link in links(page):
        assert link.startswith(("/second", "/static/")), link
    absolute = set(re.findall(r"http://news\.example[^\s\"<]*", page.text))
    assert all(url.startswith("http://news.example/second") for url in absolute), absolute
    assert "The Inference" not in page.text
    assert second.name in page.text


def test_feeds_and_sitemap_name_the_publications_own_pages(here: Site) -> None:
    opened(here.runtime.database, "second")
    for path in ("feed.xml", "atom.xml", "feed.json", "sitemap.xml"):
        text = here.get(f"/second/{path}").text
        ours = re.findall(r"http://news\.example[^\s\"<]*", text)
        assert ours, path
        assert all(url.startswith("http://news.example/second") for url in ours), (path, ours)
        assert "The Inference" not in text


def test_robots_of_the_host_close_the_doors_of_all_its_publications(here: Site) -> None:
    """A crawler reads one robots.txt for a host (RFC 9309, 2.3)."""
    opened(here.runtime.database, "second")
    lines = here.get("/robots.txt").text.splitlines()
    assert {"Disallow: /leave/", "Disallow: /second/leave/", "Disallow: /p/"} <= set(lines)
    assert "Sitemap: http://news.example/second/sitemap.xml" in lines


def test_a_redirect_stays_with_the_publication(here: Site) -> None:
    opened(here.runtime.database, "second")
    assert here.get("/second/archive/").headers["location"] == "/second/archive"
    here.log_out()
    answer = here.get("/p/second/desk/issues")
    assert answer.headers["location"] == "/p/second/desk/login"
    part = here.get("/p/second/desk/issues", hx_request="true")
    assert part.headers["hx-redirect"] == "/p/second/desk/login"


def test_a_desk_by_its_path_is_that_of_its_publication(here: Site) -> None:
    opened(here.runtime.database, "second")
    page = here.get("/p/second/desk")
    assert page.status == 200
    assert "The second letter" in page.text
    for link in links(page):
        assert link.startswith(("/p/second", "/static/")), link
    assert here.get("/second/desk").headers["location"] == "http://news.example/p/second/desk"


def test_links_of_old_letters_work_where_the_publication_was(here: Site) -> None:
    """A look leads on; a mail provider's POST (RFC 8058) follows nothing, and is obeyed there."""
    second = opened(here.runtime.database, "second")
    moved(here, second, "https://second.example")
    answer = here.get("/second/archive?q=x")
    assert (answer.status, answer.headers["location"]) == (
        301,
        "https://second.example/archive?q=x",
    )
    here.log_out()
    pressed = here.post("/second/leave/no-token", **{"List-Unsubscribe": "One-Click"})
    assert pressed.status == 403  # obeyed, if it had been a link of ours
    assert "location" not in pressed.headers


def test_a_page_of_another_host_is_not_the_installations(here: Site) -> None:
    """Whoever owns the name of one publication's host opens no desk and no other publication."""
    second = opened(here.runtime.database, "second")
    opened(here.runtime.database, "third")
    moved(here, second, "https://second.example")
    assert here.get("/third", host="second.example").status == 404
    assert here.get("/p/third/desk", host="second.example").status == 404
    to_desk = here.get("/desk", host="second.example").headers["location"]
    assert to_desk == "http://news.example/p/second/desk"


def test_the_health_of_all_is_told_at_the_installation_only(here: Site) -> None:
    """It names issues of every publication by their numbers."""
    moved(here, opened(here.runtime.database, "second"), "https://second.example")
    opened(here.runtime.database, "third")
    assert here.get("/health").status == here.get("/health", host="10.0.0.7").status == 200
    assert here.get("/third/health").status == 404
    assert here.get("/health", host="second.example").status == 404
