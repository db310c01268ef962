"""How public pages look: a publication's colours, logo and direction, under the strict policy."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image

from newsletter.brands.brand import Brand, SocialLink
from newsletter.brands.logos import DecodedLogo, decode_logo, set_logo
from newsletter.brands.theme import Palette
from newsletter.publications.looks import change_brand
from newsletter.publications.models import Publication
from tests.samples.times import NOON
from tests.web.asking import Site, site


@pytest.fixture
def front(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        yield opened


@pytest.fixture(scope="module")
def logo() -> DecodedLogo:
    out = io.BytesIO()
    image = Image.new("RGBA", (300, 90), (0, 0, 0, 0))
    image.paste((10, 10, 10, 255), (0, 0, 60, 60))
    image.paste((10, 10, 10, 255), (90, 20, 250, 40))
    image.save(out, "PNG")
    return decode_logo(out.getvalue())


def choose(front: Site, brand: Brand) -> None:
    with front.runtime.database.writing() as session:
        change_brand(session, front.key, brand)


def test_the_present_look_asks_for_no_more_than_before(front: Site) -> None:
    assert "/brand" not in front.get("/").text


def test_chosen_colours_come_as_a_stylesheet_of_its_own_with_a_tag(front: Site) -> None:
    choose(front, Brand(light=Palette(accent="#055c3a")))
    page = front.get("/")
    assert '<link rel="stylesheet" href="/brand.css">' in page.text
    style = front.get("/brand.css")
    assert "--accent: light-dark(#055c3a" in style.text
    assert style.headers["content-type"].startswith("text/css")
    again = front.get("/brand.css", **{"if-none-match": style.headers["etag"]})
    assert again.status == 304
    choose(front, Brand(light=Palette(accent="#7d0a3f")))
    changed = front.get("/brand.css", **{"if-none-match": style.headers["etag"]})
    assert "#7d0a3f" in changed.text


def test_a_logo_heads_the_pages_is_their_icon_and_never_changes_at_its_address(
    front: Site, logo: DecodedLogo
) -> None:
    with front.runtime.database.writing() as session:
        change_brand(session, front.key, set_logo(session, Brand(), logo, NOON))
    page = front.get("/").text
    assert f'src="/brand/{logo.file.digest}.png"' in page
    assert f'<link rel="icon" href="/brand/{logo.icon_digest}.png" type="image/png">' in page
    assert "--logo-plate: light-dark(transparent, #ffffff)" in front.get("/brand.css").text
    picture = front.get(f"/brand/{logo.file.digest}.png")
    assert picture.headers["content-type"] == "image/png"
    assert "immutable" in picture.headers["cache-control"]
    assert picture.headers["cross-origin-resource-policy"] == "cross-origin"


@pytest.mark.parametrize("name", ["0" * 64, "..%2f..%2fetc", "x", "A" * 3000])
def test_a_picture_that_is_not_kept_is_not_found(front: Site, name: str) -> None:
    assert front.get(f"/brand/{name}.png").status in (404, 414)


def test_a_publication_in_hebrew_has_pages_from_right_to_left(front: Site) -> None:
    assert '<html lang="en" dir="ltr">' in front.get("/").text
    with front.runtime.database.writing() as session:
        session.get_one(Publication, front.key).language = "he"
    for path in ("/", "/archive", "/articles", "/tools"):
        assert '<html lang="he" dir="rtl">' in front.get(path).text


def test_the_foot_of_pages_has_the_words_and_links_of_letters(front: Site) -> None:
    link = SocialLink("Mastodon", "https://social.example/@t")
    choose(front, Brand(footer="Made <b>here</b>.", links=(link,)))
    page = front.get("/").text
    assert "Made &lt;b&gt;here&lt;/b&gt;." in page
    assert '<a href="https://social.example/@t" rel="me">Mastodon</a>' in page
