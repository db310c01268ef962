"""MJML to HTML: the only home of the compiler, and of its traps.

1. Attribute values are printed in the compiler's own debug form: a backslash, a quote, or a character outside printable
   ASCII would break them. So each becomes a character reference before compiling.
2. A line break between two inline tags is dropped: templates keep inline tags on one line.
3. Unknown tags pass silently: any `<mj-` left in the output is an error here.
4. An error gives an offset, sometimes none, and no line: the line is worked out from it.
5. A web font is linked by default: none is allowed.
"""

import re

import mjml

from newsletter.errors import Refused

TAG = re.compile(
    r"<!--.*?-->|<[A-Za-z][\w:-]*(?:\s+[^\s=<>\"'/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'))?)*\s*/?>",
    re.DOTALL,
)
VALUE = re.compile(r"=\s*(\"[^\"]*\"|'[^']*')", re.DOTALL)
LEFT_OVER = re.compile(r"<mj-[\w-]+")
OFFSET = re.compile(r"position (\d+)")
MOST_BYTES = 1_000_000


class TemplateBroken(Refused):
    """A template cannot be compiled."""


def compile_mjml(source: str, name: str) -> str:
    """Return the HTML of an MJML document. Raises TemplateBroken naming the template and the line."""
    if len(source) > MOST_BYTES:
        raise TemplateBroken(f"{name}: the document is over {MOST_BYTES:,} characters")
    prepared = prepare(source)
    try:
        compiled = mjml.mjml2html(prepared, disable_comments=False, fonts={})
    except ValueError as error:
        raise TemplateBroken(f"{name}, line {_line(prepared, str(error))}: {error}") from None
    left = LEFT_OVER.search(compiled)
    if left:
        raise TemplateBroken(f"{name}: there is no tag {left[0]}>")
    return re.sub(r">\s*\n\s*<", "><", compiled)


def prepare(source: str) -> str:
    """Rewrite every attribute value to printable ASCII by character references."""
    return TAG.sub(
        lambda tag: tag[0] if tag[0].startswith("<!--") else VALUE.sub(_value, tag[0]), source
    )


def _value(found: re.Match[str]) -> str:
    return '="' + "".join(_safe(char) for char in found[1][1:-1]) + '"'


def _safe(char: str) -> str:
    if char in "\r\n\t":
        return " "
    return char if " " <= char <= "~" and char not in '"\\' else f"&#{ord(char)};"


def _line(source: str, error: str) -> int:
    found = OFFSET.search(error)
    return source.count("\n", 0, int(found[1])) + 1 if found else 1
