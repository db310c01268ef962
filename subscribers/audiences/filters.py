"""Pure. Filters: which subscribers an audience takes.

A filter is kept as JSON, shown in words, and read from forms and commands. All its parts must fit;
within a part one of its values is enough. A filter without parts takes everybody.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from newsletter.errors import Refused
from newsletter.text import is_number, one_line
from subscribers.addresses import display_address, stored_spelling

MOST_VALUES = 50
VALUE_CHARS = 200
MOST_DAYS = 3650
LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
DOMAIN = re.compile(rf"(?=.{{1,253}}\Z){LABEL}(?:\.{LABEL})+")
Typed = str | Sequence[str]  # one text with commas, or a list


class BadFilter(Refused):
    """This filter cannot be read."""


@dataclass(frozen=True, slots=True)
class Filter:
    """The parts of a filter.

    `sources` are tags of sign-up links, `attributes` pairs of name and value, `joined_from` and
    `joined_to` days in UTC, both taken. Active subscribers did something within so many days;
    quiet ones did nothing for so many, and joined before.
    """

    topics: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    joined_from: date | None = None
    joined_to: date | None = None
    active_days: int | None = None
    quiet_days: int | None = None


NAMES = (
    "topics",
    "sources",
    "domains",
    "attributes",
    "joined_from",
    "joined_to",
    "active_days",
    "quiet_days",
)


def read_filter(typed: Mapping[str, Typed]) -> Filter:
    """Read a filter from what was typed for each part.

    Lists are texts with commas or lists, attributes NAME=VALUE, days like 2026-05-12. Raises
    BadFilter naming the part that is wrong and what it expects.
    """
    read = Filter(
        topics=_read_values(typed, "topics"),
        sources=_read_values(typed, "sources"),
        domains=tuple(map(_read_domain, _read_values(typed, "domains"))),
        attributes=tuple(map(_read_pair, _read_values(typed, "attributes"))),
        joined_from=_read_day(typed, "joined_from"),
        joined_to=_read_day(typed, "joined_to"),
        active_days=_read_days(typed, "active_days"),
        quiet_days=_read_days(typed, "quiet_days"),
    )
    _refuse_backwards(read)
    return read


def filter_to_row(kept: Filter) -> dict[str, object]:
    """Return a filter as JSON keeps it: the parts that it has."""
    return {
        name: _as_json(value) for name, value in asdict(kept).items() if value not in ((), None)
    }


def filter_from_row(row: Mapping[str, object]) -> Filter:
    """Return the filter that `filter_to_row` made a row of."""
    return read_filter(filter_as_typed(row))


def filter_as_typed(row: Mapping[str, object]) -> dict[str, Typed]:
    """Return a kept filter as it is typed: a list stays a list, a domain is in its own script."""
    return {name: _part_as_typed(name, value) for name, value in row.items()}


def describe_filter(kept: Filter) -> str:
    """Return in words for an editor what a filter takes."""
    words = [*_describe_lists(kept), *_describe_joining(kept), *_describe_activity(kept)]
    return ", ".join(words) or "everybody"


def _refuse_backwards(read: Filter) -> None:
    if read.joined_from and read.joined_to and read.joined_from > read.joined_to:
        raise BadFilter("joined_to: expects a day that is not before joined_from.")


def _as_json(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _part_as_typed(name: str, value: object) -> Typed:
    if isinstance(value, list | tuple):
        return [_as_typed(name, part) for part in value]
    return str(value)


def _as_typed(name: str, value: object) -> str:
    if name == "attributes" and isinstance(value, list | tuple):
        return f"{value[0]}={value[1]}"
    return display_address(str(value)) if name == "domains" else str(value)


def _describe_lists(kept: Filter) -> Iterator[str]:
    if kept.topics:
        yield f"topic {' or '.join(kept.topics)}"
    if kept.sources:
        yield f"came by {' or '.join(kept.sources)}"
    if kept.domains:
        yield f"address at {' or '.join(map(display_address, kept.domains))}"
    for name, value in kept.attributes:
        yield f"{name} is {value}"


def _describe_joining(kept: Filter) -> Iterator[str]:
    if kept.joined_from:
        yield f"joined from {kept.joined_from:%-d %B %Y}"
    if kept.joined_to:
        yield f"joined until {kept.joined_to:%-d %B %Y}"


def _describe_activity(kept: Filter) -> Iterator[str]:
    if kept.active_days:
        yield f"active within {kept.active_days} days"
    if kept.quiet_days:
        yield f"quiet for {kept.quiet_days} days"


def _read_values(typed: Mapping[str, Typed], name: str) -> tuple[str, ...]:
    lines = map(one_line, _split(typed.get(name, "")))
    values = tuple(dict.fromkeys(filter(None, lines)))
    if not _fit(values):
        raise BadFilter(
            f"{name}: expects up to {MOST_VALUES} values of up to {VALUE_CHARS} characters."
        )
    return values


def _split(given: Typed) -> Sequence[str]:
    # A text has commas between its values; a value of a list may have a comma of its own.
    return given.split(",") if isinstance(given, str) else given


def _fit(values: Sequence[str]) -> bool:
    return len(values) <= MOST_VALUES and all(len(value) <= VALUE_CHARS for value in values)


def _read_domain(typed: str) -> str:
    domain = stored_spelling(f"@{typed.removeprefix('@')}").removeprefix("@").lower()
    if not DOMAIN.fullmatch(domain):
        raise BadFilter(f"domains: expects names like example.org, got {typed!r}.")
    return domain


def _read_pair(typed: str) -> tuple[str, str]:
    name, mark, value = typed.partition("=")
    if not mark or not name.strip():
        raise BadFilter(f"attributes: expects NAME=VALUE, got {typed!r}.")
    return name.strip(), value.strip()


def _read_day(typed: Mapping[str, Typed], name: str) -> date | None:
    text = _read_text(typed, name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadFilter(f"{name}: expects a day like 2026-05-12, got {text!r}.") from None


def _read_days(typed: Mapping[str, Typed], name: str) -> int | None:
    text = _read_text(typed, name)
    if not text:
        return None
    if not _counts_days(text):
        raise BadFilter(f"{name}: expects 1 to {MOST_DAYS:,} days, got {text!r}.")
    return int(text)


def _counts_days(text: str) -> bool:
    """True for a number of days that a filter may ask for."""
    # Nine digits show that a number is too large; int() raises ValueError on thousands of them.
    return is_number(text) and 1 <= int(text[:9]) <= MOST_DAYS


def _read_text(typed: Mapping[str, Typed], name: str) -> str:
    return str(typed.get(name, "")).strip()
