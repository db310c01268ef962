"""The frames of a look: tried without a script, by day and by night, and nothing is kept."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from newsletter.brands.brand import Brand
from newsletter.publications.looks import brand_of
from newsletter.publications.models import Publication
from tests.samples.times import NOON
from tests.web.asking import Site, site

PAGE = "/desk/settings/look"
PALE = {"theme": "bulletin", "light_text": "#dddddd", "header": "marker"}
MENDED = "Light: the text #dddddd had a contrast of 1.2 : 1 on the sheet"


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        yield opened


def kept(desk: Site) -> Brand:
    with desk.runtime.database.reading() as session:
        return brand_of(session.get_one(Publication, desk.key))


def test_a_look_is_tried_in_frames_and_nothing_is_kept(desk: Site) -> None:
    page = desk.get(f"{PAGE}?{urlencode(PALE)}").text
    assert MENDED in page
    query = urlencode(PALE).replace("&", "&amp;")
    assert "letter?scheme=dark&amp;" in page
    assert all(part in page for part in query.split("&amp;"))
    assert kept(desk) == Brand()
    letter = desk.get(f"{PAGE}/letter?scheme=dark&{urlencode(PALE)}")
    assert "@media all" in letter.text
    assert "prefers-color-scheme" not in letter.text
    assert letter.headers["content-security-policy"].startswith("sandbox")
    shown = desk.get(f"{PAGE}/page?scheme=dark&{urlencode(PALE)}").text
    assert f"{PAGE}/page.css?scheme=dark&amp;" in shown
    style = desk.get(f"{PAGE}/page.css?scheme=dark&{urlencode(PALE)}").text
    assert style.startswith(":root { color-scheme: dark; }")
    assert "--ink: light-dark(#" in style
    part = desk.get(f"{PAGE}/preview?view=phone&{urlencode(PALE)}").text
    assert MENDED in part
    assert "<html" not in part
