"""Robots: a host's rules are asked for once, and mean what RFC 9309 says."""

import asyncio

import pytest

from newsletter.fetching.robots import Robots


@pytest.mark.parametrize(
    ("code", "body", "allowed"),
    [
        (200, b"User-agent: *\nDisallow: /private/", {"/private/a": False, "/public": True}),
        (200, b"User-agent: Newsletter\nDisallow: /\n\nUser-agent: *\nAllow: /", {"/a": False}),
        (200, b"User-agent: other\nDisallow: /", {"/a": True}),
        (200, b"", {"/a": True}),
        (200, b"\xff\xfe<html>not rules", {"/a": True}),
        (204, b"", {"/a": True}),
        (403, b"", {"/a": True}),
        (404, b"", {"/a": True}),
        (429, b"", {"/a": False}),
        (500, b"User-agent: *\nAllow: /", {"/a": False}),
        (None, b"", {"/a": False}),
    ],
)
def test_robots_txt_means_what_rfc_9309_says(
    code: int | None, body: bytes, allowed: dict[str, bool]
) -> None:
    asked = []

    async def ask(url: str) -> tuple[int | None, bytes]:
        asked.append(url)
        return code, body

    async def play() -> dict[str, bool]:
        robots = Robots(ask)
        return {path: await robots.allow(f"https://news.example{path}") for path in allowed}

    assert asyncio.run(play()) == allowed
    assert asked == ["https://news.example/robots.txt"]
