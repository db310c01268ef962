"""Reading in other processes gives the same, and what misbehaves there costs itself only."""

import asyncio

import pytest

from newsletter.errors import Refused
from newsletter.formats.feeds import NotAFeed, read_feed
from newsletter.formats.listings import read_listing
from newsletter.formats.pages.main_text import extract_page
from newsletter.formats.pages.page import Page
from newsletter.formats.pages.site_links import read_site
from newsletter.formats.sitemaps import read_sitemap
from newsletter.gathering.children.pool import Children, TooMuch, open_children
from tests.samples.feeds import ATOM, RSS
from tests.samples.page_files import PAGES, sample

AT = "https://tidetable.example/a"


def test_in_other_processes_each_page_gives_the_same() -> None:
    async def many() -> list[Page]:
        async with open_children() as children:
            return await asyncio.gather(
                *(children.extract_page(sample(name), AT) for name in PAGES * 2)
            )

    assert asyncio.run(many()) == [extract_page(sample(name), AT) for name in PAGES * 2]


def test_in_other_processes_each_feed_sitemap_and_listing_gives_the_same() -> None:
    urlset = b"<urlset><url><loc>https://tidetable.example/2026/05/09/a-b-c</loc></url></urlset>"
    listing = sample("listing")

    async def each() -> tuple[object, ...]:
        async with open_children(1) as children:
            return (
                await children.read_feed(RSS.encode(), AT),
                await children.read_feed(ATOM.encode(), AT),
                await children.read_sitemap(urlset, AT),
                await children.read_listing(listing, AT),
                await children.read_site(listing, AT),
            )

    assert asyncio.run(each()) == (
        read_feed(RSS.encode(), AT),
        read_feed(ATOM.encode(), AT),
        read_sitemap(urlset, AT),
        read_listing(listing, AT),
        read_site(listing, AT),
    )


def test_what_is_no_feed_is_refused_in_the_words_of_its_format() -> None:
    async def read() -> None:
        async with open_children(1) as children:
            with pytest.raises(NotAFeed):
                await children.read_feed(b"<html><p>Welcome</p></html>", AT)
            # The child lives on: nothing was wrong with it.
            assert (await children.read_feed(RSS.encode(), AT)).found

    asyncio.run(read())


def test_a_page_that_takes_too_long_costs_itself_only() -> None:
    async def slow_then_good() -> Page:
        children = Children(1, timeout_s=0.0)
        with pytest.raises(TooMuch):
            await children.extract_page(sample("article"), AT)
        children._timeout_s = 60.0
        try:
            return await children.extract_page(sample("article"), AT)
        finally:
            await children.close()

    assert asyncio.run(slow_then_good()).title


def test_a_page_that_takes_too_much_memory_costs_itself_only() -> None:
    huge = b"<html><title>T</title><article>" + b"".join(
        b"<p>word %d and <b>more</b> words</p>" % n for n in range(400_000)
    )

    async def huge_then_good() -> Page:
        children = Children(1, timeout_s=60.0, memory=400_000_000)
        try:
            with pytest.raises(Refused):
                await children.extract_page(huge, AT)
            return await children.extract_page(sample("article"), AT)
        finally:
            await children.close()

    assert asyncio.run(huge_then_good()).title


def test_a_pool_that_is_closed_leaves_no_process() -> None:
    async def all_ended() -> bool:
        children = Children(2)
        await asyncio.gather(*(children.extract_page(sample("article"), AT) for _ in range(4)))
        running = [children._idle.get_nowait() for _ in range(2)]
        for process in running:
            children._idle.put_nowait(process)
        await children.close()
        return all(
            process is not None and process.child.returncode is not None for process in running
        )

    assert asyncio.run(all_ended())
