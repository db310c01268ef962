"""The counting of `bench.house`, on packages small enough to count by eye."""

import json
import subprocess
from pathlib import Path

import pytest

from bench.house import main
from bench.house_measures import Measure, measure
from bench.house_sources import Module, read_house

SMALL = "# Why.\nclass Small:\n    def f(self):\n        pass\n"


def test_nodes_are_the_function_and_all_beneath_it() -> None:
    outer, inner = Module("a.py", "def outer():\n    def inner():\n        return 1\n").functions
    assert (inner.nodes, inner.lines, inner.where) == (4, 2, "a.py:2")
    assert (outer.nodes, outer.lines) == (6, 3)


def test_tokens_and_comments_are_counted_for_lines_that_are_not_blank() -> None:
    module = Module("a.py", '"""Two\nlines."""\n\nx = f"{x} and {y!r:>{width}}"  # why\n')
    assert (module.full_lines, module.tokens, module.comments) == (3, 4, 1)


def test_identifiers_are_names_of_any_kind_and_no_prose() -> None:
    module = Module(
        "a.py", "import b as told\ndef _told(told):\n    'told'\n    return x.told(told=1)\n"
    )
    assert module.identifiers["told"] == 5


def test_history_and_sample_data_are_left_out(tmp_path: Path) -> None:
    _write(tmp_path, "newsletter/__init__.py", "")
    _write(tmp_path, "newsletter/migrations/versions/0001_first.py", "x = 1\n")
    _write(tmp_path, "newsletter/migrations/running.py", "x = 1\n")
    _write(tmp_path, "newsletter/demo/sample.py", f"x = '{'x' * 100}'\n")
    assert _value(tmp_path, "files") == 3
    assert _value(tmp_path, "lines over 100 characters") == 0


@pytest.mark.parametrize(
    ("module", "mirror"),
    [
        ("newsletter/x.py", "tests/test_x.py"),
        ("newsletter/a/b.py", "tests/a/test_b.py"),
        ("newsletter/web/desk/b.py", "tests/web/desk/test_b.py"),
        ("subscribers/a.py", "tests/subscribers/test_a.py"),
    ],
)
def test_a_mirror_is_where_its_module_is(tmp_path: Path, module: str, mirror: str) -> None:
    project = '[tool.hatch.build.targets.wheel]\npackages = ["newsletter", "subscribers"]\n'
    _write(tmp_path, "pyproject.toml", project)
    _write(tmp_path, module, "\n" * 61)
    _write(tmp_path, f"tests/elsewhere/{Path(mirror).name}", "")
    assert _value(tmp_path, "modules with their test file, %") == 0
    _write(tmp_path, mirror, "")
    assert _value(tmp_path, "modules with their test file, %") == 100


def test_another_repository_has_mirrors_anywhere_below_tests(tmp_path: Path) -> None:
    _write(tmp_path, "src/other/__init__.py", "")
    _write(tmp_path, "src/other/m.py", "\n" * 61)
    _write(tmp_path, "tests/__init__.py", "")
    _write(tmp_path, "tests/deep/test_m.py", "")
    assert read_house(tmp_path).packages == ["src/other"]
    assert _value(tmp_path, "modules with their test file, %") == 100


def test_a_package_is_one_folder_without_its_sub_folders(tmp_path: Path) -> None:
    _write(tmp_path, "newsletter/__init__.py", "")
    for path in ("a/__init__.py", "a/m.py", "a/n.py", "a/deep/m.py"):
        _write(tmp_path, f"newsletter/{path}", "x = 1\n")
    assert str(_measure(tmp_path, "modules in the largest package")) == "2 a"
    assert str(_measure(tmp_path, "largest package's lines, %")) == "75 a"


def test_the_table_marks_what_falls_short_beside_a_revision(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _write(tmp_path, "newsletter/__init__.py", SMALL)
    git = ["git", "-C", str(tmp_path), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-qm", "x"], check=True)
    _write(tmp_path, "newsletter/n.py", SMALL)
    assert main(["--repo", str(tmp_path), "--before", "HEAD"]) == 1
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["files", "1", "2", "63", "60"] in rows
    name = ["class", "names", "in", "several", "modules"]
    assert [*name, "0", "1", "1*", "2*", "≤", "0", "SHORT"] in rows


def test_json_has_every_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write(tmp_path, "newsletter/__init__.py", SMALL)
    _write(tmp_path, "newsletter/n.py", SMALL)
    assert main(["--repo", str(tmp_path), "--json"]) == 1
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    place = {"where": "newsletter/__init__.py:2 newsletter/n.py:2", "name": "Small", "count": 2}
    assert rows["class names in several modules"]["worst"] == [place]


def test_a_folder_without_a_package_is_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--repo", str(tmp_path)])


def _measure(root: Path, name: str) -> Measure:
    return next(row for row in measure(root) if row.name == name)


def _value(root: Path, name: str) -> float:
    return _measure(root, name).value


def _write(root: Path, path: str, text: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
