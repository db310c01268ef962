"""`newsletter theme`: a theme goes out as one file, and comes in checked."""

import zipfile
from pathlib import Path

from tests.cli.shell import INIT, rows, run


def test_a_theme_goes_out_comes_in_and_is_chosen(folder: Path) -> None:
    run(*INIT)
    assert [row["name"] for row in rows("theme", "list")] == ["marked", "bulletin", "gazette"]
    file = str(folder / "tide.zip")
    run("theme", "export", "gazette", file)
    run("theme", "import", file)
    assert [row["name"] for row in rows("theme", "list")][-1] == "tide"
    assert {row["name"] for row in rows("theme", "show", "tide")} >= {"paper", "text", "link"}
    run("look", "set", "theme=tide")
    run("theme", "import", file, code=5)
    run("theme", "import", file, "--name", "marked", code=5)


def test_a_theme_that_cannot_be_is_refused_and_writes_nothing(folder: Path) -> None:
    run(*INIT)
    file = folder / "evil.zip"
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("../newsletter.toml", "x")
    assert "no file of a theme" in run("theme", "import", str(file), code=4).output
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("theme.toml", 'title = "Evil"\nabout = "x"\ncolour = 3\n')
    assert "theme.toml, line 3" in run("theme", "import", str(file), code=4).output
    file.write_bytes(b"no zip")
    run("theme", "import", str(file), code=4)
    run("theme", "show", "none", code=3)
    assert not (folder / "themes").exists()
