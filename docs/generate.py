"""Writes docs/settings.md from the class `Settings`. Run it as `python docs/generate.py`.

The meaning of a setting is the comment beside its field in newsletter/settings.py: at the end of
its line, or on the lines above it. A test compares the page with what this program writes.
"""

import ast
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path

from newsletter import settings
from newsletter.settings import Settings

PAGE = Path(__file__).with_name("settings.md")
TYPES: Mapping[object, str] = {str: "text", int: "whole number", bool: "true or false"}
HEAD = """# Settings

Settings describe the machine. They are read once, when a program starts, from `newsletter.toml` in
the folder where it starts. `NEWSLETTER_CONFIG` names another file. An environment variable wins
over the file. With `_FILE` behind its name it names a file that holds the value, as containers give
secrets. A key that is not in this table is refused, so that a slip of the pen is seen.

What an editor may change is a row in the database: see `newsletter publication set --help` and
`docs/editing.md`.

`python docs/generate.py` writes this page from `newsletter/settings.py`. Change it there.

| Setting | Type | Default | In the environment | Meaning |
| --- | --- | --- | --- | --- |
"""


def page() -> str:
    """Return docs/settings.md. Raises LookupError for a setting without a meaning."""
    comments = read_comments(inspect.getsource(settings))
    return HEAD + "".join(
        row(field.name, field.type, field.default, comments) for field in fields(Settings)
    )


def row(name: str, kind: object, default: object, comments: Mapping[str, str]) -> str:
    """Return the line of one setting in the table."""
    meaning = comments.get(name)
    if not meaning:
        raise LookupError(f"{name}: write what it means beside its field in newsletter/settings.py")
    shown = str(default).lower() if isinstance(default, bool) else str(default)
    cells = [
        f"`{name}`",
        TYPES[kind],
        f"`{shown}`" if shown else "none",
        f"`NEWSLETTER_{name.upper()}`",
        sentence(meaning),
    ]
    return "| " + " | ".join(cells).replace("\n", " ") + " |\n"


def read_comments(source: str) -> Mapping[str, str]:
    """Return the comment of each field of `Settings` that has one, by the name of the field."""
    lines = source.splitlines()
    classes = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    body = next(node.body for node in classes if node.name == Settings.__name__)
    found: dict[str, str] = {}
    for node in body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            comment = _comment_of(lines, node)
            if comment:
                found[node.target.id] = comment
    return found


def sentence(text: str) -> str:
    """Return a comment with a capital at its start, a full stop at its end, fit for a table."""
    first = text.split()[0]
    if first.isalpha():  # not `smtp://` or a name in code
        text = text[0].upper() + text[1:]
    return (text if text.endswith(".") else f"{text}.").replace("|", "\\|")


def _comment_of(lines: Sequence[str], node: ast.AnnAssign) -> str:
    """Return the words at the end of a field's last line, or else those of the comment above."""
    after = lines[(node.end_lineno or node.lineno) - 1].encode()[node.end_col_offset or 0 :]
    beside = after.decode().strip().removeprefix("#").strip()
    if beside:
        return beside
    above: list[str] = []
    for line in reversed(lines[: node.lineno - 1]):
        if not line.strip().startswith("#"):
            break
        above.insert(0, line.strip().removeprefix("#").strip())
    return " ".join(above)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
