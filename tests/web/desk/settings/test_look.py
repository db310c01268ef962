"""The look at the desk: tried without a script, saved when it can be, and said what was mended."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from newsletter.brands.brand import Brand
from newsletter.publications.looks import brand_of
from newsletter.publications.models import Publication
from tests.brands.test_logos import ring
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


def test_a_look_is_saved_and_readers_see_it(desk: Site) -> None:
    assert desk.post(PAGE, **PALE).status == 303
    assert kept(desk).theme == "bulletin"
    assert kept(desk).light.text == "#dddddd", "what was chosen is kept; what is printed is mended"
    assert "/brand.css" in desk.get("/").text
    assert 'value="#dddddd"' in desk.get(PAGE).text
    assert desk.post(f"{PAGE}/reset").status == 303
    assert kept(desk) == Brand()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("light_accent", "url(javascript:x)"),
        ("dark_paper", "#12"),
        ("header", "neon"),
        ("heading_font", "x;}</style>"),
        ("corner", "999"),
        ("footer", "x" * 301),
        ("links", "Us javascript:alert(1)"),
        ("theme", "../../etc"),
    ],
)
def test_a_slip_is_marked_beside_its_field_and_nothing_is_saved(
    desk: Site, field: str, value: str
) -> None:
    answer = desk.post(PAGE, **{"theme": "gazette", "light_text": "#111111", field: value})
    assert answer.status == 400
    assert f'id="{field}-error"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'value="#111111"' in answer.text, "what was typed is there"
    assert kept(desk) == Brand()


def test_a_logo_is_sent_shown_and_taken_away(desk: Site) -> None:
    assert desk.upload(f"{PAGE}/logo", ring()).status == 303
    logo = kept(desk).logo
    assert logo
    page = desk.get(PAGE).text
    assert f'src="/brand/{logo.light.digest}.png"' in page
    assert "Dark: the logo is transparent" in page
    assert f"/brand/{logo.light.digest}.png" in desk.get(f"{PAGE}/letter").text
    # A box that is not ticked does not come: the words beside it say that the form had one.
    desk.post(PAGE, theme="marked", alt="The Tide")
    assert (changed := kept(desk).logo)
    assert (changed.alt, changed.plate) == ("The Tide", False)
    assert desk.post(f"{PAGE}/logo/remove").status == 303
    assert kept(desk).logo is None
    assert desk.get(f"/brand/{logo.light.digest}.png").status == 200


def test_what_is_no_logo_is_refused_on_the_page(desk: Site) -> None:
    answer = desk.upload(f"{PAGE}/logo", b"<svg><script>alert(1)</script></svg>")
    assert answer.status == 403
    assert "Mail programs show no SVG" in answer.text
    assert desk.upload(f"{PAGE}/logo", b"\0" * 6_000_000).status in (403, 413)
    assert kept(desk).logo is None
