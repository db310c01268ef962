"""The address space: each address is one that the application answers."""

import inspect
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from fastapi.routing import APIRoute

from newsletter.publications.models import Publication
from newsletter.urls import Urls
from newsletter.web.application import routers

HOME = "https://news.example"
SAMPLES = {int: 7, str: "up", bool: True}
METHODS = [
    name
    for name, _ in inspect.getmembers(Urls, inspect.isfunction)
    if not name.startswith("_")
    and name not in ("static", "of", "pictures")  # the last one begins addresses
]


def addresses(urls: Urls, name: str) -> Iterator[str]:
    """The addresses that a method gives, also with what may be left out."""
    method: Callable[..., str] = getattr(urls, name)
    parameters = inspect.signature(method).parameters.values()
    needed = [SAMPLES[p.annotation] for p in parameters if p.kind is not p.KEYWORD_ONLY]
    more = {p.name: SAMPLES[p.annotation] for p in parameters if p.kind is p.KEYWORD_ONLY}
    yield method(*needed)
    yield method(*needed, **more)


@pytest.mark.parametrize("name", METHODS)
def test_a_route_answers_each_address(name: str) -> None:
    routes = [route for pages in routers() for route in pages.routes if isinstance(route, APIRoute)]
    for address in addresses(Urls(HOME), name):
        path = urlsplit(address.removeprefix(HOME)).path
        assert any(route.path_regex.match(path) for route in routes), path


def test_no_two_methods_give_one_address() -> None:
    urls = Urls(HOME)
    given = [next(addresses(urls, name)) for name in METHODS]
    assert len(set(given)) == len(given)


def test_a_slash_at_the_end_of_the_public_url_is_not_doubled() -> None:
    assert Urls("https://n.example/news/").issue(7) == "https://n.example/news/archive/7"
    assert Urls("https://n.example").home() == "https://n.example/"


def test_a_dark_badge_has_an_address_of_its_own() -> None:
    urls = Urls(HOME)
    assert urls.badge("pen") == f"{HOME}/badge/pen.svg"
    assert urls.badge("pen", dark=True) == f"{HOME}/badge/dark/pen.svg"


def test_each_publication_has_its_own_addresses_and_one_host_has_the_desks() -> None:
    """An editor logs in once, whatever the hosts of the public pages."""
    given = [
        (urls.home(), urls.desk(), urls.of(Publication(slug="bio", own_url="")).home())
        for own_url in ("", "/bio", "https://bio.example")
        for urls in [Urls(f"{HOME}/").of(Publication(slug="bio", own_url=own_url))]
    ]
    assert given == [
        (f"{HOME}/", f"{HOME}/desk", f"{HOME}/"),
        (f"{HOME}/bio/", f"{HOME}/p/bio/desk", f"{HOME}/"),
        ("https://bio.example/", f"{HOME}/p/bio/desk", f"{HOME}/"),
    ]
