"""docs/backup.md is true: its commands, one after the other, bring back what was there."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from tests.cli.shell import INIT, run
from tests.docs.pages import read


def test_the_commands_of_the_page_bring_everything_back(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(sqlite_template, "newsletter.sqlite3")
    run(*INIT)
    Path("people.csv").write_text("address\nada@readers.example\n", "utf-8")
    run("subscribers", "import", "people.csv")
    before = json.loads(run("status", "--json").stdout)
    for line in _commands():
        if line.startswith("newsletter "):
            run(*line.split()[1:])
        else:
            subprocess.run(line.split(), check=True)
    assert json.loads(run("status", "--json").stdout) == before


def _commands() -> list[str]:
    blocks = read(ROOT / "docs/backup.md").blocks
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]
