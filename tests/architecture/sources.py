"""Reading the product's own source."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("newsletter", "subscribers")
ROUTED = (".get(", ".post(", ".patch(", ".options(")


@dataclass(frozen=True, slots=True)
class Module:
    """One file: its path from the root, and its parsed tree."""

    path: str
    tree: ast.Module

    @property
    def docstring(self) -> str:
        return ast.get_docstring(self.tree) or ""

    @property
    def imports(self) -> Iterator[tuple[int, str]]:
        """Line and dotted name of each import: `from a import b` is both a and a.b."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.lineno, node.module
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


@cache
def modules() -> Sequence[Module]:
    """Every module of the product, Alembic's versions excepted: they are history."""
    files = sorted(
        file
        for package in PACKAGES
        for file in (ROOT / package).rglob("*.py")
        if "versions" not in file.parts
    )
    return [
        Module(str(file.relative_to(ROOT)), ast.parse(file.read_text("utf-8"))) for file in files
    ]


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a module, methods and inner ones too."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def handlers(folder: str) -> Sequence[tuple[Module, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """The functions of a folder that answer requests, each with its module."""
    return [
        (module, node)
        for module in modules()
        if module.path.startswith(folder)
        for node in functions(module)
        if any(mark in route for route in _decorators(node) for mark in ROUTED)
    ]


def _decorators(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    return [ast.unparse(decorator) for decorator in node.decorator_list]


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """The names of what a function takes."""
    arguments = node.args
    return [argument.arg for argument in (*arguments.args, *arguments.kwonlyargs)]
