"""Every page is reached: no route is hidden by one that comes before it."""

import re

from fastapi.routing import APIRoute

from newsletter.web.application import routers


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
