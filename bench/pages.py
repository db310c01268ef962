"""python -m bench.pages [--json FILE]: how long the pages of articles take, in one process without
the network.

The database has 80,000 readers, 20,000 articles, 300 of them own, and 100 issues that were sent.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from sqlmodel import Session

from bench.stage import add_sent_issue
from newsletter.archive.search import index_batch
from newsletter.clock import SetClock
from newsletter.formats.pages.article_form import ArticleForm
from newsletter.formats.pages.article_rules import judge_article
from newsletter.gathering import own_writing, sources
from newsletter.gathering.models import Article, Body, Sighting
from newsletter.gathering.sources import NewSource
from newsletter.issues.models import Block
from newsletter.publications.models import Publication
from newsletter.publications.opening import open_publication
from newsletter.runtime import open_runtime
from newsletter.settings import Settings
from newsletter.statements import insert_new
from newsletter.tools import directory
from newsletter.tools.cards import Card
from newsletter.urls import Urls
from newsletter.web.application import application
from subscribers.models import Subscriber, Subscription

READERS, ARTICLES, OWN, ISSUES, ASKED = 80_000, 20_000, 300, 100, 300
NOW = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
WORDS = [
    "tide", "model", "chip", "court", "price", "voice", "map", "queue", "hall", "gate", "paper",
    "index", "wire", "grid", "lamp", "cable",
]  # fmt: skip
NAMES = ("first", "p50", "p95", "p50 on core", "p95 on core")
PAGES = {
    "own article": f"/articles/own-{OWN - 1}",
    "another's article": f"/articles/a-{ARTICLES - 1}",
    "list": "/articles?page=2",
    "archive": "/archive",
    "archive, searched": "/archive?q=tide+court",
    "issue": f"/archive/{ISSUES}",
    "RSS": "/feed.xml",
    "sitemap": "/sitemap.xml",
}


def words(seed: int, count: int) -> str:
    """The same words for the same seed."""
    return " ".join(
        f"{WORDS[(seed * 7 + n * n) % len(WORDS)]}{(seed + n) % 97 if n % 3 else ''}"
        for n in range(count)
    )


def fill(session: Session, urls: Urls) -> None:
    """Fill the database as it is after two years."""
    publication = open_publication(
        session,
        name="Sample",
        sender_address="a@sample.example",
        cadence="Tuesday 09:00 Europe/Berlin",
    )
    key = publication.key
    _add_readers(session, key)
    _add_articles(session, key)
    for n in range(OWN):
        _write_own(session, publication, urls, n)
    for n in range(4):
        card = Card(f"Tool {n}", "https://t.example", "Free", words(n, 20), ("Sample",))
        directory.add(session, key, card)
    for n in range(ISSUES):
        _add_issue(session, key, n)


def _add_readers(session: Session, publication_id: int) -> None:
    insert_new(
        session,
        Subscriber,
        [{"address": f"r{n}@readers.example", "created_at": NOW} for n in range(READERS)],
    )
    kept = {"publication_id": publication_id, "status": "active", "joined_at": NOW}
    insert_new(session, Subscription, [{"subscriber_id": n, **kept} for n in range(1, READERS + 1)])


def _add_articles(session: Session, publication_id: int) -> None:
    """Add the articles of one source; rows 1 to OWN are the newest."""
    source = NewSource("https://sample.example/feed.xml", "Sample source")
    source_id = sources.add(session, publication_id, source).id
    numbers = [*range(ARTICLES - OWN, ARTICLES), *range(ARTICLES - OWN)]
    insert_new(session, Article, [_article(n) for n in numbers])
    bodies = []
    sightings = []
    for key, n in enumerate(numbers, 1):
        bodies.append({"article_id": key, "text": words(n, 600), "html": "", "markdown": ""})
        sightings.append({"article_id": key, "source_id": source_id, "seen_at": NOW})
    insert_new(session, Body, bodies)
    insert_new(session, Sighting, sightings)


def _article(n: int) -> dict[str, object]:
    at = NOW - timedelta(minutes=50 * (ARTICLES - n))
    return {
        "url": f"https://sample.example/{n}",
        "slug": f"a-{n}",
        "title": words(n, 9),
        "dek": words(n + 1, 40),
        "published_at": at,
        "first_seen_at": at,
    }


def _write_own(session: Session, publication: Publication, urls: Urls, n: int) -> None:
    at = NOW - timedelta(days=2 * (OWN - n))
    body = "\n\n".join(f"## {words(n + p, 3)}\n\n{words(n + p, 120)}" for p in range(8))
    typed = ArticleForm(
        title=words(n, 9),
        dek=words(n, 30),
        date=at.isoformat(),
        slug=f"own-{n}",
        source="[S](https://s.example)",
        body=body,
    )
    own_writing.write_article(
        session, publication, judge_article(typed, ZoneInfo("Europe/Berlin"), NOW), urls, NOW
    )


def _add_issue(session: Session, publication_id: int, n: int) -> None:
    at = NOW - timedelta(weeks=ISSUES - n)
    issue = add_sent_issue(session, publication_id, n + 1, at)
    for place in range(13):
        block = Block(
            issue_id=issue.key,
            # one of the newest articles
            article_id=OWN - n * 2 - place if n * 2 + place < OWN else place + 1,
            kind="brief",
            position=place,
            title=words(place, 9),
            text=words(place, 30),
            url="https://s.example",
        )
        session.add(block)


async def ask(app: FastAPI, address: str, cookie: str = "") -> tuple[float, float]:
    """Ask for one page; returns seconds, and those of them on a core."""
    path, _, query = address.partition("?")
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(b"host", b"news.example"), (b"cookie", cookie.encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "scheme": "http",
        "root_path": "",
    }
    statuses: list[int] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(int(str(message["status"])))

    began, worked = time.perf_counter(), time.process_time()
    await app(scope, receive, send)  # type: ignore[arg-type]
    assert statuses == [200], (address, statuses)
    return time.perf_counter() - began, time.process_time() - worked


def main() -> None:
    """Fill, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with _filled() as app:
        figures = [_measure(app, page, address) for page, address in PAGES.items()]
    _print(figures)
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1), "utf-8")


@contextmanager
def _filled() -> Iterator[FastAPI]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            database_url=f"sqlite:///{folder}/pages.sqlite3",
            secret=folder,
            relay_url="smtp+plain://127.0.0.1:1",
        )
        with open_runtime(settings, SetClock(NOW)) as runtime:
            runtime.database.write(fill, runtime.urls)
            while runtime.database.write(index_batch, 1, NOW):
                pass
            yield application(runtime)


def _measure(app: FastAPI, page: str, address: str) -> dict[str, object]:
    """Return the name of a page, and its times in milliseconds, by NAMES."""
    first, *others = asyncio.run(_times(app, address))
    wall = statistics.quantiles([seconds for seconds, _ in others], n=100)
    core = statistics.quantiles([seconds for _, seconds in others], n=100)
    times = (first[0], wall[49], wall[94], core[49], core[94])
    rounded = [round(seconds * 1e3, 2) for seconds in times]
    return {"page": page, **dict(zip(NAMES, rounded, strict=True))}


def _print(figures: Sequence[Mapping[str, object]]) -> None:
    names = "".join(f"{name:>14}" for name in NAMES)
    print(f"{'page':20}{names}   ms, of {ASKED} asked one after another")
    for figure in figures:
        print(f"{figure['page']:20}" + "".join(f"{figure[name]:14}" for name in NAMES))


async def _times(app: FastAPI, address: str) -> list[tuple[float, float]]:
    return [await ask(app, address) for _ in range(ASKED)]


if __name__ == "__main__":
    main()
