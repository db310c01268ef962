"""The table of commands: each can be asked for help, and shows an example."""

from collections.abc import Iterator, Mapping

import pytest
from typer.core import TyperGroup

from newsletter.cli.commands import LateCommands
from tests.cli.shell import run


def commands(
    group: Mapping[str, object], before: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    for name, command in group.items():
        if isinstance(command, TyperGroup):
            yield from commands(command.commands, (*before, name))
        else:
            yield (*before, name)


@pytest.mark.parametrize("words", list(commands(LateCommands())), ids=" ".join)
def test_each_command_helps_with_an_example(words: tuple[str, ...]) -> None:
    help_text = " ".join(run(*words, "--help").stdout.split())
    assert f"Example: newsletter {' '.join(words)}" in help_text
