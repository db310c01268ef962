"""Pure. Files in Markdown with a head: a line ---, lines of `key: value`, a line ---, the text.

A value may be in double quotes, as YAML writes it. It is no YAML otherwise: whoever writes an
article should not have to know when a colon needs quotes.
"""

from collections.abc import Mapping, Sequence
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
    values, places = _read_values(lines[1:end], keys)
    body = "\n".join(lines[end + 1 :])
    return Head(
        values,
        body.strip("\n"),
        places | {"body": end + 2},
    )


def write_head(values: Mapping[str, str]) -> str:
    """Return a head that `read_head` reads back the same; what is empty is left out."""
    lines = [f"{key}: {_quoted(value)}" for key, value in values.items() if value]
    return "\n".join([FENCE, *lines, FENCE])


def _end_of_head(lines: Sequence[str]) -> int:
    """Return the index of the line that ends the head."""
    if lines[0].strip() != FENCE:
        raise _bad(1, str(BadFile()))
    for place, line in enumerate(lines[1:], 1):
        if line.strip() == FENCE:
            return place
    problem = "the head has no end. Write a line --- between it and the text."
    raise _bad(len(lines), problem)


def _read_values(
    lines: Sequence[str],
    keys: Sequence[str],
) -> tuple[dict[str, str], dict[str, int]]:
    """Return the values of a head by key, and the numbers of their lines."""
    values: dict[str, str] = {}
    places: dict[str, int] = {}
    # Lines are counted from 1, as editors count them; the first is the fence.
    for number, line in enumerate(lines, 2):
        if not line.strip():
            continue
        key, value = _pair(line, number, keys)
        _check_is_new(key, number, places)
        values[key] = unquoted(value)
        places[key] = number
    return values, places


def _check_is_new(
    key: str,
    number: int,
    places: Mapping[str, int],
) -> None:
    """Raise BadFile for a key that an earlier line has; `places` are the lines by key."""
    if key in places:
        raise _bad(number, f"{key} stands in line {places[key]} already. Keep one of them.")


def _pair(
    line: str,
    number: int,
    keys: Sequence[str],
) -> tuple[str, str]:
    """Return the key and the value of a line."""
    key, colon, value = line.partition(":")
    key = key.strip().casefold()
    known = ", ".join(keys)
    if not colon:
        written = line.strip()[:40]
        raise _bad(number, f"no colon in {written!r}. Write `key: value`; the keys are {known}.")
    if key not in keys:
        raise _bad(number, f"there is no key {key[:40]!r}. The keys are {known}.")
    return key, value.strip()


def _bad(number: int, problem: str) -> BadFile:
    return BadFile(f"line {number}: {problem}")


def unquoted(value: str) -> str:
    """Take off one pair of quotes around the whole value; quotes that are the value's own stay."""
    inner = value[1:-1]
    if not _is_in_quotes(value):
        return value
    # `"One" and "two"` begins and ends with quotes of its own.
    return inner if '"' not in inner or _is_in_quotes(inner) else value


def _is_in_quotes(value: str) -> bool:
    return len(value) > 1 and value[0] == value[-1] == '"'


def _quoted(value: str) -> str:
    # Only where the value would lose quotes of its own otherwise.
    if unquoted(value) == value:
        return value
    return f'"{value}"'
