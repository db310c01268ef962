"""Which pages are looked at, and what a look says of a page: a 500 is no 404."""

import pytest

from newsletter.fetching.failures import FetchFailed
from newsletter.tool_sources.watching import (
    PageSight,
    chosen_pages,
    sight_of_failure,
    sight_of_redirect,
)

MAP = "https://shelf.example/sitemap.xml"


def test_pages_of_other_sites_files_and_other_paths_are_left_out() -> None:
    listed = [
        "https://shelf.example/tools/pen",
        "https://www.shelf.example/tools/ink",
        "https://elsewhere.example/tools/pen",
        "https://shelf.example/tools/pen.pdf",
        "https://shelf.example/blog/pen",
    ]
    assert chosen_pages(listed, MAP, "/tools/") == listed[:2]
    assert chosen_pages(listed, MAP, "") == [*listed[:2], listed[4]]


@pytest.mark.parametrize(
    ("code", "before", "dead"),
    [(404, 0, False), (404, 1, True), (410, 0, True), (500, 9, False), (403, 9, False)],
)
def test_a_link_is_dead_when_nothing_was_there_twice(code: int, before: int, dead: bool) -> None:
    sight = sight_of_failure(FetchFailed(f"HTTP {code}", code), before)
    assert bool(sight.trouble) is dead
    assert sight_of_failure(FetchFailed("no connection"), 9).trouble == ""


@pytest.mark.parametrize(
    ("answered", "trouble"),
    [
        ("https://pen.example/", ""),
        ("https://www.pen.example/en/", ""),
        ("https://casino.example/pen", "Its link leads to casino.example now."),
        ("https://pen.example/login?next=/", "Its link asks for a login now."),
        ("https://pen.example/users/sign-in", "Its link asks for a login now."),
    ],
)
def test_a_redirect_to_another_site_or_to_a_login_is_pointed_out(
    answered: str, trouble: str
) -> None:
    assert sight_of_redirect("https://pen.example/", answered).trouble == trouble


def test_an_address_that_is_a_login_itself_is_as_it_was() -> None:
    url = "https://pen.example/login"
    assert sight_of_redirect(url, url) == PageSight()
