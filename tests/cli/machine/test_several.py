"""Several publications: a command works on the one that was named, and guesses never."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newsletter.belonging import OWNERS
from newsletter.cli.commands import LateCommands
from newsletter.publications.reading import first_publication
from newsletter.runtime import open_runtime
from newsletter.settings import read_settings
from tests.cli.shell import INIT, rows, run
from tests.web.filled import WORD, everything, fill

ADD = (
    *("publication", "add", "ai-weekly", "--name", "AI Weekly"),
    *("--sender", "ai@inference.example", "--postal-address", "2 Street"),
)


@pytest.fixture(autouse=True)
def publication(folder: Path) -> None:
    run(*INIT)


def test_one_publication_needs_no_name() -> None:
    assert [row["name"] for row in rows("publication", "show")] == ["The Inference"]


def test_with_two_a_command_that_needs_one_says_which_there_are() -> None:
    run(*ADD)
    said = run("publication", "show", code=4).stderr
    assert "--publication" in said
    assert "ai-weekly, the-inference" in said or "the-inference, ai-weekly" in said
    run("status", code=4)


def test_what_is_about_no_publication_needs_no_name() -> None:
    run(*ADD)
    found = {row["publication"]: row["pages"] for row in rows("publication", "list")}
    assert found == {
        "the-inference": "http://127.0.0.1:8000/",
        "ai-weekly": "http://127.0.0.1:8000/ai-weekly/",
    }


def test_the_option_and_the_environment_name_it(monkeypatch: pytest.MonkeyPatch) -> None:
    run(*ADD)
    shown = rows("--publication", "ai-weekly", "publication", "show")
    assert [row["name"] for row in shown] == ["AI Weekly"]
    monkeypatch.setenv("NEWSLETTER_PUBLICATION", "ai-weekly")
    assert [row["name"] for row in rows("publication", "show")] == ["AI Weekly"]
    # what is written at the command wins
    shown = rows("--publication", "the-inference", "publication", "show")
    assert [row["name"] for row in shown] == ["The Inference"]


def test_a_name_that_is_none_is_refused_even_if_there_is_one_publication() -> None:
    said = run("--publication", "ai", "publication", "show", code=3).stderr
    assert "the-inference" in said


def test_what_one_publication_sets_the_other_keeps() -> None:
    run(*ADD)
    run("--publication", "ai-weekly", "publication", "set", "--topic", "Models")
    first = rows("--publication", "the-inference", "publication", "show")
    assert first[0]["topics"] == []


def test_a_publication_moves_and_nobody_takes_its_old_place() -> None:
    run(*ADD)
    run("--publication", "ai-weekly", "publication", "move", "https://ai.example")
    run("publication", "add", "ai-weekly", *ADD[3:], code=5)
    run("--publication", "the-inference", "publication", "move", "/first", code=4)


def test_no_command_touches_a_row_of_another_publication(folder: Path) -> None:
    """Each command that takes an id, also one that is added later."""
    run(*ADD)
    with open_runtime(read_settings()) as runtime:
        first = runtime.database.read(first_publication)
        ids = runtime.database.write(fill, first.key, number=1, editor_id=1)
        before = runtime.database.read(everything)
        tried = list(with_ids(ids))
        for words in tried:
            said = run("--publication", "ai-weekly", *words, code=3).output
            assert WORD not in said, words
        assert runtime.database.read(everything) == before
    assert len(tried) > 10


def with_ids(ids: dict[str, int]) -> Iterator[list[str]]:
    """The commands that take the id of a row, with the first publication's and what else they
    ask for."""
    for words, command in all_commands():
        needed = [param for param in command.params if param.required]
        names = [param.name for param in command.params if param.name in OWNERS]
        if not names:
            continue
        typed = [*words]
        for param in needed:
            if param.name in OWNERS and not param.opts[0].startswith("-"):
                continue
            value = "2026-06-01" if param.name in ("first", "last") else "1"
            typed += [param.opts[0], value] if param.opts[0].startswith("-") else [value]
        for param in command.params:
            if param.name in OWNERS:
                key = str(ids[param.name])
                typed += [param.opts[0], key] if param.opts[0].startswith("-") else [key]
        yield typed


def all_commands() -> Iterator[tuple[list[str], Any]]:
    todo: list[tuple[list[str], Any]] = [([name], each) for name, each in LateCommands().items()]
    while todo:
        words, command = todo.pop()
        inner = getattr(command, "commands", None)
        if inner is None:
            yield words, command
        else:
            todo += [([*words, name], each) for name, each in inner.items()]
