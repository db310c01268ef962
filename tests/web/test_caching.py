"""What may be kept by browsers and proxies, and what by nobody."""

from collections.abc import Iterator

import pytest

from newsletter.web.caching import PUBLIC
from tests.web.asking import Site, site
from tests.web.public.article_stage import SLUG, write
from tests.web.public.test_archive import NOW, keep

SHARED = (
    "/archive",
    "/archive?q=tide",
    "/archive/1",
    "/articles",
    f"/articles/{SLUG}",
    "/tools",
    "/feed.xml",
    "/atom.xml",
    "/feed.json",
    "/sitemap.xml",
    "/robots.txt",
)


@pytest.fixture
def one(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOW) as opened:
        keep(opened, 1, "Subject", "A lead")
        write(opened)
        yield opened


def test_a_public_page_has_a_tag_and_is_not_sent_again_to_who_has_it(one: Site) -> None:
    for path in SHARED:
        first = one.get(path)
        assert (first.status, first.headers["cache-control"]) == (200, PUBLIC), path
        again = one.get(path, if_none_match=f'"other", W/{first.headers["etag"]}')
        assert (again.status, again.text, again.headers["etag"]) == (
            304,
            "",
            first.headers["etag"],
        ), path
        assert "content-type" not in again.headers
        assert one.get(path, if_none_match='"other"').status == 200


def test_a_tag_changes_with_its_page(one: Site) -> None:
    before = {
        path: one.get(path).headers["etag"] for path in ("/archive", "/feed.xml", "/sitemap.xml")
    }
    keep(one, 2, "Another")
    assert all(one.get(path).headers["etag"] != tag for path, tag in before.items())


def test_nothing_personal_is_kept_and_nothing_public_sets_a_cookie(one: Site) -> None:
    signer = one.runtime.signer
    for path in (
        "/",
        "/welcome",
        "/promote",
        "/desk",
        "/desk/login",
        f"/leave/{signer.sign('letter', 1)}",
        f"/preferences/{signer.sign('preferences', 1)}",
        f"/confirm/{signer.sign('confirm', 1)}",
        "/nowhere",
    ):
        assert one.get(path).headers["cache-control"] == "no-store", path
        assert "etag" not in one.get(path).headers, path
    assert (
        one.post("/subscribe", email="ada@readers.example").headers["cache-control"] == "no-store"
    )
    one.log_out()
    assert not [path for path in SHARED if "set-cookie" in one.get(path).headers]


def test_a_page_is_the_same_for_an_editor_and_for_anybody(one: Site) -> None:
    seen = {path: one.get(path).text for path in SHARED}
    one.log_out()
    assert seen == {path: one.get(path).text for path in SHARED}


def test_head_is_answered_as_get_without_a_body(one: Site) -> None:
    for path in SHARED:
        assert one.head(path).status == 200, path
        assert one.head(path).headers["etag"] == one.get(path).headers["etag"]
