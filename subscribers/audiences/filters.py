"""Pure. Filters: which subscribers an audience takes, as a description that is kept, shown and read from forms and commands.

All parts must fit; within a part one of its values is enough. A filter without parts takes everybody.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from newsletter.errors import Refused
from subscribers.addresses import display_address, stored_spelling

MOST_VALUES, VALUE_CHARS, MOST_DAYS = 50, 200, 3650
DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")


class BadFilter(Refused):
    """This filter cannot be read."""


@dataclass(frozen=True, slots=True)
class Filter:
    """`sources` are tags of sign-up links. `joined_from` and `joined_to` are days, both taken, in UTC.

    Active: they did something within so many days; quiet: they did nothing for so many, and joined before. `attributes` are pairs of
    name and value.
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


def read_filter(typed: Mapping[str, str | Sequence[str]]) -> Filter:
    """Read a filter from what was typed: lists with commas or one by one, attributes as NAME=VALUE, days as 2026-05-12.

    Raises BadFilter naming the part that is wrong and what it expects.
    """
    joined_from, joined_to = (
        _day(name, typed.get(name, "")) for name in ("joined_from", "joined_to")
    )
    if joined_from and joined_to and joined_from > joined_to:
        raise BadFilter("joined_to: expects a day that is not before joined_from.")
    return Filter(
        topics=_values("topics", typed.get("topics", "")),
        sources=_values("sources", typed.get("sources", "")),
        domains=tuple(_domain(one) for one in _values("domains", typed.get("domains", ""))),
        attributes=tuple(_pair(one) for one in _values("attributes", typed.get("attributes", ""))),
        joined_from=joined_from,
        joined_to=joined_to,
        active_days=_days("active_days", typed.get("active_days", "")),
        quiet_days=_days("quiet_days", typed.get("quiet_days", "")),
    )


def filter_to_row(one: Filter) -> dict[str, object]:
    """Return a filter as JSON keeps it: the parts that it has."""
    parts = {name: value for name, value in asdict(one).items() if value not in ((), None)}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in parts.items()
    }


def filter_from_row(row: Mapping[str, object]) -> Filter:
    """Return the filter that `as_row` made a row of."""
    return read_filter(filter_as_typed(row))


def filter_as_typed(row: Mapping[str, object]) -> dict[str, str | Sequence[str]]:
    """Return a kept filter as it is typed: a list stays one, a domain is in its own script."""
    return {
        name: [_typed(name, one) for one in value]
        if isinstance(value, list | tuple)
        else str(value)
        for name, value in row.items()
    }


def _typed(name: str, value: object) -> str:
    if name == "attributes" and isinstance(value, list | tuple):
        return f"{value[0]}={value[1]}"
    return display_address(str(value)) if name == "domains" else str(value)


def describe_filter(one: Filter) -> str:
    """Return what a filter takes, in words for an editor."""
    said = [f"topic {_either(one.topics)}"] if one.topics else []
    said += [f"came by {_either(one.sources)}"] if one.sources else []
    said += (
        [f"address at {_either(list(map(display_address, one.domains)))}"] if one.domains else []
    )
    said += [f"{name} is {value}" for name, value in one.attributes]
    said += [f"joined from {one.joined_from:%-d %B %Y}"] if one.joined_from else []
    said += [f"joined until {one.joined_to:%-d %B %Y}"] if one.joined_to else []
    said += [f"active within {one.active_days} days"] if one.active_days else []
    said += [f"quiet for {one.quiet_days} days"] if one.quiet_days else []
    return ", ".join(said) or "everybody"


def _either(values: Sequence[str]) -> str:
    return " or ".join(values)


def _values(name: str, typed: str | Sequence[str]) -> tuple[str, ...]:
    """A list that was typed as one text has commas; one that comes as a list is taken as it is, for a value may have a comma."""
    listed = typed.split(",") if isinstance(typed, str) else typed
    values = tuple(dict.fromkeys(filter(None, (" ".join(one.split()) for one in listed))))
    if len(values) > MOST_VALUES or any(len(one) > VALUE_CHARS for one in values):
        raise BadFilter(
            f"{name}: expects up to {MOST_VALUES} values of up to {VALUE_CHARS} characters."
        )
    return values


def _domain(typed: str) -> str:
    domain = stored_spelling(f"@{typed.removeprefix('@')}").removeprefix("@").lower()
    if not DOMAIN.fullmatch(domain):
        raise BadFilter(f"domains: expects names like example.org, got {typed!r}.")
    return domain


def _pair(typed: str) -> tuple[str, str]:
    name, mark, value = typed.partition("=")
    if not mark or not name.strip():
        raise BadFilter(f"attributes: expects NAME=VALUE, got {typed!r}.")
    return name.strip(), value.strip()


def _day(name: str, typed: str | Sequence[str]) -> date | None:
    text = str(typed).strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadFilter(f"{name}: expects a day like 2026-05-12, got {text!r}.") from None


def _days(name: str, typed: str | Sequence[str]) -> int | None:
    text = str(typed).strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= MOST_DAYS:
        raise BadFilter(f"{name}: expects 1 to {MOST_DAYS:,} days, got {text!r}.")
    return int(text)
