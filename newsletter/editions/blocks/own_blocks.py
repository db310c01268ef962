"""An operator's own blocks: checked before they are chosen, and printed by a child."""

import json
import pickle
import subprocess
import sys
from collections.abc import Mapping

from newsletter.brands.theme import BadTheme
from newsletter.brands.themes import block_file
from newsletter.editions.blocks.block_faults import find_fault
from newsletter.editions.blocks.filling import Blocks
from newsletter.editions.mjml import TemplateBroken

TIMEOUT_S = 15.0
TAGS = (("{{", "}}"), ("{%", "%}"), ("{#", "#}"))


def print_in_child(
    template: str,
    values: Mapping[str, object],
    blocks: Blocks,
) -> str:
    """Return the HTML of a letter whose theme has blocks of its own. Raises TemplateBroken."""
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "newsletter.editions.blocks.block_child"],
            input=pickle.dumps((template, dict(values), blocks)),
            capture_output=True,
            timeout=TIMEOUT_S,
            check=True,
        )
        answer = json.loads(ended.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        kinds = ", ".join(kind for kind, _ in blocks)
        message = f"The theme's own blocks ({kinds}) take too much time or memory."
        raise TemplateBroken(message) from error
    if "html" not in answer:
        raise TemplateBroken(str(answer.get("broken", template)))
    return str(answer["html"])


def check_blocks(blocks: Blocks) -> None:
    """Raise BadTheme for the first block whose MJML is broken, with line and column."""
    for kind, text in blocks:
        fault = find_fault(without_jinja(text))
        if fault:
            where = f"{block_file(kind)}, line {fault.line}, column {fault.column}"
            raise BadTheme(f"{where}: {fault.message}.")


def without_jinja(text: str) -> str:
    """Return a template with each tag of Jinja as so many spaces: every place stays."""
    out = []
    at = 0
    while found := _next_tag(text, at):
        start, end = found
        out += [text[at:start], _blank(text[start:end])]
        at = end
    return "".join([*out, text[at:]])


def _next_tag(
    text: str,
    at: int,
) -> tuple[int, int] | None:
    """Return where the next tag of Jinja begins and ends."""
    starts = [(text.find(opened, at), closed) for opened, closed in TAGS]
    found = [(start, closed) for start, closed in starts if start >= 0]
    if not found:
        return None
    start, closed = min(found)
    end = text.find(closed, start)
    return start, len(text) if end < 0 else end + len(closed)


def _blank(tag: str) -> str:
    return "".join("\n" if char == "\n" else " " for char in tag)
