"""The kind of a new tool source is found by looking at it once."""

import asyncio
from pathlib import Path

import pytest

from newsletter.errors import NewsletterError
from newsletter.fetching.failures import FetchFailed
from newsletter.fetching.limits import Limits
from newsletter.gathering.children.outside import open_outside
from newsletter.tool_sources.finding import (
    FoundToolSource,
    NoToolSourceKind,
    NoToolsThere,
    find_tool_source,
)
from newsletter.tool_sources.sources import file_address
from tests.doubles.web import always, serving

MAP = b"<urlset><url><loc>/products/pen</loc></url></urlset>"
FEED = (
    b"<rss version='2.0'><channel><item><title>Pen</title><link>/pen</link></item></channel></rss>"
)
SCRIPTS = {
    "/feed": always(200, FEED),
    "/list.csv": always(200, b"name,url\nPen,https://pen.example\n"),
    "/list.json": always(200, b'[{"name": "Pen", "url": "https://pen.example"}]'),
    "/map.xml": always(200, MAP),
    "/login": always(200, b"<html><form>Log in</form></html>"),
}


async def _find(path: str, kind: str = "") -> FoundToolSource:
    with serving(dict(SCRIPTS)) as web:
        async with open_outside(Limits(allow_private=True), processes=1) as outside:
            return await find_tool_source(outside, web.url + path, kind)


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/feed", "feed"), ("/list.csv", "list"), ("/list.json", "list"), ("/map.xml", "pages")],
)
def test_each_kind_is_found_by_itself(path: str, kind: str) -> None:
    found = asyncio.run(_find(path))
    assert (found.kind, found.count) == (kind, 1)


@pytest.mark.parametrize(
    ("path", "kind", "error"),
    [
        ("/login", "", NoToolsThere),
        ("/map.xml", "feed", NoToolsThere),
        ("/map.xml", "shelf", NoToolSourceKind),
        ("/nothing", "", FetchFailed),
    ],
)
def test_what_is_none_says_what_to_give(path: str, kind: str, error: type[NewsletterError]) -> None:
    with pytest.raises(error):
        asyncio.run(_find(path, kind))


def test_a_file_is_a_list(tmp_path: Path) -> None:
    file = tmp_path / "tools.csv"
    file.write_bytes(b"name;url\nPen;pen.example\n")

    async def find() -> FoundToolSource:
        async with open_outside(Limits(), processes=1) as outside:
            return await find_tool_source(outside, file_address(file))

    assert asyncio.run(find()).kind == "list"
