"""The desk that each handler gets, and how handlers ask for it."""

import ast

import pytest

from newsletter.desk.models import Editor
from newsletter.web.desk.desk import Desk
from newsletter.web.requests import LoginNeeded
from tests.architecture.sources import Module, functions, modules
from tests.samples.times import NOON
from tests.web.asking import site

MOST_PARAMETERS = 5
ROUTED = (".get(", ".post(")


def handlers() -> list[tuple[Module, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """The functions of the desk that answer requests, each with its module."""
    found = []
    for module in modules():
        if module.path.startswith("newsletter/web/desk/"):
            for node in functions(module):
                routes = [ast.unparse(decorator) for decorator in node.decorator_list]
                if any(mark in route for route in routes for mark in ROUTED):
                    found.append((module, node))
    return found


def names(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    arguments = node.args
    return [argument.arg for argument in (*arguments.args, *arguments.kwonlyargs)]


def test_a_handler_has_at_most_five_parameters() -> None:
    found = handlers()
    assert len(found) > 60
    wide = [
        f"{module.path}:{node.lineno} {node.name}"
        for module, node in found
        if len(names(node)) > MOST_PARAMETERS
    ]
    assert not wide, wide


def test_a_handler_gets_the_desk_before_its_session() -> None:
    """So that a request of somebody who is not logged in opens no transaction."""
    late = [
        f"{module.path}:{node.lineno} {node.name}"
        for module, node in handlers()
        if "session" in names(node) and "DeskDep" not in ast.unparse(node.args).split("session")[0]
    ]
    assert not late, late


def test_a_form_is_a_model() -> None:
    loose = [
        f"{module.path}:{node.lineno} {node.name}"
        for module, node in handlers()
        if "Form()" in ast.unparse(node.args) and "Form, Form()]" not in ast.unparse(node.args)
        if "Fields, Form()]" not in ast.unparse(node.args)
    ]
    assert not loose, loose


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
