"""A sheet: one subject's settings as they are kept, typed, reviewed and saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request, Response
from sqlmodel import Session

from newsletter.publications import weights
from newsletter.publications.fields import points
from newsletter.publications.fields.preference import HOLDS, Preference, Subject
from newsletter.publications.fields.table import PREFERENCES
from newsletter.publications.fields.typed import TypedField, read_entries, show_entries
from newsletter.publications.preferences import values_of
from newsletter.publications.reading import read_publication
from newsletter.schedule import changing
from newsletter.web.desk.desk import Desk

HOME = "/desk/settings"
WEIGHTS = "weights"  # the subject whose page has rows of a table of its own

ROWS = {**PREFERENCES, **{row.name: row for row in points.WEIGHTS}}

Values = Mapping[str, object]


async def _typed_form(request: Request) -> Mapping[str, str]:
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


TypedDep = Annotated[Mapping[str, str], Depends(_typed_form)]


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """One subject's page."""

    subject: Subject
    entries: Sequence[TypedField]

    @property
    def errors(self) -> Mapping[str, str]:
        """What is wrong, by the name of the field."""
        return {entry.name: entry.error for entry in self.entries if entry.error}

    @property
    def changed(self) -> Sequence[TypedField]:
        """The fields whose settings are to change."""
        return [entry for entry in self.entries if entry.is_change]

    @property
    def changes(self) -> dict[str, object]:
        """The values that are to be kept, by the name of the setting."""
        return {entry.name: entry.value for entry in self.changed}

    @property
    def holds(self) -> Sequence[str]:
        """From when on the changes count, each sentence once."""
        return list(dict.fromkeys(HOLDS[entry.preference.holds] for entry in self.changed))

    @property
    def status(self) -> int:
        """The HTTP status of an answer that shows this sheet."""
        if any(entry.is_conflict for entry in self.entries):
            return 409
        return 422 if self.errors else 200


def preferences_of(subject: Subject) -> Sequence[Preference]:
    """Return the settings of a page, those that are no columns behind those that are."""
    return (*subject.preferences, *(points.WEIGHTS if subject.name == WEIGHTS else ()))


def read_sheet(
    session: Session,
    publication_id: int,
    subject: Subject,
    form: Mapping[str, str] | None = None,
) -> SettingsPage:
    """Return a page as it is kept now, with what a form says of it."""
    preferences = preferences_of(subject)
    values = _values(session, publication_id)
    if form is None:
        return SettingsPage(subject, show_entries(preferences, values))
    return SettingsPage(subject, read_entries(preferences, values, form, _check))


def foresee(
    session: Session,
    publication_id: int,
    changes: Values,
    now: datetime,
) -> Sequence[str]:
    """Say what the changes of a page would do to the next issues."""
    return changing.foresee(session, publication_id, _columns(changes), now)


def save(
    session: Session,
    publication_id: int,
    changes: Values,
    now: datetime,
) -> None:
    """Keep the changes of a page."""
    changing.change_preferences(session, publication_id, _columns(changes), now)
    for name, value in changes.items():
        if name == points.TOPICS and isinstance(value, Mapping):
            weights.set_topics(session, publication_id, value)
        elif name not in PREFERENCES:
            bare = name.removeprefix(points.PREFIX)
            weights.set_weight(session, publication_id, bare, float(str(value)))


def show_sheet(desk: Desk, sheet: SettingsPage, beside: Values, done: str = "") -> Response:
    """Answer with the form of a page, what is wrong at each field, and what is `beside` it."""
    return desk.show(
        "desk/settings/subject.html",
        sheet.status,
        **{**beside, "sheet": sheet, "done": done},
    )


def _values(session: Session, publication_id: int) -> Values:
    publication = read_publication(session, publication_id)
    kept = points.weight_values(weights.read_weights(session, publication_id))
    return {**values_of(publication), **kept}


def _check(name: str, value: object) -> object:
    return ROWS[name].check(value)


def _columns(changes: Values) -> dict[str, object]:
    return {name: value for name, value in changes.items() if name in PREFERENCES}
