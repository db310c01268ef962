"""Pure. Where each column of a file goes: guessed by its name, changed by a person, checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from newsletter.errors import Refused
from newsletter.lists.presets import PLAIN, STATUSES, TARGETS, find_preset, preset_named

MANY = ("", "attribute")  # targets that several columns may have


class NoAddressColumn(Refused):
    """The first line of the file must name its columns, one of them `address` or `email`.
    Say which column has the addresses."""


class BadColumns(Refused):
    """Each column goes to one place, and two columns cannot go to the same."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file: their names, and where each goes (a key of TARGETS).

    `statuses` has what the words of its status column mean (values of STANDINGS).
    """

    names: tuple[str, ...]
    targets: tuple[str, ...]
    preset: str = ""
    statuses: Mapping[str, str] = field(default_factory=lambda: STATUSES)

    @property
    def address(self) -> int:
        """Which column has the addresses."""
        return self.targets.index("address")

    def find(self, target: str) -> int | None:
        """Which column goes there, if one does."""
        return self.targets.index(target) if target in self.targets else None


def guess_columns(
    names: Sequence[str], chosen: Mapping[int, str] = MappingProxyType({})
) -> Columns:
    """Return the columns as the program that wrote them means them.

    `chosen` has the targets of those columns for which a person chose one, by their place.
    Raises NoAddressColumn or BadColumns.
    """
    folded = [name.casefold() for name in names]
    # A program is known by columns that it alone has together; else names mean what they say.
    preset = find_preset(folded)
    known = preset.columns if preset else PLAIN
    targets = _guess_targets(folded, known, chosen)
    return check_columns(names, targets, preset.name if preset else "")


def _guess_targets(
    names: Sequence[str],
    known: Mapping[str, str],
    chosen: Mapping[int, str],
) -> Sequence[str]:
    targets = [chosen.get(n, "attribute" if name else "") for n, name in enumerate(names)]
    for n, name in enumerate(names):
        target = known.get(name, targets[n])
        is_free = target in MANY or target not in targets
        # Of two columns for one place the first has it; the other stays an attribute.
        if n not in chosen and is_free:
            targets[n] = target
    return targets


def check_columns(names: Sequence[str], targets: Sequence[str], preset: str = "") -> Columns:
    """Return the columns with these targets. Raises NoAddressColumn or BadColumns."""
    if len(names) != len(targets) or not set(targets) <= set(TARGETS):
        raise BadColumns
    _refuse_same_targets(targets)
    if "address" not in targets:
        raise NoAddressColumn
    return Columns(tuple(names), tuple(targets), preset, _statuses(preset))


def _refuse_same_targets(targets: Sequence[str]) -> None:
    for target in targets:
        if target not in MANY and targets.count(target) > 1:
            raise BadColumns(f"Two columns go to {TARGETS[target]!r}. Leave one of them out.")


def _statuses(preset: str) -> Mapping[str, str]:
    known = preset_named(preset)
    return {**STATUSES, **known.statuses} if known else STATUSES
