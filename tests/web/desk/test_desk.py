"""The desk that each handler gets, and how handlers ask for it."""

import ast
import re
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute

from newsletter.desk.models import Editor
from newsletter.web.application import routers
from newsletter.web.desk.desk import Desk
from newsletter.web.requests import LoginNeeded
from tests.architecture.sources import handlers, modules, parameters
from tests.samples.times import NOON
from tests.web.asking import site

DESK = "newsletter/web/desk/"
# The ways in: a login, what a letter brings to who has none, and the first owner.
OPEN = ("/desk/login", "/desk/logout", "/desk/forgotten", "/desk/entry/", "/desk/start/owner")
WAYS_IN = ("/login.py", "/entering.py", "/owner.py")


def test_a_handler_gets_the_desk_before_its_session() -> None:
    """So that a request of somebody who is not logged in opens no transaction."""
    late = [
        f"{module.path}:{node.lineno} {node.name}"
        for module, node in handlers(DESK)
        if "session" in parameters(node)
        if not re.search("(Desk|Editor)Dep", ast.unparse(node.args).split("session:")[0])
        if not module.path.endswith(WAYS_IN)
    ]
    assert not late, late


def test_no_page_of_the_desk_is_for_who_is_not_logged_in(sqlite_url: str) -> None:
    """Each is led to the login or refused; a form that somebody typed comes back beside it."""
    asked = [
        (method, re.sub(r"\{[^}]*\}", "1", route.path))
        for router in routers()
        for route in router.routes
        if isinstance(route, APIRoute)
        if route.path.startswith("/desk")
        if not route.path.startswith(OPEN)
        for method in route.methods
    ]
    assert len(asked) > 80
    with site(sqlite_url, NOON) as here:
        here.log_out()
        answers = {each: here.visit(*each, "192.0.2.1").status for each in asked}
    shown = {each: status for each, status in answers.items() if status not in (303, 401)}
    assert not shown, shown


def test_a_form_is_a_model() -> None:
    loose = [
        f"{module.path}:{node.lineno} {node.name}"
        for module, node in handlers(DESK)
        if "Form()" in ast.unparse(node.args) or "FormStr" in ast.unparse(node.args)
    ]
    assert not loose, loose
    named = dict(form_dependencies())
    assert len(named) > 20
    assert all(model.endswith(("Form", "Fields")) for model in named.values()), named
    assert all(name == f"{model}Dep" for name, model in named.items()), named


def form_dependencies() -> Iterator[tuple[str, str]]:
    """The dependencies by which handlers of the desk get a form, each with its model."""
    for module in modules():
        if module.path.startswith(DESK):
            for node in module.tree.body:
                text = ast.unparse(node)
                if text.endswith(", Form()]"):
                    name, _, model = text.removesuffix(", Form()]").partition(" = Annotated[")
                    yield name, model


def test_a_desk_says_who_works_there_and_an_open_one_may_have_nobody(sqlite_url: str) -> None:
    with site(sqlite_url, NOON) as opened:
        mara = Editor(
            id=1, address="mara@inference.example", name="Mara", password_hash="", created_at=NOON
        )
        desk = Desk(mara, opened.publication, opened.runtime)
        assert (desk.by, desk.name, desk.key) == (mara.address, "Mara", opened.key)
        assert desk.now() == NOON
        assert desk.publisher.publication is opened.publication
        mara.name = ""
        assert desk.name == "mara@inference.example", "who gave no name is known by the address"
        empty = Desk(None, opened.publication, opened.runtime)
        with pytest.raises(LoginNeeded):
            empty.by  # noqa: B018
