"""Pure. What an export of another program is: how it is known, what its columns and words mean.

The programs that we know are in programs.py.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from newsletter.lists.meaning.answers import Meanings, read_meanings
from newsletter.lists.presets import by_word

NOTHING: Mapping[str, str] = MappingProxyType({})
# Files that programs name by what their people are. Atomic: behind the first of two words is all
# that is behind the second.
FILE_NAMES = tuple(
    (re.compile(pattern), program, meaning)
    for pattern, program, meaning in (
        (r"^non_?-?subscribed_(?>.*?(?:members|audience)).*export", "Mailchimp", "unconfirmed"),
        (r"^unsubscribed_(?>.*?(?:members|audience)).*export", "Mailchimp", "unsubscribed"),
        (r"^cleaned_(?>.*?(?:members|audience)).*export", "Mailchimp", "bounce"),
        (r"^subscribed_(?>.*?(?:members|audience)).*export", "Mailchimp", "active"),
        (r"-unconfirmed\.csv$", "Sendy", "unconfirmed"),
        (r"-unsubscribed\.csv$", "Sendy", "unsubscribed"),
        (r"-bounced\.csv$", "Sendy", "bounce"),
        (r"-marked-as-spam\.csv$", "Sendy", "complaint"),
    )
)


@dataclass(frozen=True, slots=True)
class Preset:
    """The export of one program.

    `signs` are columns that this export has and others have not together; one of several sets is
    enough. `columns` has the target of each column, "" to leave it out. Case does not count. Other
    columns become attributes. `meanings` has columns whose words speak of a standing.
    """

    name: str
    signs: tuple[frozenset[str], ...]
    columns: Mapping[str, str]
    statuses: Mapping[str, str]
    meanings: Mapping[str, Meanings] = field(default_factory=dict)


def make_preset(
    program: str,
    signs: str | tuple[str, ...],
    statuses: Mapping[str, str] = NOTHING,
    meanings: Mapping[str, str] = NOTHING,
    /,
    **columns: str,
) -> Preset:
    """Make a preset of words between commas, which are named by their meaning.

    The keys of `meanings` are names of columns between bars: programs change them.
    """
    sets = (signs,) if isinstance(signs, str) else signs
    read: dict[str, Meanings] = {}
    for names, answer in meanings.items():
        read |= dict.fromkeys(names.split(" | "), read_meanings(answer))
    return Preset(
        program,
        tuple(frozenset(names.split(", ")) for names in sets),
        {**dict.fromkeys(read, ""), **by_word(**columns)},
        by_word(**statuses),
        read,
    )


def meaning_of_file(name: str) -> str:
    """Return what all people of a file are whose name a program gave it; "" for any other file."""
    lower = name.casefold()
    return next((meaning for pattern, _, meaning in FILE_NAMES if pattern.search(lower)), "")
