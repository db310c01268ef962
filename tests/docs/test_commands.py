"""Each `newsletter …` command that README and docs/ name exists, with the options named there."""

import re
import shlex
from collections.abc import Iterator, Sequence

import pytest
import typer

from newsletter.cli.main import app
from tests.docs.pages import pages

ROOT_COMMAND = typer.main.get_command(app)
COMMAND = re.compile(r"newsletter [a-z][a-z-]+(?: .*)?")


def in_blocks() -> Iterator[tuple[str, str]]:
    """Page and line of each command in a code block, without its shell prompt or comment."""
    for page in pages():
        for block in page.blocks:
            for line in block.replace("\\\n", " ").splitlines():
                if COMMAND.fullmatch(line.strip()):
                    yield page.path, line.strip()


def in_prose() -> Iterator[tuple[str, str]]:
    """Page and command of each command in backticks."""
    for page in pages():
        yield from ((page.path, span) for span in page.spans if COMMAND.fullmatch(span))


def words(line: str) -> Sequence[str]:
    """The words of a command, up to a redirection, a pipe or a comment."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|><&;")
    lexer.commenters = "#"
    lexer.whitespace_split = True
    found = []
    for word in lexer:
        if set(word) <= set("|><&;"):
            break
        found.append(word)
    return found[1:]


def problem(line: str, *, is_whole: bool) -> str:
    """Return what is wrong with a command, "" if it can be run like that.

    In prose a command may be named without its arguments; a whole one has all that it needs.
    """
    command, rest = ROOT_COMMAND, list(words(line))
    while rest and hasattr(command, "commands"):
        if rest[0] not in command.commands:
            return f"there is no {rest[0]}"
        command = command.commands[rest.pop(0)]
    if hasattr(command, "commands"):
        return "it lacks a command" if is_whole and "--help" not in rest else ""
    known = {opt for option in command.params for opt in (*option.opts, *option.secondary_opts)}
    unknown = [word for word in rest if word.startswith("--") and word not in {*known, "--help"}]
    if unknown:
        return f"it has no {', '.join(unknown)}"
    return lack(command, rest) if is_whole and "--help" not in rest else ""


def lack(command: typer.core.TyperCommand, rest: list[str]) -> str:
    """Return what a whole command has too little or too much of, "" for nothing."""
    context = command.context_class(command, info_name=command.name)
    given, left, _ = command.make_parser(context).parse_args(rest)
    asked_for = [
        each for each in command.params if each.required and not getattr(each, "prompt", None)
    ]
    missing = [each.name for each in asked_for if given.get(each.name) is None]
    if missing:
        return f"it needs {', '.join(map(str, missing))}"
    return f"it takes no {' '.join(left)}" if left else ""


@pytest.mark.parametrize(("page", "line"), list(in_blocks()))
def test_a_command_in_a_block_can_be_run_like_that(page: str, line: str) -> None:
    assert not (wrong := problem(line, is_whole=True)), f"{page}: `{line}`: {wrong}"


@pytest.mark.parametrize(("page", "line"), list(in_prose()))
def test_a_command_named_in_a_sentence_exists(page: str, line: str) -> None:
    assert not (wrong := problem(line, is_whole=False)), f"{page}: `{line}`: {wrong}"


@pytest.mark.parametrize(
    "line",
    [
        "newsletter weigh list",
        "newsletter delivery rate --speed 5",
        "newsletter delivery rate",
        "newsletter send 1 2",
    ],
)
def test_a_wrong_command_is_seen(line: str) -> None:
    assert problem(line, is_whole=True)
