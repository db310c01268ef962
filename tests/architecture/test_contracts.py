"""Each contract of import-linter fails on a planted import: a rule that cannot fail is none."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGES, ROOT

PLANTED = {
    "Imports point down only": ("newsletter/formats/dates/reading.py", "newsletter.web.errors"),
    "Subscribers know the leaves and the database only": (
        "subscribers/joining/typos.py",
        "newsletter.tokens",
    ),
    "Formats, choosing and cadence know the leaves only": (
        "newsletter/choosing/cues.py",
        "newsletter.statements",
    ),
    "Mail knows no table": ("newsletter/mail/pace.py", "newsletter.database"),
    "A worker loads no web": ("newsletter/senders.py", "fastapi"),
    "Small letters are read and written at home": (
        "newsletter/web/health.py",
        "newsletter.letters.models",
    ),
    "Messages are read and written at home": (
        "newsletter/web/health.py",
        "newsletter.delivery.models",
    ),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program, to plant imports in."""
    folder = tmp_path_factory.mktemp("house")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.mark.parametrize("contract", PLANTED)
def test_a_planted_import_breaks_its_contract(contract: str, house: Path) -> None:
    path, imported = PLANTED[contract]
    module = house / path
    before = module.read_text("utf-8")
    module.write_text(f"{before}\nimport {imported}\n", "utf-8")
    try:
        assert f"{contract} BROKEN" in _lint(house)
    finally:
        module.write_text(before, "utf-8")


def test_every_contract_has_its_planted_import() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    contracts = text.split("[[tool.importlinter.contracts]]")[1:]
    names = {contract.split('name = "')[1].split('"')[0] for contract in contracts}
    assert names == PLANTED.keys()


def _lint(folder: Path) -> str:
    program = "from importlinter.cli import lint_imports_command as run; run()"
    done = subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return " ".join(done.stdout.split())
