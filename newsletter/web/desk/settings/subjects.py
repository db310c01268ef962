"""A page for each subject: its form, a look at what a change does, and saving it.

Nothing is saved unseen: the form leads to a page that says what becomes of the next issue, and that
page saves. It works without a script: what was typed comes along in the form.
"""

from collections.abc import Mapping

from fastapi import APIRouter, Response
from sqlmodel import Session

from newsletter.publications.fields.preference import Subject
from newsletter.publications.fields.table import SUBJECTS
from newsletter.publications.reading import read_publication_to_change
from newsletter.web.desk.desk import TO_CHANGE_SETTINGS, Desk, DeskDep
from newsletter.web.desk.settings import sending, when
from newsletter.web.desk.settings.sheets import (
    HOME,
    SettingsPage,
    TypedDep,
    foresee,
    read_sheet,
    save,
    show_sheet,
)
from newsletter.web.rendering import go_to
from newsletter.web.requests import Reading, Writing

pages = APIRouter(prefix=HOME, dependencies=TO_CHANGE_SETTINGS)


def _add_pages(subject: Subject) -> None:
    path = f"/{subject.name}"

    @pages.get(path)
    def settings_page(desk: DeskDep, session: Reading, done: str = "") -> Response:
        return _show(desk, read_sheet(session, desk.key, subject), done)

    @pages.post(path)
    def review(desk: DeskDep, session: Reading, form: TypedDep) -> Response:
        """Show what a change does; nothing is saved."""
        return _review(desk, session, subject, form)

    @pages.post(f"{path}/save")
    def save_settings(desk: DeskDep, session: Writing, form: TypedDep) -> Response:
        """Save what was looked at, unless somebody else changed it meanwhile."""
        # Locked before it is compared: of two who save at once the second sees the first's.
        read_publication_to_change(session, desk.key)
        sheet = read_sheet(session, desk.key, subject, form)
        if sheet.errors:
            return _show(desk, sheet)
        save(session, desk.key, sheet.changes, desk.now())
        return go_to(f"{HOME}/{subject.name}?done=saved")


def _review(
    desk: Desk,
    session: Session,
    subject: Subject,
    form: Mapping[str, str],
) -> Response:
    sheet = read_sheet(session, desk.key, subject, form)
    if sheet.errors or form.get("step") == "edit":
        return _show(desk, sheet)
    if not sheet.changes:
        return _show(desk, sheet, "same")
    return desk.show(
        "desk/settings/review.html",
        sheet=sheet,
        effects=foresee(session, desk.key, sheet.changes, desk.now()),
        warnings=sending.warnings_of(desk, sheet.changes),
    )


def _show(desk: Desk, sheet: SettingsPage, done: str = "") -> Response:
    """Answer with a form, and beside it what else belongs to its subject."""
    beside: dict[str, object] = {}
    if sheet.subject.name == "sending":
        beside = sending.beside(desk)
    elif sheet.subject.name == "when":
        beside = when.beside(desk)
    return show_sheet(desk, sheet, beside, done)


for _subject in SUBJECTS:
    _add_pages(_subject)
