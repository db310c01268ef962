"""Pure. What each column of a file is to us: guessed from its header, changed by a person, checked before a row is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from newsletter.errors import Refused
from newsletter.lists.presets import PLAIN, PRESETS, STATUSES, TARGETS, Preset

MANY = ("", "attribute")  # targets that several columns may have


class NoAddressColumn(Refused):
    """The first line of the file must name its columns, one of them `address` or `email`. Say which column has the addresses."""


class BadColumns(Refused):
    """Each column goes to one place, and two columns cannot go to the same."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file: their names, where each goes (a key of TARGETS), and what its words for a status mean."""

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


def guess_columns(names: Sequence[str], said: Mapping[int, str] = MappingProxyType({})) -> Columns:
    """Return the columns as the program that wrote them means them, save for those of which it is said where they go.

    Raises NoAddressColumn or BadColumns.
    """
    folded = [name.casefold() for name in names]
    preset = next((one for one in PRESETS if set(one.signs) <= set(folded)), None)
    known = preset.columns if preset else PLAIN
    targets = [said.get(n, "attribute" if name else "") for n, name in enumerate(folded)]
    for n, name in enumerate(folded):
        target = known.get(name, targets[n])
        if n not in said and (target in MANY or target not in targets):
            targets[n] = target
    return check_columns(names, targets, preset.name if preset else "")


def check_columns(names: Sequence[str], targets: Sequence[str], preset: str = "") -> Columns:
    """Return the columns with these targets. Raises NoAddressColumn or BadColumns."""
    if len(names) != len(targets) or not set(targets) <= set(TARGETS):
        raise BadColumns
    single = [target for target in targets if target not in MANY]
    if len(single) != len(set(single)):
        twice = next(target for target in single if single.count(target) > 1)
        raise BadColumns(f"Two columns go to {TARGETS[twice]!r}. Leave one of them out.")
    if "address" not in targets:
        raise NoAddressColumn
    return Columns(tuple(names), tuple(targets), preset, _statuses(preset))


def _statuses(name: str) -> Mapping[str, str]:
    preset: Preset | None = next((one for one in PRESETS if one.name == name), None)
    return {**STATUSES, **preset.statuses} if preset else STATUSES
