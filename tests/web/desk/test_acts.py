"""Every route of the desk x every role: the answer is what the table of roles says."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from sqlmodel import update

from newsletter.delivery.models import Message
from newsletter.delivery.planning import freeze, plan
from newsletter.desk import roles, team
from newsletter.desk.models import Membership
from newsletter.desk.roles import ROLES, Act, Role
from newsletter.editions.printing import print_edition
from newsletter.issues import approval
from newsletter.issues.proposing import propose
from newsletter.publications.models import Publication
from newsletter.web.application import routers
from newsletter.web.desk.desk import Needs
from tests.delivery.rig import subscribe
from tests.issues.stage import news
from tests.samples.times import NOON
from tests.web.asking import Site, site

# Before anybody is known, and after: no role is needed for a login.
WITHOUT = {
    "/desk/login",
    "/desk/login/code",
    "/desk/logout",
    "/desk/forgotten",
    "/desk/entry/{kind}/{token}",
    "/desk/entry/invitation/{token}",
    "/desk/entry/password/{token}",
    "/desk/start/owner",
    "/desk/start/publication",
}
READERS = "readers-of-ours.example"
REFUSED = "<h1>Not for your role</h1>"


def acts(dependant: Dependant) -> Iterator[Act]:
    for needed in dependant.dependencies:
        if isinstance(needed.call, Needs):
            yield needed.call.act


def desk_routes() -> Iterator[tuple[str, str, list[Act]]]:
    """Each method and path of the desk with the acts that it names."""
    for router in routers():
        for route in router.routes:
            if isinstance(route, APIRoute) and route.path.split("/")[1] == "desk":
                for method in sorted(route.methods - {"HEAD"}):
                    yield method, route.path, list(acts(route.dependant))


def filled(path: str) -> str:
    """The path with a number or a word in each place."""
    parts = [
        part if not part.startswith("{") else "9" * 64 if part == "{mark}" else "7"
        for part in path.split("/")
    ]
    return "/".join(parts)


def become(opened: Site, role: Role | None) -> None:
    with opened.runtime.database.writing() as session:
        session.exec(update(Membership).values(role=role or "", publication_id=opened.key))


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("desk")
    with site(f"sqlite:///{folder}/newsletter.sqlite3", NOON) as one:
        yield one


def test_every_route_names_one_act() -> None:
    found = list(desk_routes())
    assert len(found) >= 100
    wrong = [each for each in found if len(each[2]) != (each[1] not in WITHOUT)]
    assert not wrong, wrong


@pytest.mark.parametrize("role", ROLES)
def test_every_route_answers_every_role_as_the_table_says(opened: Site, role: Role) -> None:
    become(opened, role)
    wrong = []
    for method, path, needed in desk_routes():
        if not needed:
            continue
        answer = opened.get(filled(path)) if method == "GET" else opened.post(filled(path))
        is_refused = answer.status == 403 and REFUSED in answer.text
        if is_refused is roles.may(role, needed[0]):
            wrong.append(f"{method} {path}: {answer.status}")
        if is_refused:
            assert "You are a" in answer.text
            assert 'class="rail"' in answer.text, "in the desk's own frame"
    assert not wrong, "\n".join(wrong)


def test_who_is_on_no_team_sees_nothing_of_it(opened: Site) -> None:
    with opened.runtime.database.writing() as session:
        [(editor, _)] = team.read_team(session, opened.key)
        session.delete(session.get_one(Membership, 1))
    try:
        for method, path, needed in desk_routes():
            if needed:
                answer = opened.get(filled(path)) if method == "GET" else opened.post(filled(path))
                assert answer.status == 403, path
                assert "do not belong to the team" in answer.text
                assert 'aria-label="Desk"' in answer.text
                assert 'href="/desk/issues"' not in answer.text
    finally:
        opened.runtime.database.write(team.add_member, opened.key, editor.key, Role.OWNER)


@pytest.fixture(scope="module")
def busy(opened: Site) -> Site:
    """The site with readers, an article, an open issue, and one that left with a doubt."""
    with opened.runtime.database.writing() as session:
        publication = session.get_one(Publication, opened.key)
        publication.postal_address = "The Inference, 1 Harbor Road, Kiel"
        news(session, publication, 8)
        due_at = NOON + timedelta(hours=9)
        first = propose(session, opened.key, period="p1", due_at=due_at, now=NOON)
        for number in range(3):
            subscribe(session, opened.key, f"reader{number}@{READERS}")
        edition = print_edition(session, first.key, opened.runtime.urls, NOON)
        approval.approve(session, first.key, edition.checksum, by="mara", now=NOON)
        delivery = plan(session, first.key, NOON)
        later = due_at + timedelta(days=7)
        propose(session, opened.key, period="p2", due_at=later, now=NOON)
    assert freeze(opened.runtime.database, delivery.key)
    with opened.runtime.database.writing() as session:
        session.exec(
            update(Message).values(status="uncertain", reply=f"550 no reader0@{READERS} here")
        )
    return opened


def pages_of(opened: Site) -> Iterator[tuple[str, str]]:
    """Each page of the desk that answers, with its text."""
    for method, path, _ in desk_routes():
        if method == "GET" and path not in WITHOUT and "export" not in path:
            for number in "12":
                at = re.sub(r"\{[^}]*\}", number, path)
                answer = opened.get(at)
                if answer.status == 200:
                    yield at, answer.text


def act_at(method: str, address: str) -> Act | None:
    """The act that a link or a form of a page needs; None where it leads out of the desk."""
    path = address.partition("?")[0].partition("#")[0]
    for known, pattern, needed in desk_routes():
        spelled = re.sub(r"\{[^}]*\}", "[^/]+", pattern)
        if known == method and re.fullmatch(spelled, path):
            return needed[0] if needed else None
    return None


@pytest.mark.parametrize("role", ROLES)
def test_no_page_has_a_link_or_a_button_that_would_be_refused(busy: Site, role: Role) -> None:
    become(busy, role)
    wrong = []
    for path, text in pages_of(busy):
        shown = [("GET", to) for to in re.findall(r'<a\b[^>]*?href="([^"]+)"', text)]
        for form in re.findall(r"<form\b[^>]*>", text):
            named = dict(re.findall(r'(\w+)="([^"]*)"', form))
            shown.append((named.get("method", "get").upper(), named.get("action", path)))
        for method, address in shown:
            act = act_at(method, address)
            if act and not roles.may(role, act):
                wrong.append(f"{path} shows {method} {address}, which needs {act}")
    assert not wrong, "\n".join(sorted(set(wrong)))


def test_a_writer_meets_no_address(busy: Site) -> None:
    seen = {}
    for role in ROLES:
        become(busy, role)
        seen[role] = {path for path, text in pages_of(busy) if READERS in text}
    assert any(path.endswith("/delivery") for path in seen[Role.EDITOR])
    assert "/desk/readers" in seen[Role.EDITOR]
    assert seen[Role.WRITER] == set() == seen[Role.VIEWER]
