"""Protection: forms of other sites are refused, and every answer has its headers."""

import asyncio
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.types import Message, Scope

from newsletter.web.caching import PRIVATE, STATIC
from newsletter.web.security import FROM_ELSEWHERE, HEADERS, POLICY
from tests.samples.times import NOON
from tests.web.asking import Site, site

PARTS = ("/", "\\", "//evil.example", "archive", "articles/", "@", ":", "%2F", "\r\n", ".")
ELSEWHERE = {"sec_fetch_site": "cross-site", "origin": "https://evil.example"}


@pytest.fixture
def here(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        yield opened


def fail() -> None:
    raise RuntimeError("a fault of ours")


async def answer_to_fault(app: FastAPI) -> tuple[int, dict[str, str]]:
    """Ask for a page that fails; returns status and headers. The server logs the error itself."""
    scope: Scope = {
        "type": "http",
        "http_version": "1.0",
        "client": ("203.0.113.7", 50000),
        "method": "GET",
        "path": "/fault",
        "query_string": b"",
        "headers": [],
        "root_path": "",
    }
    messages: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        messages.append(message)

    with pytest.raises(RuntimeError):
        await app(scope, receive, send)
    headers = {key.decode(): value.decode() for key, value in messages[0]["headers"]}
    return messages[0]["status"], headers


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
    status, page = post(here, "/desk/login", **headers)
    assert (status, FROM_ELSEWHERE in page) == (403, True)


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


def test_a_refused_form_and_a_fault_have_the_headers_too(here: Site) -> None:
    here.app.add_api_route("/fault", fail)
    refused = here.visit("POST", "/desk/login", "192.0.2.1", **ELSEWHERE)
    answers = [refused, here.get("/archive/"), here.visit("DELETE", "/archive", "192.0.2.1")]
    found = [(answer.status, answer.headers) for answer in answers]
    found.append(asyncio.run(answer_to_fault(here.app)))
    assert [status for status, _ in found] == [403, 307, 405, 500]
    for _, headers in found:
        assert headers["cache-control"] == PRIVATE
        for name, value in HEADERS.items():
            assert headers[name.lower()] == value


def test_without_tls_no_browser_is_kept_to_it(here: Site) -> None:
    assert "strict-transport-security" not in here.get("/").headers


def test_a_browser_is_kept_to_tls_where_there_is_tls(sqlite_url: str) -> None:
    with site(sqlite_url, NOON, "https://news.example") as secure:
        for path in ("/", "/nothing/here", "/desk", "/static/ui.css"):
            assert secure.get(path).headers["strict-transport-security"] == "max-age=31536000"
        refused = secure.visit("POST", "/desk/login", "192.0.2.1", **ELSEWHERE)
        assert refused.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/archive/", "/archive"),
        ("/archive//?page=2&x=//evil.example", "/archive?page=2&x=//evil.example"),
        ("/desk/login/", "/desk/login"),
        ("/articles/a b%2F/", "/articles/a%20b%252F"),
    ],
)
def test_a_slash_at_the_end_leads_to_a_path_and_to_no_host(
    method: str, path: str, target: str, here: Site
) -> None:
    answer = here.visit(method, path, "192.0.2.1", host="evil.example")
    assert (answer.status, answer.headers["location"]) == (307, target)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(path=st.lists(st.sampled_from(PARTS), max_size=6).map("".join))
def test_no_path_leads_to_another_host(here: Site, path: str) -> None:
    answer = here.visit("GET", f"/{path}/", "192.0.2.1", host="evil.example")
    location = answer.headers.get("location", "/")
    assert location[0] == "/"
    assert location[1:2] not in ("/", "\\")
    assert location.isprintable()


def test_what_is_personal_is_not_kept_and_our_styles_are(here: Site) -> None:
    assert here.get("/desk").headers["cache-control"] == PRIVATE
    styles = here.get("/static/ui.css")
    assert (styles.status, styles.headers["cache-control"]) == (200, STATIC)
    missing = here.get("/static/none.css")
    assert (missing.status, missing.headers["cache-control"]) == (404, PRIVATE)


def test_no_script_of_another_host_and_no_frame_elsewhere() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in POLICY.split(";"))
    assert rules["default-src"] == rules["frame-ancestors"] == rules["form-action"] == "'self'"
    assert "script-src" not in rules
