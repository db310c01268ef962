"""The logo of a look: sent in, looked at by a child, and kept; or taken away."""

from typing import Literal

from fastapi import APIRouter, Response, UploadFile
from sqlmodel import Session

from newsletter.brands.brand import Brand
from newsletter.brands.logos import MOST_BYTES, DecodedLogo, decode_logo, set_logo, without_logo
from newsletter.errors import Refused
from newsletter.publications.looks import brand_of, change_brand
from newsletter.publications.reading import read_publication_to_change
from newsletter.web.desk.desk import TO_CHANGE_SETTINGS, Desk, DeskDep
from newsletter.web.desk.settings.look import PAGE, show_look
from newsletter.web.desk.settings.trying import try_look
from newsletter.web.errors import status_of
from newsletter.web.rendering import go_to
from newsletter.web.requests import Writing

pages = APIRouter(prefix=f"{PAGE}/logo", dependencies=TO_CHANGE_SETTINGS)


@pages.post("")
def send_logo(
    desk: DeskDep,
    file: UploadFile,
    scheme: Literal["light", "dark"] = "light",
) -> Response:
    """Decode a logo first, and only then write: no transaction waits for a child."""
    try:
        logo = decode_logo(file.file.read(MOST_BYTES + 1))
        desk.runtime.database.write(
            _keep,
            desk,
            logo,
            scheme == "dark",
        )
    except Refused as error:
        trial = try_look(desk, {})
        return show_look(
            desk,
            trial,
            status=status_of(error),
            logo_error=str(error),
        )
    return go_to(f"{PAGE}?done=logo")


@pages.post("/remove")
def remove_logo(desk: DeskDep, session: Writing) -> Response:
    change_brand(session, desk.key, without_logo(_brand_to_change(session, desk)))
    return go_to(f"{PAGE}?done=removed")


def _keep(
    session: Session,
    desk: Desk,
    logo: DecodedLogo,
    is_dark: bool,
) -> None:
    former = _brand_to_change(session, desk)
    brand = set_logo(session, former, logo, desk.now(), dark=is_dark)
    change_brand(session, desk.key, brand)


def _brand_to_change(session: Session, desk: Desk) -> Brand:
    # Read again in the transaction: somebody may have saved colours meanwhile.
    return brand_of(read_publication_to_change(session, desk.key))
