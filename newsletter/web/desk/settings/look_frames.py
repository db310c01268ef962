"""The frames of a look that is tried: a letter, and a page for readers, by day or by night."""

from dataclasses import replace

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from newsletter.brands.page_style import page_style
from newsletter.editions.press import press
from newsletter.editions.printing import face_of
from newsletter.editions.specimen import specimen
from newsletter.web.desk.desk import TO_CHANGE_SETTINGS, DeskDep
from newsletter.web.desk.settings.look import PAGE
from newsletter.web.desk.settings.trying import QueryTrialDep
from newsletter.web.public.archive import impersonal
from newsletter.web.security import LETTER_POLICY

pages = APIRouter(prefix=PAGE, dependencies=TO_CHANGE_SETTINGS)
BY_NIGHT = "@media (prefers-color-scheme:dark)"
ALWAYS, NEVER = "@media all", "@media not all"
NUMBER = 42  # of the specimen


@pages.get("/letter")
def letter(
    desk: DeskDep,
    trial: QueryTrialDep,
    scheme: str = "light",
) -> Response:
    """A specimen in that look; the scheme is that of the frame, not of the editor's machine."""
    face = replace(face_of(desk.publication, desk.urls), look=trial.look)
    printed = press(specimen(face))
    html = impersonal(
        printed.markers.split(printed.html),
        desk.urls,
        NUMBER,
    )
    shown = html.replace(BY_NIGHT, ALWAYS if scheme == "dark" else NEVER)
    return HTMLResponse(shown, headers={"Content-Security-Policy": LETTER_POLICY})


@pages.get("/page")
def page(
    desk: DeskDep,
    trial: QueryTrialDep,
    scheme: str = "light",
) -> Response:
    """The sign-up page in that look."""
    return desk.show(
        "public/signup.html",
        look=trial.look,
        style=f"{PAGE}/page.css?scheme={_known(scheme)}&{trial.query}",
        latest=None,
        readers="",
        token="",
        email="",
        source="",
        meant="",
        error="",
    )


@pages.get("/page.css")
def style(
    trial: QueryTrialDep,
    scheme: str = "light",
) -> Response:
    """The style of that page, in one scheme."""
    sheet = f":root {{ color-scheme: {_known(scheme)}; }}\n{page_style(trial.look)}"
    return Response(sheet, media_type="text/css")


def _known(scheme: str) -> str:
    return "dark" if scheme == "dark" else "light"
