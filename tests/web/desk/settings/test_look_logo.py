"""The logo at the desk: sent, shown, taken away; what is none is refused on the page."""

from collections.abc import Iterator

import pytest

from newsletter.brands.brand import Brand
from newsletter.publications.looks import brand_of
from newsletter.publications.models import Publication
from tests.brands.test_logos import ring
from tests.samples.times import NOON
from tests.web.asking import Site, site

PAGE = "/desk/settings/look"


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        yield opened


def kept(desk: Site) -> Brand:
    with desk.runtime.database.reading() as session:
        return brand_of(session.get_one(Publication, desk.key))


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
