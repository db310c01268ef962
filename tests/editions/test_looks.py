"""Looks in letters: themes, brands, directions; and that what was approved stays."""

import re
from dataclasses import replace

import pytest
from sqlmodel import Session

from newsletter.brands.brand import Brand, Logo, LogoFile, SocialLink
from newsletter.brands.theme import HEADERS, Palette
from newsletter.brands.themes import look_of_brand, shipped_names
from newsletter.editions.content import Content
from newsletter.editions.press import press, press_letter
from newsletter.editions.printing import edition_by_checksum, preview, print_edition
from newsletter.issues import approval
from newsletter.publications.looks import change_brand
from tests.delivery.rig import URLS, approved_in
from tests.editions.test_press import FACE, content
from tests.samples.times import NOON
from tests.web.asking import site

FILE = LogoFile("a" * 64, 240, 80, "#111111", True)
ARABIC = "كيف تقرأ الرافعات المد"
CONFIRMATION = {"email": "a@x.example", "confirm_url": "https://x.example/c", "confirm_expires": ""}


def branded(brand: Brand, language: str = "en", title: str = "A title") -> Content:
    face = replace(
        FACE, look=look_of_brand(brand), language=language, pictures="https://x.example/brand/"
    )
    return replace(content(title=title), face=face)


@pytest.mark.parametrize("theme", shipped_names())
@pytest.mark.parametrize("header", HEADERS)
def test_each_theme_prints_each_header_in_issues_and_in_small_letters(
    theme: str, header: str
) -> None:
    issue = branded(Brand(theme=theme, header=header, logo=Logo(FILE, "b" * 64)))
    printed = press(issue)
    letter = press_letter("confirm", issue.face, CONFIRMATION)
    for html in (printed.html, letter.html):
        assert html.count("<h1") == 1
        assert ("/brand/" in html) == (header == "logo")
        assert issue.face.look.dark.background in html
    assert printed.html_bytes < 60_000


def test_a_logo_has_its_size_its_words_and_a_plate_by_night() -> None:
    html = press(branded(Brand(header="logo", logo=Logo(FILE, "b" * 64, alt="The Tide")))).html
    image = re.search(r"<img[^>]+/brand/[^>]+>", html)
    assert image
    assert 'alt="The Tide"' in image[0]
    assert 'width="216"' in image[0], "at most 72 pixels high"
    assert re.search(r"\.lo\{\s*background:#ffffff!important;\s*color:#15181a!important", html), (
        "the sheet by day is the plate by night"
    )


def test_the_foot_has_words_and_links_in_every_letter() -> None:
    brand = Brand(footer="Made in a harbour.", links=(SocialLink("Videos", "https://v.example/t"),))
    issue = branded(brand)
    for letter in (press(issue), press_letter("confirm", issue.face, CONFIRMATION)):
        assert "Made in a harbour." in letter.html
        assert 'href="https://v.example/t"' in letter.html
        assert "Made in a harbour.\n" in letter.text
        assert re.search("Videos: .*https://v.example/t\n", letter.text)


def test_a_letter_in_arabic_runs_from_right_to_left() -> None:
    html = press(branded(Brand(), "ar", ARABIC)).html
    assert '<html lang="ar" dir="rtl"' in html
    assert "direction:rtl" in html
    assert "direction:ltr" not in html
    assert "text-align:right" in html
    cells = re.findall(r'<td class="st mut"[^>]+padding:([^"]+)"', html)
    assert set(cells) == {"4px 0px 0px 12px"}, "the gap is on the other side of the rail"
    assert f'dir="rtl">{ARABIC}' not in html, "it runs as its letter does"


def test_a_title_that_runs_the_other_way_says_so() -> None:
    html = press(branded(Brand(), "en", ARABIC)).html
    assert '<html lang="en" dir="ltr"' in html
    assert re.search(rf'<h2 dir="rtl"[^>]*><a[^>]*>{ARABIC}', html)
    assert re.search(r'<h2 dir="ltr"[^>]*><a[^>]*>A title', press(branded(Brand(), "he")).html)


def approved_issue(session: Session, key: int) -> int:
    return approved_in(session, key, "ada@readers.example")


def test_a_brand_is_part_of_the_checksum_and_an_approved_edition_stays(database_url: str) -> None:
    with site(database_url, NOON) as web:
        with web.runtime.database.writing() as session:
            issue = approved_issue(session, web.key)
            approved = approval.in_force(session, issue)
            assert approved
            change_brand(session, web.key, Brand(light=Palette(accent="#c0ffee")))
            assert preview(session, issue, URLS)[1].checksum != approved.checksum
            kept = edition_by_checksum(session, approved.checksum)
            assert kept
            assert "#c0ffee" not in kept.html
            assert approval.in_force(session, issue) == approved
            assert print_edition(session, issue, URLS, NOON).checksum != approved.checksum
        with web.runtime.database.reading() as session:
            assert "#c0ffee" in preview(session, issue, URLS)[1].html
