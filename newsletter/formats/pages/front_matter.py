"""Pure. Files in Markdown with a head: a line ---, lines of `key: value`, a line ---, the text.

A value may be in double quotes, as YAML writes it. It is no YAML otherwise: whoever writes an
article should not have to know when a colon needs quotes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from newsletter.errors import Refused

FENCE = "---"


class BadFile(Refused):
    """A file in Markdown begins with a line ---, then lines like `title: …`, then a line ---, then
    its text.
    """


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a file by key, its text, and the line in which each begins."""

    values: Mapping[str, str]
    body: str
    lines: Mapping[str, int]  # by key; `body` is the text's


def read_head(text: str, keys: Sequence[str]) -> Head:
    """Return the head of a file and its text. Raises BadFile, naming the line.

    `keys` are those that the head may have, in lower case.
    """
    # Editors of Windows begin a file with a byte order mark and end its lines with CRLF.
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    end = _end_of_head(lines)
    values: dict[str, str] = {}
    places = {"body": end + 2}
    for number, key, value in _pairs(lines[1:end], keys):
        if key in values:
            place = places[key]
            raise BadFile(f"line {number}: {key} stands in line {place} already. Keep one of them.")
        values[key] = unquoted(value)
        places[key] = number
    body = "\n".join(lines[end + 1 :]).strip("\n")
    return Head(values, body, places)


def write_head(values: Mapping[str, str]) -> str:
    """Return a head that `read_head` reads back the same; what is empty is left out."""
    lines = [f"{key}: {_quoted(value)}" for key, value in values.items() if value]
    return "\n".join([FENCE, *lines, FENCE])


def _end_of_head(lines: Sequence[str]) -> int:
    """Return the index of the line that ends the head."""
    if lines[0].strip() != FENCE:
        raise BadFile(f"line 1: {BadFile()}")
    for place, line in enumerate(lines[1:], 1):
        if line.strip() == FENCE:
            return place
    problem = "the head has no end. Write a line --- between it and the text."
    raise BadFile(f"line {len(lines)}: {problem}")


def _pairs(lines: Sequence[str], keys: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """Yield the number of each line of the head with its key and value."""
    known = ", ".join(keys)
    for number, line in enumerate(lines, 2):
        if not line.strip():
            continue
        key, colon, value = line.partition(":")
        key = key.strip().casefold()
        if not colon:
            problem = f"no colon in {line.strip()[:40]!r}. Write `key: value`"
            raise BadFile(f"line {number}: {problem}; the keys are {known}.")
        if key not in keys:
            problem = f"there is no key {key[:40]!r}"
            raise BadFile(f"line {number}: {problem}. The keys are {known}.")
        yield number, key, value.strip()


def unquoted(value: str) -> str:
    """Take off one pair of quotes around the whole value; quotes that are the value's own stay."""
    if len(value) < 2 or value[0] != '"' or value[-1] != '"':
        return value
    inner = value[1:-1]
    # `"One" and "two"` begins and ends with quotes of its own.
    is_quoted_again = len(inner) > 1 and inner[0] == inner[-1] == '"'
    return inner if '"' not in inner or is_quoted_again else value


def _quoted(value: str) -> str:
    # Only where the value would lose quotes of its own otherwise.
    return value if unquoted(value) == value else f'"{value}"'
