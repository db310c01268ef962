"""All settings on one page, each with what it is now; the way to the pages that change them."""

from fastapi import APIRouter, Response

from newsletter.publications.fields.table import SUBJECTS
from newsletter.publications.preferences import values_of
from newsletter.web.desk.desk import TO_CHANGE_SETTINGS, DeskDep
from newsletter.web.desk.settings.sheets import HOME, TABS

pages = APIRouter(prefix=HOME, dependencies=TO_CHANGE_SETTINGS)


@pages.get("")
def overview(desk: DeskDep) -> Response:
    return desk.show(
        "desk/settings/overview.html",
        subjects=SUBJECTS,
        values=values_of(desk.publication),
        tabs=TABS,
    )
