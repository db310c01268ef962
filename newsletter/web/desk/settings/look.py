"""How the publication looks: chosen in a form, tried in frames, and kept when it is saved.

It works without a script: what is typed comes along in the address of each frame.
"""

from collections.abc import Sequence

from fastapi import APIRouter, Response

from newsletter.brands.brand import Brand
from newsletter.brands.fonts import STACKS
from newsletter.brands.look import notes_on
from newsletter.brands.theme import HEADERS, Theme
from newsletter.brands.themes import all_themes
from newsletter.publications.fields.preference import HOLDS
from newsletter.publications.looks import change_brand
from newsletter.web.desk.desk import TO_CHANGE_SETTINGS, Desk, DeskDep
from newsletter.web.desk.settings.sheets import HOME
from newsletter.web.desk.settings.trying import FormTrialDep, QueryTrialDep, TriedLook
from newsletter.web.rendering import go_to
from newsletter.web.requests import Writing

pages = APIRouter(prefix=f"{HOME}/look", dependencies=TO_CHANGE_SETTINGS)
PAGE = f"{HOME}/look"
VIEWS = ("letter", "phone", "page")  # of the preview; any other word shows the first
COLOUR_WORDS = (
    ("background", "Behind the sheet"),
    ("paper", "Sheet"),
    ("text", "Text"),
    ("muted", "Small print"),
    ("accent", "Accent"),
    ("on_accent", "Text on the accent"),
)


@pages.get("")
def look_page(
    desk: DeskDep,
    trial: QueryTrialDep,
    view: str = "",
    done: str = "",
) -> Response:
    return show_look(
        desk,
        trial,
        view,
        done,
    )


@pages.get("/preview")
def preview(
    desk: DeskDep,
    trial: QueryTrialDep,
    view: str = "",
) -> Response:
    """The frames alone, for a page that shows what is typed while it is typed."""
    return desk.show("desk/settings/_look_preview.html", previewed=_previewed(trial, view))


@pages.post("")
def save(
    desk: DeskDep,
    session: Writing,
    trial: FormTrialDep,
) -> Response:
    if trial.errors:
        return show_look(
            desk,
            trial,
            status=400,
        )
    change_brand(
        session,
        desk.key,
        trial.brand,
    )
    return go_to(f"{PAGE}?done=saved")


@pages.post("/reset")
def reset(
    desk: DeskDep,
    session: Writing,
) -> Response:
    """Look as the service ships; pictures stay, because letters that went out show them."""
    change_brand(
        session,
        desk.key,
        Brand(),
    )
    return go_to(f"{PAGE}?done=reset")


def show_look(
    desk: Desk,
    trial: TriedLook,
    view: str = "",
    done: str = "",
    *,
    status: int = 200,
    logo_error: str = "",
) -> Response:
    """Answer with the page, on which nothing that was typed is lost."""
    answer = desk.show(
        "desk/settings/look.html",
        themes=_themes(desk, trial),
        headers=HEADERS,
        fonts=tuple(STACKS),
        colours=COLOUR_WORDS,
        holds=HOLDS["printed"],
        done=done,
        logo_error=logo_error,
        previewed=_previewed(trial, view),
    )
    answer.status_code = status
    return answer


def _previewed(
    trial: TriedLook,
    view: str,
) -> dict[str, object]:
    return {
        "trial": trial,
        # The frame of the desk keeps its own colours: what is tried is in the frames.
        "tried": trial.look,
        "notes": notes_on(trial.look),
        "view": _known(view),
    }


def _known(view: str) -> str:
    return view if view in VIEWS else VIEWS[0]


def _themes(
    desk: Desk,
    trial: TriedLook,
) -> Sequence[tuple[str, str]]:
    """Return the themes that can be chosen: names and what they are."""
    listed = [_described(theme) for theme in all_themes(desk.runtime.themes)]
    is_listed = trial.brand.theme in dict(listed)
    return listed if is_listed else [*listed, (trial.brand.theme, "as it was chosen")]


def _described(theme: Theme) -> tuple[str, str]:
    return theme.name, f"{theme.title}: {theme.about}"
