"""A refusal at the desk names a button: no page of the desk shows a command."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

import newsletter.web.desk as desk_package
from newsletter.gathering import sources
from newsletter.gathering.discovery import NoSourceKind
from newsletter.gathering.sources import NewSource
from newsletter.web.desk.buttons import BUTTONS, explain, is_at_desk
from tests.architecture.sources import ROOT, Module, modules
from tests.samples.times import NOON
from tests.web.asking import Answer, Site, site

COMMAND = re.compile(r"(`|<code>)newsletter [a-z]")
FEED = "https://tide.example/feed.xml"
NOT_HERE = {"mark": "0" * 64, "act": "keep", "order": "enable"}  # any other id is a number
WHOLE_FORM = {
    "version": "1",
    "checksum": "0",
    "address": "ada@readers.example",
    "url": "https://127.0.0.1/",
    "kind": "sheet",
    "target": "address",
    "step": "1",
    "name": "Pen",
    "audience_id": "99",
    "do": "save",
}
# These speak at a terminal only, before there is a desk or beside it.
AT_A_TERMINAL = (
    "newsletter/cli/",
    "newsletter/mail/dkim.py",
    "newsletter/senders.py",
    "newsletter/settings.py",
)


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        yield opened


def requests() -> Iterator[tuple[str, str]]:
    """Every page and form of the desk, each for something that is not there."""
    for found in pkgutil.walk_packages(desk_package.__path__, f"{desk_package.__name__}."):
        router = getattr(importlib.import_module(found.name), "pages", APIRouter())
        for route in router.routes:
            assert isinstance(route, APIRoute)
            path = re.sub(r"{(\w+)}", lambda name: NOT_HERE.get(name[1], "99"), route.path)
            yield ("GET" if "GET" in route.methods else "POST"), path


def answers(desk: Site, method: str, path: str) -> list[Answer]:
    if method == "GET":
        return [desk.get(path)]
    return [desk.post(path), desk.post(path, **WHOLE_FORM)]


def sentences(module: Module) -> Iterator[tuple[int, str]]:
    """The strings of a module that people may read, with their lines.

    A function's or a module's docstring and a `hint` are not among them; a class's docstring is,
    because that of an error is its message.
    """
    unread = {id(module.tree.body[0])}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            unread.add(id(node.body[0]))
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "hint":
            unread.add(id(node))
    yield from strings(module.tree, unread)


def strings(node: ast.AST, unread: set[int]) -> Iterator[tuple[int, str]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child.lineno, child.value
        elif id(child) not in unread:
            yield from strings(child, unread)


def test_no_page_and_no_refusal_of_the_desk_shows_a_command(desk: Site) -> None:
    asked = list(requests())
    assert len(asked) > 60
    for method, path in asked:
        for answer in answers(desk, method, path):
            assert answer.status != 500, f"{method} {path}"
            assert not COMMAND.search(answer.text), f"{method} {path}"


def test_no_template_of_the_desk_names_a_command() -> None:
    pages = sorted((ROOT / "templates" / "desk").glob("*.html"))
    assert pages
    assert [page.name for page in pages if COMMAND.search(page.read_text("utf-8"))] == []


def test_a_sentence_that_a_page_may_show_leaves_its_command_to_the_hint() -> None:
    astray = [
        f"{module.path}:{line}"
        for module in modules()
        if not module.path.startswith(AT_A_TERMINAL)
        for line, text in sentences(module)
        if COMMAND.search(text)
    ]
    assert not astray, astray


def test_the_sentences_of_a_module_are_its_strings_without_docstrings_and_hints() -> None:
    source = '''"""A module."""
class Lost(Exception):
    """An error."""
    hint = "`newsletter find`"
def tell():
    """A function."""
    return f"told {1}"
'''
    found = [text for _, text in sentences(Module("lost.py", ast.parse(source)))]
    assert found == ["An error.", "told "]


def test_a_refusal_says_which_button_helps(desk: Site) -> None:
    assert (
        "There is no such issue. “Issues” shows those there are."
        in desk.get("/desk/issues/99").text
    )
    with desk.runtime.database.writing() as session:
        sources.add(session, desk.key, NewSource(FEED, "Tide Log"), now=NOON)
    again = desk.post("/desk/sources/look", url=FEED).text
    assert "That source is there already. “Sources” shows it." in again
    assert "Press “Look” at the address again." in explain(NoSourceKind())


def test_every_error_with_a_button_has_a_hint_for_the_terminal_too() -> None:
    assert [kind.__name__ for kind, _ in BUTTONS if not kind.hint] == []


def test_a_reader_gets_the_message_without_a_button_of_the_desk(desk: Site) -> None:
    assert "There is no such tool here, or it was taken out." in desk.get("/tools/pen").text
    assert "“Tools” shows" not in desk.get("/tools/pen").text
    assert is_at_desk("/desk")
    assert not is_at_desk("/deskjet")
