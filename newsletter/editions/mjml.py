"""MJML to HTML: the only home of the compiler, and of its traps.

1. Attribute values are printed in the compiler's own debug form: a backslash, a quote, or a
   character outside printable ASCII would break them. So each becomes a character reference before
   compiling.
2. A line break between two inline tags is dropped: templates keep inline tags on one line.
3. Unknown tags pass silently: any `<mj-` left in the output is an error here.
4. An error gives an offset, sometimes none, and no line: the line is worked out from it.
5. A web font is linked by default: none is allowed.
"""

import re

import mjml

from newsletter.errors import Refused

# A comment, or a tag with its attributes, quoted or not.
TAG = re.compile(
    # Possessive throughout: no place in a template is looked at twice.
    r"<!--(?:(?!-->).)*+(?:-->|\Z)"
    r"|<[A-Za-z][\w:-]*+(?:\s++[^\s=<>\"'/]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'))?+)*+\s*+/?>",
    re.DOTALL,
)
VALUE = re.compile(r"=\s*+(\"[^\"]*+\"|'[^']*+')", re.DOTALL)
LEFT_OVER = re.compile(r"<mj-[\w-]+")
BETWEEN_TAGS = re.compile(r">[^\S\n]*+\n\s*+<")
OFFSET = re.compile(r"position (\d+)")
MOST_BYTES = 1_000_000


class TemplateBroken(Refused):
    """A template cannot be compiled."""


def compile_mjml(source: str, name: str) -> str:
    """Return the HTML of an MJML document.

    Raises TemplateBroken, which names the template and the line.
    """
    # A document of this size is a mistake, and would be compiled all the same.
    if len(source) > MOST_BYTES:
        raise TemplateBroken(f"{name}: the document is over {MOST_BYTES:,} characters")
    compiled = _compile(prepare(source), name)
    left = LEFT_OVER.search(compiled)
    if left:
        raise TemplateBroken(f"{name}: there is no tag {left[0]}>")
    # Indentation between tags counts for the size at which Gmail clips, and shows nothing.
    return BETWEEN_TAGS.sub("><", compiled)


def prepare(source: str) -> str:
    """Rewrite every attribute value to printable ASCII by character references."""
    return TAG.sub(_safe_tag, source)


def _compile(prepared: str, name: str) -> str:
    """Run the compiler; raises TemplateBroken, with the line."""
    try:
        compiled: str = mjml.mjml2html(prepared, disable_comments=False, fonts={})
    except ValueError as error:
        line = _line_of(prepared, str(error))
        raise TemplateBroken(f"{name}, line {line}: {error}") from None
    return compiled


def _safe_tag(tag: re.Match[str]) -> str:
    """Make all attribute values of a tag safe."""
    # A comment is found first, so that nothing in it is taken for a tag.
    if tag[0].startswith("<!--"):
        return tag[0]
    return VALUE.sub(_safe_value, tag[0])


def _safe_value(value: re.Match[str]) -> str:
    """Write one attribute value by character references."""
    return '="' + "".join(_safe(char) for char in value[1][1:-1]) + '"'


def _safe(char: str) -> str:
    """Write one character so that the compiler keeps it."""
    # XML reads them as spaces, too (XML 1.0, 3.3.3).
    if char in "\r\n\t":
        return " "
    if " " <= char <= "~" and char not in '"\\':
        return char
    return f"&#{ord(char)};"


def _line_of(source: str, error: str) -> int:
    """Work out the line from the offset in an error; 1 if it has none."""
    # The compiler knows the prepared source only, so the offset is one in that.
    found = OFFSET.search(error)
    return source.count("\n", 0, int(found[1])) + 1 if found else 1
