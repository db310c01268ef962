"""Pure. A preference: a column of `Publication` that an editor may change, and what it means."""

from dataclasses import dataclass
from typing import Any, Literal

from newsletter.publications.fields.checks import Check
from newsletter.publications.fields.kinds import Kind

# From when on a change counts.
Holds = Literal["at once", "proposed", "printed", "approved", "sent"]
HOLDS: dict[Holds, str] = {
    "at once": "Counts at once.",
    "proposed": "Counts for issues that are proposed or refreshed from now on.",
    "printed": "Counts for issues that are not approved yet; an approved one stays as it was read.",
    "approved": "Counts for issues approved from now on; an approved one keeps what it had.",
    "sent": "Counts for issues that go out from now on.",
}


@dataclass(frozen=True, slots=True)
class Preference:
    """What a column is called, what it means, and which values it may have.

    `option` is its name on the command line, if that is not the column's.
    """

    name: str
    label: str
    meaning: str
    kind: Kind
    check: Check
    holds: Holds = "at once"
    option: str = ""

    @property
    def flag(self) -> str:
        """Its option on the command line: "--postal-address"."""
        return f"--{self.option or self.name.replace('_', '-')}"

    def read(self, typed: str) -> object:
        """Return the value of a text as it was typed. Raises Refused."""
        return self.check(self.kind.read(typed))

    def show(self, value: Any) -> str:
        """Return a value as it is typed."""
        return self.kind.show(value)

    def words(self, value: Any) -> str:
        """Return a value as people read it."""
        shown = self.kind.show(value)
        return dict(self.kind.choices).get(shown, shown) or "nothing"


@dataclass(frozen=True, slots=True)
class Subject:
    """Preferences that belong together: a page at the desk."""

    name: str  # of its page
    title: str
    summary: str
    preferences: tuple[Preference, ...]
