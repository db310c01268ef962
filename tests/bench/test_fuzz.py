"""The short form of `python -m bench.fuzz`: odd input ends in no fault of ours."""

from bench.fuzz.__main__ import play
from bench.fuzz.making import targets_of
from newsletter.web.application import application
from tests.web.asking import site
from tests.web.public.article_stage import NOW

REQUESTS = 240  # on each database: each route once


def test_odd_input_never_ends_in_a_fault(database_url: str) -> None:
    with site(database_url, NOW) as opened:
        result = play(opened, REQUESTS, seed=15)
    assert not result.faults, "\n".join(map(str, result.faults[:5]))
    assert result.requests > REQUESTS / 2


def test_each_route_of_the_application_is_asked(sqlite_url: str) -> None:
    with site(sqlite_url, NOW) as opened:
        paths = {target.path for target in targets_of(application(opened.runtime))}
    assert {"/subscribe", "/desk/audiences", "/api/subscribers/{subscriber_id}"} <= paths
    assert len(paths) > 100
