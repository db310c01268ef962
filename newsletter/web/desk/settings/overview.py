"""All settings on one page, each with what it is now; the way to the pages that change them."""

from fastapi import APIRouter, Response

from newsletter.errors import NotFound
from newsletter.publications.fields.table import SUBJECTS
from newsletter.publications.preferences import values_of
from newsletter.web.desk.desk import TO_CHANGE_SETTINGS, DeskDep
from newsletter.web.desk.settings.sheets import HOME
from newsletter.web.rendering import go_to

pages = APIRouter(prefix=HOME, dependencies=TO_CHANGE_SETTINGS)


class NoSetting(NotFound):
    """There is no setting of that name. “Settings” shows those there are."""


@pages.get("/find/{name}")
def find(name: str) -> Response:
    """Lead to the field of a setting: checks and letters need not know its page."""
    for subject in SUBJECTS:
        if any(preference.name == name for preference in subject.preferences):
            return go_to(f"{HOME}/{subject.name}#{name}")
    raise NoSetting


@pages.get("")
def overview(desk: DeskDep) -> Response:
    return desk.show(
        "desk/settings/overview.html",
        subjects=SUBJECTS,
        values=values_of(desk.publication),
    )
