"""Attacks by documents that are made to be slow: feeds, sitemaps, listings, pages."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from urllib.parse import urlencode

from bench.attacks.attack import Attack, Ending
from bench.attacks.ground import Answer, Ground
from newsletter.demo import sample
from tests.doubles.web import always, serving

MOST_S = 2.0  # that a reader may wait while an editor looks at a hostile site
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}


def _look_at(document: bytes) -> Callable[[Ground], Ending]:
    """An editor looks at a site that answers with a document, while readers ask for pages."""

    def strike(ground: Ground) -> Ending:
        with serving({"/feed": always(200, document)}) as web, ThreadPoolExecutor(1) as threads:
            look = threads.submit(_look, ground, _login(ground), f"{web.url}/feed")
            longest = _longest_wait(ground, look)
            status = look.result().status
        seen = f"a page took {longest:.2f} s at most, the look was answered by {status}"
        return Ending(longest > MOST_S or status >= 500, seen)

    return strike


def _login(ground: Ground) -> str:
    """Log in as the sample's editor; returns the cookie."""
    answer = _post(ground, "/desk/login", {"address": sample.EDITOR, "password": sample.PASSWORD})
    return answer.headers["set-cookie"].partition(";")[0]


def _look(ground: Ground, cookie: str, url: str) -> Answer:
    return _post(ground, "/desk/sources/look", {"url": url}, cookie)


def _post(ground: Ground, path: str, fields: dict[str, str], cookie: str = "") -> Answer:
    headers = {**FORM, "Cookie": cookie} if cookie else FORM
    return ground.ask("POST", path, urlencode(fields).encode(), headers)


def _longest_wait(ground: Ground, look: Future[Answer]) -> float:
    """Ask for a page until the look is over; returns the longest wait in seconds."""
    longest = 0.0
    while True:
        is_over = look.done()
        began = time.monotonic()
        ground.ask("GET", "/health")
        longest = max(longest, time.monotonic() - began)
        if is_over:
            return longest
        time.sleep(0.02)


def _item(field: str, text: str, times: int = 1) -> bytes:
    item = f"<item><title>T</title><link>/x-y-z</link><{field}>{text}</{field}></item>"
    return f"<rss><channel>{item * times}</channel></rss>".encode()


def _links(times: int) -> bytes:
    names = "side " * 50_000
    links = "".join(f'<a href="/a-b-c-{n}">A title of words</a>' for n in range(times))
    return f'<html><body><div class="{names}">{links}'.encode()


ATTACKS: tuple[Attack, ...] = (
    Attack(
        "an author of 30 kB, looked at by an editor",
        "GET /health took 49.66 s: one pattern took the square of the length, with Python's lock",
        _look_at(_item("author", "a@" * 15_000 + " x")),
    ),
    Attack(
        "a title of tags that never end",
        "240 kB took 2.9 s, 5 MB would take 20 minutes",
        _look_at(_item("title", "&lt;p " * 200_000)),
    ),
    Attack(
        "a summary of boilerplate only",
        "one item of 20 kB took 6.1 s, a feed of 250 such items 15 minutes",
        _look_at(_item("description", "[...] " * 3300, times=50)),
    ),
    Attack(
        "a page whose links are all in one element with a name of 250 kB",
        "100 links took 2.3 s: the name was searched again for each; 2,000 would take 45 s",
        _look_at(_links(2000)),
    ),
)
