"""Pure. Front matter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from newsletter.errors import Refused

FENCE = "---"


class BadFile(Refused):
    """A file in Markdown begins with a line ---, then lines like `title: …`, then a line ---, then its text."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a file says in its head, by key, its text, and the lines in which each stands."""

    values: Mapping[str, str]
    body: str
    lines: Mapping[str, int]


def read_head(text: str, keys: Sequence[str]) -> Head:
    """Return the head of a file and its text. Raises BadFile, naming the line."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[0].strip() != FENCE:
        raise BadFile(f"line 1: {BadFile.__doc__}")
    end = next((n for n, line in enumerate(lines[1:], 1) if line.strip() == FENCE), None)
    if end is None:
        raise BadFile(
            f"line {len(lines)}: the head has no end. Write a line --- between it and the text."
        )
    values: dict[str, str] = {}
    at: dict[str, int] = {"body": end + 2}
    for number, line in enumerate(lines[1:end], 2):
        if not line.strip():
            continue
        key, colon, value = line.partition(":")
        key = key.strip().casefold()
        if not colon:
            raise BadFile(
                f"line {number}: no colon in {line.strip()[:40]!r}. Write `key: value`; the keys are {', '.join(keys)}."
            )
        if key not in keys:
            raise BadFile(
                f"line {number}: there is no key {key[:40]!r}. The keys are {', '.join(keys)}."
            )
        if key in values:
            raise BadFile(
                f"line {number}: {key} stands in line {at[key]} already. Keep one of them."
            )
        values[key], at[key] = unquoted(value.strip()), number
    return Head(values, "\n".join(lines[end + 1 :]).strip("\n"), at)


def unquoted(value: str) -> str:
    """Take off one pair of quotes around the whole value, as YAML writes them; quotes that are the value's own stay."""
    inner = value[1:-1]
    wrapped = len(value) > 1 and value[0] == value[-1] == '"'
    own = '"' in inner and not (len(inner) > 1 and inner[0] == inner[-1] == '"')
    return inner if wrapped and not own else value


def quoted(value: str) -> str:
    """Return a value as it is written in a head: in quotes where it would lose its own otherwise."""
    return value if unquoted(value) == value else f'"{value}"'
