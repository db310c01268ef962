"""The look at the desk: saved when it can be, and each slip marked beside its field."""

from collections.abc import Iterator

import pytest

from newsletter.brands.brand import Brand
from newsletter.publications.looks import brand_of
from newsletter.publications.models import Publication
from tests.samples.times import NOON
from tests.web.asking import Site, site

PAGE = "/desk/settings/look"
PALE = {"theme": "bulletin", "light_text": "#dddddd", "header": "marker"}


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        yield opened


def kept(desk: Site) -> Brand:
    with desk.runtime.database.reading() as session:
        return brand_of(session.get_one(Publication, desk.key))


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
