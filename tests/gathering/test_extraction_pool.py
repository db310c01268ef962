"""Extraction in other processes: each page gives the same, and one that misbehaves costs itself."""

import asyncio
import random
from dataclasses import fields
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.formats.pages.main_text import NotAPage, Page, extract_page
from newsletter.gathering.extraction_pool import (
    Extractor,
    TooMuch,
    open_extractor,
    page_from_json,
    page_to_json,
)
from tests.samples.feeds import damaged
from tests.samples.page_files import PAGES, sample

AT = "https://tidetable.example/a"


def test_in_other_processes_each_page_gives_the_same() -> None:
    async def many() -> list[Page]:
        async with open_extractor() as extractor:
            return await asyncio.gather(
                *(extractor.extract(sample(name), AT) for name in PAGES * 2)
            )

    assert asyncio.run(many()) == [extract_page(sample(name), AT) for name in PAGES * 2]


def test_a_page_that_takes_too_long_costs_itself_only() -> None:
    async def slow_then_good() -> Page:
        extractor = Extractor(1, timeout_s=0.0)
        with pytest.raises(TooMuch):
            await extractor.extract(sample("article"), AT)
        extractor._timeout_s = 60.0
        try:
            return await extractor.extract(sample("article"), AT)
        finally:
            await extractor.close()

    assert asyncio.run(slow_then_good()).title


def test_a_page_that_takes_too_much_memory_costs_itself_only() -> None:
    huge = b"<html><title>T</title><article>" + b"".join(
        b"<p>word %d and <b>more</b> words</p>" % n for n in range(400_000)
    )

    async def huge_then_good() -> Page:
        extractor = Extractor(1, timeout_s=60.0, memory=400_000_000)
        try:
            with pytest.raises(NotAPage):
                await extractor.extract(huge, AT)
            return await extractor.extract(sample("article"), AT)
        finally:
            await extractor.close()

    assert asyncio.run(huge_then_good()).title


def test_an_extractor_that_is_closed_leaves_no_process() -> None:
    async def all_ended() -> bool:
        extractor = Extractor(2)
        await asyncio.gather(*(extractor.extract(sample("article"), AT) for _ in range(4)))
        running = [extractor._idle.get_nowait() for _ in range(2)]
        for process in running:
            extractor._idle.put_nowait(process)
        await extractor.close()
        return all(
            process is not None and process.child.returncode is not None for process in running
        )

    assert asyncio.run(all_ended())


def test_nothing_of_a_page_is_lost_on_its_way_between_processes() -> None:
    page = Page(
        "https://x.example/",
        "T",
        "d",
        "t",
        "a",
        datetime(2026, 5, 5, tzinfo=UTC),
        "i",
        "en",
        7,
        ("x", "y"),
        "h",
        "s",
    )
    assert all(getattr(page, field.name) for field in fields(page)), "every field is tried"
    assert page_from_json(page_to_json(page)) == page


@settings(max_examples=30)
@given(st.randoms(use_true_random=False))
def test_no_damaged_page_is_changed_on_its_way_between_processes(chance: random.Random) -> None:
    check_way(damaged(sample(chance.choice(PAGES)), sample(chance.choice(PAGES)), chance))


@settings(max_examples=30)
@given(st.text(max_size=300))
def test_no_text_is_changed_on_its_way_between_processes(text: str) -> None:
    check_way(f"<html><h1>{text}</h1><p>{text}</p>".encode("utf-8", "replace"))


def check_way(content: bytes) -> None:
    try:
        page = extract_page(content, AT)
    except NotAPage:
        return
    assert page_from_json(page_to_json(page)) == page
