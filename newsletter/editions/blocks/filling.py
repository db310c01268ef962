"""Filling: templates of letters with their values, as MJML.

A theme's own blocks come before ours. They are a stranger's programs: only a child fills them, in
a sandbox (block_child.py).
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import (
    ChoiceLoader,
    DictLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from newsletter.brands.themes import block_file
from newsletter.editions.mjml import TemplateBroken

TEMPLATES = Path(__file__).parents[3] / "templates" / "email"
# All values are escaped, tags leave no lines behind, and a misspelt name is no hole in a letter.
LAYOUT: Mapping[str, Any] = {
    "autoescape": True,
    "undefined": StrictUndefined,
    "trim_blocks": True,
    "lstrip_blocks": True,
}
Blocks = tuple[tuple[str, str], ...]  # a theme's own, by kind


def fill(template: str, values: Mapping[str, object], blocks: Blocks = ()) -> str:
    """Return a template with its values; raises TemplateBroken with its file and line."""
    environment = sandbox(blocks) if blocks else _shipped()
    try:
        return environment.get_template(template).render(**values)
    except TemplateSyntaxError as error:
        where = f"{error.filename or error.name or template}, line {error.lineno}"
        raise TemplateBroken(f"{where}: {error.message}") from None
    except TemplateError as error:
        raise TemplateBroken(f"{template}: {error.message}") from None


def sandbox(blocks: Blocks) -> Environment:
    """Return an environment in which blocks of a stranger reach nothing but values."""
    loader = ChoiceLoader([_own(blocks), FileSystemLoader(TEMPLATES)])
    return ImmutableSandboxedEnvironment(loader=loader, **LAYOUT)


@cache
def _shipped() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), **LAYOUT)  # noqa: S701 - it escapes


def _own(blocks: Blocks) -> DictLoader:
    return DictLoader({block_file(kind): text for kind, text in blocks})
