"""Pure. A form of settings as it came back: what changes, what is wrong, what others changed.

Each field comes with a mark of what its editor saw. So two editors of one page lose nothing: a
field that only one of them touched is theirs, and one that both touched shows both values.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from newsletter.errors import Refused
from newsletter.publications.fields.preference import Preference

SEEN = "seen:"  # before the name of the field that has the mark
UNTICKED = "no"  # a box that is not ticked is not sent
MARK_SIGNS = 16

Check = Callable[[str, object], object]  # a setting's name and value; raises Refused


@dataclass(frozen=True, slots=True)
class TypedField:
    """One field of a page: the setting as it is kept now, and as somebody typed it.

    `value` is what was typed, checked; None if it is wrong.
    """

    preference: Preference
    kept: object
    typed: str
    value: object = None
    error: str = ""
    is_conflict: bool = False

    @property
    def name(self) -> str:
        """The name of the setting."""
        return self.preference.name

    @property
    def mark(self) -> str:
        """The mark of what is kept now, for a form that shows it."""
        return mark_of(self.preference.show(self.kept))

    @property
    def is_change(self) -> bool:
        """True if what was typed can be kept, and is not what is kept."""
        return not self.error and self.value != self.kept

    @property
    def before(self) -> str:
        """What is kept, in words."""
        return self.preference.words(self.kept)

    @property
    def after(self) -> str:
        """What was typed, in words."""
        return self.preference.words(self.value)


def mark_of(text: str) -> str:
    """Return a short mark of a text as it stands in its field."""
    return hashlib.sha256(_as_kept(text).encode()).hexdigest()[:MARK_SIGNS]


def show_entries(
    preferences: Sequence[Preference],
    values: Mapping[str, object],
) -> tuple[TypedField, ...]:
    """Return the fields of a page that nobody typed into yet."""
    return tuple(_untouched(row, values[row.name]) for row in preferences)


def read_entries(
    preferences: Sequence[Preference],
    values: Mapping[str, object],
    form: Mapping[str, str],
    check: Check,
) -> tuple[TypedField, ...]:
    """Return the fields of a page with what was typed. What the form has not stays as it is."""
    return tuple(
        _read_entry(preference, values[preference.name], form, check) for preference in preferences
    )


def _untouched(preference: Preference, kept: object) -> TypedField:
    return TypedField(preference, kept, preference.show(kept), kept)


def _read_entry(
    preference: Preference,
    kept: object,
    form: Mapping[str, str],
    check: Check,
) -> TypedField:
    seen = form.get(SEEN + preference.name)
    usual = UNTICKED if preference.kind.widget == "truth" else ""
    typed = _as_kept(form.get(preference.name, usual))
    # Also where another editor changed it meanwhile: who did not touch it, changes nothing.
    if seen is None or mark_of(typed) == seen:
        return _untouched(preference, kept)
    try:
        value = check(preference.name, preference.kind.read(typed))
    except Refused as refusal:
        return TypedField(preference, kept, typed, error=str(refusal))
    if value == kept or seen == mark_of(preference.show(kept)):
        return TypedField(preference, kept, typed, value)
    words = preference.words(kept)
    return TypedField(
        preference,
        kept,
        typed,
        error=f"Somebody else changed this meanwhile: it is “{words}” now. Yours is in the field.",
        is_conflict=True,
    )


def _as_kept(text: str) -> str:
    # A form sends line ends as CR LF, and a textarea loses a line end at its beginning.
    return text.replace("\r\n", "\n").lstrip("\n")
