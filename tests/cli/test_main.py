"""The command line as a whole: one table of commands, imported late."""

import gc
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from newsletter.cli.commands import COMMANDS, load
from newsletter.cli.main import app

SHELL = CliRunner()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_summary_of_a_command_is_the_first_sentence_of_its_help(name: str) -> None:
    entry = COMMANDS[name]
    help_text = " ".join((load(entry, name).help or "").split())
    assert help_text.startswith(entry.summary)


def test_help_lists_every_command() -> None:
    answer = SHELL.invoke(app, ["--help"])
    assert answer.exit_code == 0
    listed = [line.split()[0] for line in answer.output.splitlines() if line.startswith("  ")]
    assert set(COMMANDS) <= set(listed)


def test_a_slip_of_the_pen_gets_the_nearest_command() -> None:
    answer = SHELL.invoke(app, ["satus"])
    assert answer.exit_code == 2
    assert "Did you mean 'status'?" in answer.output


@pytest.mark.parametrize(
    ("words", "unwanted"),
    [
        (["--help"], {"sqlmodel", "fastapi", "newsletter.runtime"}),
        (["status"], {"fastapi", "aiosmtplib", "alembic", "jinja2", "apscheduler", "trafilatura"}),
        (["source", "list"], {"fastapi", "alembic", "jinja2", "apscheduler", "uvicorn"}),
    ],
)
def test_a_command_imports_only_its_own_needs(
    words: list[str], unwanted: set[str], folder: Path
) -> None:
    program = (
        "import sys\n"
        "from newsletter.cli.main import app\n"
        f"app({words!r}, standalone_mode=False)\n"
        f"print(sorted({unwanted!r} & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.splitlines()[-1] == "[]"


def test_garbage_is_collected_again_when_a_command_begins() -> None:
    """A start goes without it; `serve` runs for months."""
    try:
        gc.disable()
        assert SHELL.invoke(app, ["secret", "--help"]).exit_code == 0
        assert gc.isenabled()
    finally:
        gc.enable()


def test_every_command_of_the_table_can_be_loaded_and_has_an_example_or_commands() -> None:
    for name, entry in COMMANDS.items():
        command = load(entry, name)
        has_example = "Example" in (command.help or "")
        assert has_example or isinstance(command, typer.core.TyperGroup), name
