"""Pure. Where each column of a file goes: guessed by its name, changed by a person, checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from newsletter.errors import Refused
from newsletter.lists.meaning.answers import MEANINGS, Answers, Meanings
from newsletter.lists.meaning.exports import Preset, meaning_of_file
from newsletter.lists.meaning.mailboxes import holds_address
from newsletter.lists.meaning.programs import find_preset, preset_named
from newsletter.lists.meaning.vocabulary import COLUMNS, fold
from newsletter.lists.presets import SHEET_HEAD, STATUSES, TARGETS

MANY = ("", "attribute")  # targets that several columns may have
# Names that each program writes in the language of its user, whatever its other columns are called.
TRANSLATED = ("address", "name", "first_name", "last_name")
OURS = (*TRANSLATED, "")  # "" leaves out what we wrote beside rows that were rejected
TIMES = ("joined_at", "confirmed_at", "left_at")

# What we wrote beside the rows of a workbook, save for titles of sheets that we do not understand.
OF_SHEETS = {**{meaning: meaning for meaning in MEANINGS}, "empty": "active"}

Rows = Sequence[Sequence[str]]


class NoAddressColumn(Refused):
    """The first line of the file must name its columns, one of them `address` or `email`.
    Say which column has the addresses."""


class BadColumns(Refused):
    """Each column goes to one place, and two columns cannot go to the same."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file: their names, and where each goes (a key of TARGETS).

    `statuses` has what the words of its status column mean (values of STANDINGS). `meanings` has,
    by their place, the columns whose words somebody gave a meaning: the program that wrote the
    file, or a person, whose `answers` these are. `settled` are the places that the program knows.
    """

    names: tuple[str, ...]
    targets: tuple[str, ...]
    preset: str = ""
    statuses: Mapping[str, str] = field(default_factory=lambda: STATUSES)
    answers: Answers = Answers()  # noqa: RUF009  # frozen
    meanings: Mapping[int, Meanings] = field(default_factory=dict)
    settled: frozenset[int] = frozenset()
    file_name: str = ""

    @property
    def everybody(self) -> str:
        """What all people of the file are, as a person or the name of the file says; or ""."""
        return self.answers.everybody or meaning_of_file(self.file_name)

    @property
    def address(self) -> int:
        """Which column has the addresses."""
        return self.targets.index("address")

    def find(self, target: str) -> int | None:
        """Which column goes there, if one does."""
        return self.targets.index(target) if target in self.targets else None

    @property
    def times(self) -> Sequence[int]:
        """The columns with times, by their place."""
        return [place for place, target in enumerate(self.targets) if target in TIMES]


def guess_columns(
    names: Sequence[str],
    chosen: Mapping[int, str] = MappingProxyType({}),
    answers: Answers = Answers(),  # frozen
    firsts: Rows = (),
) -> Columns:
    """Return the columns as the program that wrote them means them.

    `chosen` has the targets of those columns for which a person chose one, by their place. The
    first rows help where no name tells which column has the addresses. Raises NoAddressColumn or
    BadColumns.
    """
    folded = [name.casefold() for name in names]
    # A program is known by columns that it alone has together; else names mean what they say.
    preset = find_preset(folded)
    known = [_known_target(preset, name) for name in folded]
    if "address" not in chosen.values():
        _place_address(known, firsts)
    targets = _guess_targets(folded, known, chosen)
    return check_columns(names, targets, preset.name if preset else "", answers)


def _known_target(preset: Preset | None, name: str) -> str | None:
    """Where a column goes by its name; None if it is not known."""
    plain = COLUMNS.get(fold(name))
    if preset is None:
        return plain
    return preset.columns.get(name, plain if plain in OURS else None)


def _place_address(known: list[str | None], firsts: Rows) -> None:
    """Let the column with the addresses be that which has some; a postal address is none."""
    counts = [sum(_holds_address(row, place) for row in firsts) for place in range(len(known))]
    if not any(counts):
        return
    named = [place for place, target in enumerate(known) if target == "address"]
    has_some = [place for place in named if counts[place]]
    best = has_some[0] if has_some else counts.index(max(counts))
    for place in named:
        known[place] = None
    known[best] = "address"


def _holds_address(row: Sequence[str], place: int) -> bool:
    return place < len(row) and holds_address(row[place])


def _guess_targets(
    names: Sequence[str],
    known: Sequence[str | None],
    chosen: Mapping[int, str],
) -> Sequence[str]:
    targets = [chosen.get(n, "attribute" if name else "") for n, name in enumerate(names)]
    for n, target in enumerate(known):
        # Of two columns for one place the first has it; the other stays an attribute.
        if n not in chosen and target is not None and _is_free(target, targets):
            targets[n] = target
    return targets


def _is_free(target: str, targets: Sequence[str]) -> bool:
    return target in MANY or target not in targets


def choose_columns(names: Sequence[str], targets: Sequence[str], answers: Answers) -> Columns:
    """Return the columns as a person wants them, their words as the program that wrote them has.

    Raises NoAddressColumn or BadColumns.
    """
    preset = find_preset([name.casefold() for name in names])
    return check_columns(names, targets, preset.name if preset else "", answers)


def check_columns(
    names: Sequence[str],
    targets: Sequence[str],
    preset: str = "",
    answers: Answers = Answers(),  # frozen
) -> Columns:
    """Return the columns with these targets. Raises NoAddressColumn or BadColumns."""
    if len(names) != len(targets) or not set(targets) <= set(TARGETS):
        raise BadColumns
    _refuse_same_targets(targets)
    if "address" not in targets:
        raise NoAddressColumn
    known = preset_named(preset)
    meanings = _documented(known, names)
    if SHEET_HEAD in names:
        meanings[names.index(SHEET_HEAD)] = OF_SHEETS
    for place, answered in answers.columns.items():
        if place < len(names):
            meanings[place] = {**meanings.get(place, {}), **answered}
    return Columns(
        tuple(names),
        tuple(targets),
        preset,
        _statuses(known),
        answers,
        meanings,
        _settled(known, names, targets),
    )


def named(columns: Columns, file_name: str) -> Columns:
    """Return the columns of a file of this name, which may say who its people are."""
    return replace(columns, file_name=file_name)


def _refuse_same_targets(targets: Sequence[str]) -> None:
    for target in targets:
        if target not in MANY and targets.count(target) > 1:
            raise BadColumns(f"Two columns go to {TARGETS[target]!r}. Leave one of them out.")


def _documented(preset: Preset | None, names: Sequence[str]) -> dict[int, Meanings]:
    """The columns whose words the program documents."""
    if preset is None:
        return {}
    folded = [name.casefold() for name in names]
    return {
        place: preset.meanings[name] for place, name in enumerate(folded) if name in preset.meanings
    }


def _statuses(preset: Preset | None) -> Mapping[str, str]:
    return {**STATUSES, **preset.statuses} if preset else STATUSES


def _settled(preset: Preset | None, names: Sequence[str], targets: Sequence[str]) -> frozenset[int]:
    """The columns that go where the program that wrote them says."""
    if preset is None:
        return frozenset()
    pairs = zip(names, targets, strict=True)
    return frozenset(
        place
        for place, (name, target) in enumerate(pairs)
        if preset.columns.get(name.casefold()) == target
    )
