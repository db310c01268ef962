"""Protection: forms of other sites are refused, and every answer has its headers."""

from collections.abc import Iterator

import pytest

from newsletter.web.caching import PRIVATE, STATIC
from newsletter.web.security import FROM_ELSEWHERE, HEADERS, POLICY
from tests.samples.times import NOON
from tests.web.asking import Site, site

ELSEWHERE = {"sec_fetch_site": "cross-site", "origin": "https://evil.example"}


@pytest.fixture
def here(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        yield opened


def post(here: Site, path: str, **headers: str) -> tuple[int, str]:
    answer = here.visit("POST", path, "192.0.2.1", **headers)
    return answer.status, answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec_fetch_site": "cross-site", "origin": "http://news.example"},
    ],
)
def test_a_form_of_another_site_is_refused_before_anything_is_done(
    headers: dict[str, str], here: Site
) -> None:
    assert post(here, "/desk/login", **headers) == (403, FROM_ELSEWHERE)


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "same-origin"},
        {"sec_fetch_site": "none"},
        {"origin": "http://news.example"},
        {},
    ],
)
def test_our_own_forms_and_programs_come_through(headers: dict[str, str], here: Site) -> None:
    assert FROM_ELSEWHERE not in post(here, "/desk/login", **headers)[1]


@pytest.mark.parametrize("path", ["/subscribe", "/api/signup", "/leave/a-token"])
def test_a_sign_up_and_a_one_click_leave_may_come_from_anywhere(path: str, here: Site) -> None:
    assert FROM_ELSEWHERE not in post(here, path, **ELSEWHERE)[1]


def test_a_page_may_be_looked_at_from_anywhere(here: Site) -> None:
    assert here.visit("GET", "/archive", "192.0.2.1", **ELSEWHERE).status == 200


@pytest.mark.parametrize("path", ["/", "/nothing/here", "/desk", "/api/nothing", "/feed.xml"])
def test_every_answer_has_the_headers_also_an_error(path: str, here: Site) -> None:
    answer = here.get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name.lower()] == value


def test_what_is_personal_is_not_kept_and_our_styles_are(here: Site) -> None:
    assert here.get("/desk").headers["cache-control"] == PRIVATE
    styles = here.get("/static/ui.css")
    assert (styles.status, styles.headers["cache-control"]) == (200, STATIC)


def test_no_script_of_another_host_and_no_frame_elsewhere() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in POLICY.split(";"))
    assert rules["default-src"] == rules["frame-ancestors"] == rules["form-action"] == "'self'"
    assert "script-src" not in rules
