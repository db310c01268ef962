"""Two publications of one installation: whoever works or reads at one neither sees nor changes
the other, by any route. The routes are those of the application, so a new one is walked too.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from sqlmodel import Session, col, delete

from newsletter.belonging import OWNERS
from newsletter.desk import team, tokens
from newsletter.desk.models import Membership
from newsletter.desk.roles import Role
from newsletter.publications.models import Publication
from newsletter.publications.opening import open_publication
from newsletter.tokens import pair
from newsletter.web.application import routers
from tests.samples.times import NOON
from tests.web.asking import Answer, Site, site
from tests.web.filled import WORD, everything, fill

ROUTES = [route for pages in routers() for route in pages.routes if isinstance(route, APIRoute)]
# What is the installation's, not a publication's.
INSTALLATION = {
    "/desk/login",
    "/desk/logout",
    "/desk/forgotten",
    "/desk/entry/{kind}/{token}",
    "/desk/entry/invitation/{token}",
    "/desk/entry/password/{token}",
    "/desk/login/code",
    "/desk/start/owner",
    "/desk/start/publication",
    "/desk/account/sessions/{session_id}/end",
}
DESK = [
    route for route in ROUTES if route.path.startswith("/desk") and route.path not in INSTALLATION
]
# Ids that handlers look up among the rows of their own publication, or below such a row.
LOOKED_UP = {"article_id", "link_id"}
# People are the installation's: their team is looked at (tests/desk/test_team.py).
PEOPLE = {"editor_id", "session_id"}


@pytest.fixture
def here(
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Site]:
    """The first publication has a row of each table; all its words are `quokka`."""
    monkeypatch.chdir(tmp_path)  # lists wait beside the database, or here
    with site(database_url, NOON) as one:
        yield one


@pytest.fixture
def other(here: Site) -> Publication:
    """The second publication, of which the editor who is logged in is the owner."""
    return here.runtime.database.write(second_publication, 1)


def second_publication(session: Session, owner_id: int) -> Publication:
    made = open_publication(
        session,
        name="Second",
        sender_address="s@second.example",
        cadence="Monday 09:00 Europe/Berlin",
        word="second",
    )
    team.add_member(session, made.key, owner_id, Role.OWNER)
    return made


@pytest.fixture
def ids(here: Site) -> dict[str, int]:
    return here.runtime.database.write(fill, here.key, number=1, editor_id=1)


def address(route: APIRoute, ids: dict[str, int]) -> str:
    """The path of a route with the ids of the first publication."""
    words = {"number": "1", "slug": WORD, "act": "add", "order": "disable", "link": "0"}
    words |= {"mark": "0" * 64, "rest": WORD, **{name: str(key) for name, key in ids.items()}}

    def fill_in(found: re.Match[str]) -> str:
        # An id that nobody filled would be nobody's, and prove nothing.
        return words[found[1]] if found[1].endswith("_id") else words.get(found[1], "0" * 64)

    return re.sub(r"\{(\w+)[^}]*\}", fill_in, route.path)


def shows(answer: Answer) -> bool:
    """True if a page has a word of the first publication; what was searched for comes back."""
    typed = re.compile(rf'(?:q=|value="|“){WORD}')
    return WORD in typed.sub("", answer.text)


def ask(here: Site, route: APIRoute, path: str, **fields: str) -> Answer:
    return here.post(path, **fields) if "POST" in route.methods else here.get(path)


def test_each_id_in_an_address_of_the_desk_is_known_to_be_somebodys() -> None:
    """Who adds a route with a new kind of id says in `belonging.py` whose rows they are."""
    names = {
        param.alias
        for route in DESK
        for param in route.dependant.path_params
        if param.field_info.annotation is int
    }
    unknown = {name for name in names if name.endswith("_id")} - OWNERS.keys() - LOOKED_UP - PEOPLE
    assert not unknown, unknown


def test_no_route_of_the_desk_shows_or_changes_a_row_of_another_publication(
    here: Site, other: Publication, ids: dict[str, int]
) -> None:
    before = here.runtime.database.read(everything)
    wrong = []
    for route in DESK:
        names = {param.alias for param in route.dependant.path_params}
        if not names & (OWNERS.keys() | LOOKED_UP):
            continue
        answer = ask(here, route, f"/p/second{address(route, ids)}", version="1")
        # A form whose article is another's comes back with a refusal.
        if answer.status not in (404, 422) or WORD in answer.text:
            wrong.append((route.path, answer.status))
    assert not wrong, wrong
    assert here.runtime.database.read(everything) == before


def test_an_editor_of_another_publication_opens_no_page_of_this_one(
    here: Site, other: Publication, ids: dict[str, int]
) -> None:
    here.runtime.database.write(leave_team, here.key)
    before = here.runtime.database.read(everything)
    wrong = []
    for route in DESK:
        answer = ask(here, route, address(route, ids), version="1")
        # the front page of a desk leads to the desk of one's own
        refused = 307 if route.path == "/desk" else 403
        if answer.status != refused or shows(answer):
            wrong.append((route.path, answer.status))
    assert not wrong, wrong
    assert here.runtime.database.read(everything) == before


def leave_team(session: Session, publication_id: int) -> None:
    session.exec(delete(Membership).where(col(Membership.publication_id) == publication_id))


def test_no_form_or_query_names_a_row_of_another_publication(
    here: Site, other: Publication, ids: dict[str, int]
) -> None:
    before = here.runtime.database.read(everything)
    for path in ("/p/second/desk", "/p/second/desk/tools", "/p/second/desk/readers"):
        for name in OWNERS:
            asked = here.get(f"{path}?{name}={ids[name]}")
            assert asked.status == 404, (path, name)
    audience, gathered = str(ids["audience_id"]), str(ids["gathered_id"])
    assert WORD not in here.get(f"/p/second/desk/audiences?edit={audience}").text
    assert WORD not in here.get(f"/p/second/desk/tools?show_id={ids['submission_id']}").text
    for order in ("accept", "refuse"):
        here.post("/p/second/desk/tools/gathered", **{order: gathered}, shown=[gathered])
    here.post("/p/second/desk/tools/gathered", everyone="true", shown=[gathered])
    assert here.runtime.database.read(everything) == before


def test_no_page_of_a_desk_names_anything_of_another_publication(
    here: Site, other: Publication, ids: dict[str, int]
) -> None:
    """Lists, counts, searches, exports and the week."""
    pages = [route for route in DESK if "GET" in route.methods and "{" not in route.path]
    queries = ("", f"?q={WORD}", "?tab=all", "?status=active", "?before=999999")
    wrong = [
        (route.path + query, answer.status)
        for route in pages
        for query in queries
        for answer in [here.get(f"/p/second{route.path}{query}")]
        if shows(answer) or answer.status >= 500
    ]
    assert not wrong, wrong


def test_no_public_page_shows_anything_of_another_publication(
    here: Site, other: Publication, ids: dict[str, int]
) -> None:
    pages = [
        route
        for route in ROUTES
        if "GET" in route.methods
        and not route.path.startswith(("/desk", "/api"))
        and "{token}" not in route.path
    ]
    wrong = []
    for route in pages:
        path = f"/second{address(route, ids)}"
        for query in ("", f"?q={WORD}"):
            answer = here.get(path + query)
            if shows(answer) or "The Inference" in answer.text or answer.status >= 500:
                wrong.append((path + query, answer.status))
    assert not wrong, wrong


def test_a_token_of_the_api_opens_nothing_of_another_publication(
    here: Site, other: Publication, ids: dict[str, int]
) -> None:
    made = here.runtime.database.write(
        tokens.make_token, other.key, "shop", may_vouch=True, by="mara", now=NOON
    )
    before = here.runtime.database.read(everything)
    wrong = []
    for route in ROUTES:
        if not route.path.startswith("/api/") or "token" in route.path:
            continue
        names = {param.alias for param in route.dependant.path_params}
        path = address(route, ids | dict.fromkeys(names, ids["subscriber_id"]))
        for method in route.methods - {"HEAD", "OPTIONS", "POST"}:
            answer = here.ask(method, path, {} if method == "PATCH" else None, token=made[1])
            is_refused = answer.status == 404 or not names
            if WORD in answer.text or not is_refused or answer.status >= 500:
                wrong.append((method, path, answer.status))
    assert not wrong, wrong
    after = here.runtime.database.read(everything)
    before.pop("apitoken"), after.pop("apitoken")  # when it was used last
    assert after == before


@pytest.mark.parametrize(
    ("purpose", "path"),
    [
        ("confirm", "/confirm/{}"),
        ("stay", "/stay/{}"),
        ("letter", "/vote/{}/yes"),
        ("own", "/promote/own/{}"),
        ("answer", "/promote/answer/{}"),
    ],
)
def test_a_link_of_a_letter_is_led_to_the_pages_of_its_publication(
    purpose: str, path: str, here: Site, other: Publication, ids: dict[str, int]
) -> None:
    """Asked for below another one's address, it shows nothing there and changes nothing."""
    number = ids["submission_id"] if purpose in ("own", "answer") else ids["subscription_id"]
    if purpose == "letter":
        number = pair(ids["issue_id"], ids["subscriber_id"])
    token = here.runtime.signer.sign(purpose, number)
    before = here.runtime.database.read(everything)
    for answer in (
        here.get(f"/second{path.format(token)}"),
        here.post(f"/second{path.format(token).removesuffix('/yes')}", answer="yes"),
    ):
        assert answer.status == 307
        assert answer.headers["location"].startswith("http://news.example/")
        assert "/second" not in answer.headers["location"]
    assert here.runtime.database.read(everything) == before


def test_a_list_that_was_sent_in_is_shown_at_the_desk_that_sent_it_in_only(
    here: Site, other: Publication
) -> None:
    """Its mark is in the address of its page. Two publications may well have the same list."""
    content = f"address\n{WORD}@readers.example\n".encode()
    sent = here.send_file("/desk/readers/import", "readers.csv", content)
    page = sent.headers["location"]
    here.post(f"{page}/check", target="address", source=WORD)
    before = here.get(page).text
    assert WORD in before
    for path in (page, f"{page}/progress", f"{page}/rejected.csv"):
        assert here.get(f"/p/second{path}").status == 403, path
    for order in ("check", "start"):
        assert here.post(f"/p/second{page}/{order}", target="address").status == 403
    again = here.send_file("/p/second/desk/readers/import", "readers.csv", content)
    assert again.headers["location"] == f"/p/second{page}"
    theirs = here.get(f"/p/second{page}").text
    assert f'value="{WORD}"' not in theirs  # what the first publication said of the list
    assert here.get(page).text == before
