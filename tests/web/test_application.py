"""Every page is reached: no route is hidden by one that comes before it."""

import re

import pytest
from fastapi.routing import APIRoute

from newsletter.web.application import routers
from tests.samples.times import NOON
from tests.web.asking import site


def filled(path: str) -> str:
    """A path that the route is meant for: 7 where an id stands."""
    return re.sub(r"\{[^}]*\}", "7", path)


def test_no_route_is_hidden_by_an_earlier_one() -> None:
    routes = [
        route for router in routers() for route in router.routes if isinstance(route, APIRoute)
    ]
    assert len(routes) > 100
    hidden = []
    for place, route in enumerate(routes):
        for earlier in routes[:place]:
            takes_path = earlier.path_regex.match(filled(route.path))
            if takes_path and earlier.methods & route.methods and "{" not in route.path:
                hidden.append(f"{route.path} by {earlier.path}")
    assert not hidden, hidden


def test_every_route_has_one_place() -> None:
    places = [
        (route.path, method)
        for router in routers()
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    ]
    assert len(places) == len(set(places))


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/static/", "/static/fonts"])
def test_nothing_of_the_inside_is_shown(path: str, sqlite_url: str) -> None:
    """Neither what the framework could tell of our routes, nor a list of a folder's files."""
    with site(sqlite_url, NOON) as here:
        assert here.get(path).status == 404
        assert here.visit("TRACE", path, "192.0.2.1").status in (403, 404, 405)
