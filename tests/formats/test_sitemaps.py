"""Sitemaps: of every kind, newest first, bounded, and no bytes break the reader."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats.found import MOST_ITEMS, Found
from newsletter.formats.sitemaps import NotASitemap, Sitemap, list_pages, read_sitemap

AT = "https://news.example/sitemap.xml"
SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)
PAGES = f"""<?xml version="1.0" encoding="UTF-8"?><urlset {SPACES}>
<url><loc>https://news.example/</loc></url>
<url><loc>https://news.example/blog/old-words</loc><lastmod>2026-05-01</lastmod></url>
<url><loc> https://news.example/blog/new-words?a=1&amp;b=2 </loc>
<lastmod>2026-05-09T10:00:00+02:00</lastmod></url>
<url><loc>https://news.example/about</loc><lastmod>2026-05-10</lastmod></url></urlset>"""
NEWS = f"""<urlset {SPACES}><url><loc>https://news.example/2026/05/09/cells</loc>
<lastmod>2026-05-10</lastmod><news:news>
<news:publication><news:name>News</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2026-05-09T08:00:00Z</news:publication_date>
<news:title>Cells &amp; folds</news:title><news:keywords>Science, Cells</news:keywords></news:news>
<image:image><image:loc>/a.png</image:loc></image:image></url></urlset>"""


def test_pages_come_newest_first_without_the_front_and_the_fine_print() -> None:
    new, old = read_sitemap(PAGES.encode(), AT).found
    assert (new.url, old.url) == (
        "https://news.example/blog/new-words?a=1&b=2",
        "https://news.example/blog/old-words",
    )
    assert new.published_at == datetime(2026, 5, 9, 8, tzinfo=UTC)


def test_a_news_sitemap_tells_title_and_date() -> None:
    at = datetime(2026, 5, 9, 8, tzinfo=UTC)
    picture = "https://news.example/a.png"
    item = Found(
        "https://news.example/2026/05/09/cells",
        "Cells & folds",
        "",
        "",
        at,
        picture,
        ("Science", "Cells"),
        "en",
    )
    assert read_sitemap(NEWS.encode(), AT) == Sitemap((item,))


def test_an_index_leads_on_to_the_newest_first() -> None:
    index = f"""<sitemapindex {SPACES}>
<sitemap><loc>/old.xml</loc><lastmod>2025-01-01</lastmod></sitemap>
<sitemap><loc>https://news.example/new.xml.gz</loc><lastmod>2026-01-01</lastmod></sitemap>
</sitemapindex>"""
    assert read_sitemap(index.encode(), AT) == Sitemap(
        more=("https://news.example/new.xml.gz", "https://news.example/old.xml")
    )


def test_a_list_of_addresses_is_a_sitemap() -> None:
    listed = (
        b"\xef\xbb\xbfhttps://news.example/2026/05/08/a-word\r\n\r\n"
        b"https://news.example/2026/05/09/a-word\r\n"
    )
    assert [page.url[-17:] for page in read_sitemap(listed, AT).found] == [
        "2026/05/09/a-word",
        "2026/05/08/a-word",
    ]


def test_gzip_is_opened_and_what_is_broken_off_is_read_up_to_there() -> None:
    assert read_sitemap(gzip.compress(PAGES.encode()), AT) == read_sitemap(PAGES.encode(), AT)
    broken = read_sitemap(PAGES[: PAGES.index("<url><loc>https://news.example/about")].encode(), AT)
    assert len(broken.found) == 2


def test_no_entity_of_a_sitemap_is_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("blog-secret-words", "utf-8")
    kinds = f"<!ENTITY inside 'blog-hidden-words'><!ENTITY outside SYSTEM 'file://{secret}'>"
    pages = "".join(
        f"<url><loc>https://news.example/a-b-c/&{name};</loc></url>"
        for name in ("inside", "outside")
    )
    found = read_sitemap(f"<!DOCTYPE urlset [{kinds}]><urlset>{pages}</urlset>".encode(), AT).found
    assert not [page.url for page in found if "words" in page.url]


def test_of_too_many_pages_the_newest_are_kept() -> None:
    pages = "".join(
        f"<url><loc>https://news.example/blog/a-{n}</loc>"
        f"<lastmod>20{n % 30 + 10}-01-01</lastmod></url>"
        for n in range(3000)
    )
    kept = read_sitemap(f"<urlset {SPACES}>{pages}</urlset>".encode(), AT).found
    assert len(kept) == MOST_ITEMS
    assert all(page.published_at and page.published_at.year > 2030 for page in kept)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html></html>",
        b"plain words",
        b"<rss version='2.0'/>",
        b"\x1f\x8b",
        b"{}",
        b"<urlset",
        b"<a>" * 50_000,
    ],
)
def test_what_is_no_sitemap_is_refused(content: bytes) -> None:
    with pytest.raises(NotASitemap, match=r"robots\.txt"):
        read_sitemap(content, AT)


@given(
    st.binary(max_size=300)
    | st.text(max_size=200).map(
        lambda inside: NEWS.replace("Cells", inside).encode("utf-8", "surrogatepass")
    )
)
def test_no_bytes_break_the_reader(content: bytes) -> None:
    try:
        sitemap = read_sitemap(content, AT)
    except NotASitemap:
        return
    assert all(
        page.url.startswith("http") and len(page.url) <= 2000 and len(page.title) <= 500
        for page in sitemap.found
    )


def test_all_pages_of_a_sitemap_are_listed_and_of_a_large_one_how_many_there_are() -> None:
    entries = "".join(f"<url><loc>/products/{n}</loc></url>" for n in range(50_000))
    listed = list_pages(f"<urlset>{entries}</urlset>".encode(), "https://shelf.example/map.xml")
    assert listed.listed == 50_000
    assert len(listed.pages) == 20_000
    assert listed.pages[0] == "https://shelf.example/products/0", "sections of a site are no matter"
    text = list_pages(b"https://a.example/x\nhttps://a.example/x\n", "https://a.example/")
    assert text.pages == ("https://a.example/x",)
    index = b"<sitemapindex><sitemap><loc>/a.xml</loc></sitemap></sitemapindex>"
    assert list_pages(index, "https://a.example/").more == ("https://a.example/a.xml",)
    for content in (b"", b"name,url", b"<html><body>Log in</body></html>"):
        with pytest.raises(NotASitemap):
            list_pages(content, "https://a.example/")
