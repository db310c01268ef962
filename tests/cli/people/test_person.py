"""What a person asks an editor for: a copy of what is kept of them, or to be forgotten."""

import json
from pathlib import Path

from tests.cli.shell import INIT, run

ADA = "ada@readers.example"


def test_a_person_is_told_and_forgotten_and_a_file_does_not_bring_them_back(folder: Path) -> None:
    run(*INIT)
    (folder / "readers.csv").write_text(f"email\n{ADA}\n")
    run("subscribers", "import", "readers.csv")
    assert json.loads(run("subscribers", "tell", ADA).stdout)["you"]["address"] == ADA
    assert "--yes" in run("subscribers", "forget", ADA, code=4).output
    run("subscribers", "forget", ADA, "--yes")
    run("subscribers", "tell", ADA, code=3)
    run("secret", "rotate")
    run("subscribers", "import", "readers.csv")
    run("subscribers", "tell", ADA, code=3)
