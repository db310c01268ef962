"""Read the product of a checkout: its packages, modules, functions and tokens.

The product is what the wheel in pyproject.toml names. Without such a list, it is each top package
that is not for tests, benches or documents. Migrations that ran once are history and vendored code
is somebody else's: both are left out.
"""

import ast
import io
import re
import tokenize
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

MAIN = "newsletter"  # its tests lie in tests/ itself, those of a second package in tests/<package>/
SAMPLES = ("newsletter/demo/sample.py",)  # news in the shape of code: a line holds a sentence
SIDE_FOLDERS = {"bench", "benchmarks", "docs", "examples", "scripts", "test", "tests"}
NOT_OURS = re.compile(r"migrations/(versions/|(.*/)?\d)|(^|/)_?vendor/")
LAYOUT = {"NEWLINE", "NL", "INDENT", "DEDENT", "ENDMARKER", "FSTRING_END"}
MIRROR_ABOVE = 60  # lines: a smaller module may be tested with its neighbour
NAME_FIELDS = ("id", "arg", "attr", "name", "asname")


class NothingToMeasure(Exception):
    """The folder holds no Python package."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function, method or inner function. Its nodes are its definition and all beneath."""

    where: str
    name: str
    nodes: int
    lines: int


@dataclass(frozen=True)
class Module:
    """A Python file: its path from the root of the checkout, with slashes, and its text."""

    path: str
    text: str

    @property
    def stem(self) -> str:
        return Path(self.path).stem

    @property
    def package(self) -> str:
        return Path(self.path).parent.as_posix()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def lines(self) -> Sequence[str]:
        return self.text.splitlines()

    @cached_property
    def full_lines(self) -> int:
        """How many lines are not blank; those of docstrings and comments count."""
        return sum(1 for line in self.lines if line.strip())

    @property
    def needs_mirror(self) -> bool:
        return len(self.lines) > MIRROR_ABOVE and self.stem != "__init__"

    @property
    def comments(self) -> int:
        return self._token_counts["COMMENT"]

    @property
    def tokens(self) -> int:
        """How many names, numbers, operators and strings; a docstring is a single string."""
        return self._token_counts.total() - self.comments

    @property
    def functions(self) -> Iterator[Function]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                nodes = sum(1 for _ in ast.walk(node))
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                yield Function(f"{self.path}:{node.lineno}", node.name, nodes, lines)

    @property
    def classes(self) -> Iterator[tuple[str, str]]:
        """Name and place of each class."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ClassDef):
                yield node.name, f"{self.path}:{node.lineno}"

    @cached_property
    def identifiers(self) -> Counter[str]:
        """How often each name is used; underscores before and after it are left out."""
        fields = (
            getattr(node, field, None) for node in ast.walk(self.tree) for field in NAME_FIELDS
        )
        return Counter(name.strip("_") for name in fields if isinstance(name, str))

    @cached_property
    def _token_counts(self) -> Counter[str]:
        """Tokens by kind, without layout.

        From Python 3.12 on an f-string comes in parts. It counts as one token on each version.
        """
        kinds: Counter[str] = Counter()
        depth = 0
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            kind = tokenize.tok_name[token.type]
            depth -= kind == "FSTRING_END"
            if not depth and kind not in LAYOUT:
                kinds[kind] += 1
            depth += kind == "FSTRING_START"
        return kinds


@dataclass(frozen=True)
class House:
    """A checkout: its root, the names of its packages, the modules of its product."""

    root: Path
    packages: Sequence[str]
    modules: Sequence[Module]

    @property
    def code(self) -> Iterator[Module]:
        """The modules whose lines and functions are measured: all but sample data."""
        return (module for module in self.modules if module.path not in SAMPLES)

    @cached_property
    def functions(self) -> Sequence[Function]:
        return [function for module in self.code for function in module.functions]

    @cached_property
    def tests(self) -> Sequence[str]:
        """Paths of all test files from tests/ on."""
        folder = self.root / "tests"
        return [file.relative_to(folder).as_posix() for file in folder.rglob("test_*.py")]

    def has_mirror(self, module: Module) -> bool:
        """True if the module's own test file exists; elsewhere in tests/ for another repository."""
        if MAIN not in self.packages:
            return any(Path(path).name == f"test_{module.stem}.py" for path in self.tests)
        folder = Path(module.package)
        below = folder.relative_to(MAIN) if folder.parts[0] == MAIN else folder
        return (below / f"test_{module.stem}.py").as_posix() in self.tests


def read_house(root: Path) -> House:
    """Read the product below the root of a checkout; raises NothingToMeasure if there is none."""
    packages = _read_wheel(root) or _find_packages(root)
    modules = []
    for package in packages:
        for file in sorted((root / package).rglob("*.py")):
            path = file.relative_to(root).as_posix()
            if not NOT_OURS.search(path):
                modules.append(Module(path, file.read_text("utf-8")))
    if not modules:
        raise NothingToMeasure(f"{root} holds no Python package")
    return House(root, packages, modules)


def _read_wheel(root: Path) -> Sequence[str]:
    """The packages that Hatch puts into the wheel."""
    project = root / "pyproject.toml"
    table = tomllib.loads(project.read_text("utf-8")) if project.exists() else {}
    for key in ("tool", "hatch", "build", "targets", "wheel"):
        table = table.get(key, {})
    packages: Sequence[str] = table.get("packages", [])
    return packages


def _find_packages(root: Path) -> Sequence[str]:
    marks = [*root.glob("*/__init__.py"), *root.glob("src/*/__init__.py")]
    folders = [mark.parent for mark in marks if mark.parent.name not in SIDE_FOLDERS]
    return sorted(folder.relative_to(root).as_posix() for folder in folders)
