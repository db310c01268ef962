"""How the pages look: the stylesheet of a publication, and the pictures of its logo."""

from fastapi import APIRouter, Response

from newsletter.brands.logos import read_picture
from newsletter.brands.page_style import page_style
from newsletter.publications.looks import look_of_publication
from newsletter.web.caching import PublicRoute
from newsletter.web.public.front import FrontDep
from newsletter.web.requests import Reading

pages = APIRouter(route_class=PublicRoute)
# The name of a picture is what it holds: it is never another. Mail programs show it, too.
PICTURE_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Content-Security-Policy": "default-src 'none'",
}


@pages.get("/brand.css")
def style(front: FrontDep) -> Response:
    look = look_of_publication(front.publication)
    return Response(page_style(look), media_type="text/css")


@pages.get("/brand/{digest}.png")
def picture(
    digest: str,
    session: Reading,
) -> Response:
    content = read_picture(session, digest)
    return Response(
        content,
        media_type="image/png",
        headers=PICTURE_HEADERS,
    )
