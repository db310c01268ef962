"""The limits of the house: how large and how dense code may be, and how near its tests."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from bench.house_measures import (
    COMMENTS,
    LEAST,
    LONG_LINE,
    LONG_LINES,
    MIRRORS,
    MOST,
    NODES_MAX,
    NODES_MEDIAN,
    PACKAGE_MODULES,
    PACKAGE_SHARE,
    SHARED_NAMES,
    TOKENS,
    Measure,
    measure,
)
from tests.architecture.sources import ROOT


def test_half_of_the_functions_are_small() -> None:
    _check(NODES_MEDIAN)


def test_no_function_is_large() -> None:
    _check(NODES_MAX)


def test_lines_are_not_dense() -> None:
    _check(TOKENS)


def test_no_line_is_long() -> None:
    _check(LONG_LINES)


def test_no_line_of_a_test_or_a_bench_is_long() -> None:
    # ruff's E501 lets a line pass that ends with an address or a pragma
    long = [
        f"{file.relative_to(ROOT)}:{number}"
        for folder in ("bench", "tests")
        for file in sorted((ROOT / folder).rglob("*.py"))
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if len(line) > LONG_LINE
    ]
    assert not long, long


def test_there_are_comments() -> None:
    _check(COMMENTS)


def test_a_class_name_has_one_meaning() -> None:
    _check(SHARED_NAMES)


def test_a_package_has_few_modules() -> None:
    _check(PACKAGE_MODULES)


def test_no_package_holds_a_large_part_of_the_lines() -> None:
    _check(PACKAGE_SHARE)


def test_tests_mirror_modules() -> None:
    _check(MIRRORS)


def test_code_that_breaks_every_limit_falls_short_of_each(tmp_path: Path) -> None:
    _write(tmp_path / "newsletter/__init__.py", "")
    crowded = f"class Same: pass\ndef f(): return [{', '.join(['x'] * 130)}]\n"
    for number in range(16):
        _write(tmp_path / f"newsletter/m{number}.py", crowded + "\n" * 60)
    short = {row.name: row for row in measure(tmp_path) if row.is_short}
    assert short.keys() == MOST.keys() | LEAST.keys()
    assert all(row.worst for row in short.values())


def test_code_within_every_limit_falls_short_of_none(tmp_path: Path) -> None:
    _write(tmp_path / "newsletter/__init__.py", "")
    for number in range(10):
        package = tmp_path / f"newsletter/p{number}"
        _write(package / "__init__.py", "")
        _write(
            package / "m.py",
            f"# Why.\nclass C{number}:\n    def f(self):\n        pass\n" + "\n" * 60,
        )
        _write(tmp_path / f"tests/p{number}/test_m.py", "")
    assert not [str(row) for row in measure(tmp_path) if row.is_short]


def _check(name: str) -> None:
    row = next(row for row in _measures() if row.name == name)
    worst = "\n".join(map(str, row.worst[:20]))
    is_short = row.is_short  # a name of its own: a failure then shows no more than the message
    assert not is_short, f"{name}: {row}, not {row.reach}; the worst:\n{worst}"


@cache
def _measures() -> Sequence[Measure]:
    return measure(ROOT)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
