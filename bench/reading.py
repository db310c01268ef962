"""Real feeds read and stored, against feedparser's parsing of the same bytes, in turns in one run.

python -m bench.reading [--feeds ../shared/feeds] [--rounds 7] [--json reading.json]
"""

import argparse
import io
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import feedparser

from newsletter.database import Database
from newsletter.formats.decoding import decode
from newsletter.formats.feeds import read_feed, repair_feed
from newsletter.formats.found import make_found
from newsletter.gathering import sources
from newsletter.gathering.articles import store_all_found
from newsletter.gathering.sources import NewSource
from newsletter.migrations.running import upgrade
from newsletter.publications.opening import open_publication

NOW = datetime(2026, 9, 1, tzinfo=UTC)
AT = "https://news.example/feed"


@dataclass(frozen=True, slots=True)
class Figure:
    """One way to read the feeds: the median of the rounds in seconds, and their spread.

    `ratio` is the median of the ratios to feedparser's seconds in the same round.
    """

    name: str
    seconds: float
    least: float
    most: float
    ratio: float


def measure(feeds: Sequence[bytes], rounds: int) -> list[Figure]:
    """Each way in turn, `rounds` times."""
    taken: dict[str, list[float]] = {}
    for _ in range(rounds):
        _timed(
            taken,
            "feedparser parses",
            lambda: [feedparser.parse(io.BytesIO(content)) for content in feeds],
        )
        _timed(taken, "we read", lambda: [read_feed(content, AT).found for content in feeds])
        _timed(
            taken,
            "we read, all as if broken",
            lambda: [_as_if_broken(content) for content in feeds],
        )
        with _new_database(len(feeds)) as (database, keys):
            _timed(taken, "we read and store", lambda: _stored(database, keys, feeds))
            _timed(taken, "again, all known", lambda: _stored(database, keys, feeds))
    base = taken["feedparser parses"]
    return [
        Figure(
            name,
            statistics.median(each),
            min(each),
            max(each),
            statistics.median(a / b for a, b in zip(each, base, strict=True)),
        )
        for name, each in taken.items()
    ]


def _timed(taken: dict[str, list[float]], name: str, work: Callable[[], object]) -> None:
    began = time.perf_counter()
    work()
    taken.setdefault(name, []).append(time.perf_counter() - began)


def _as_if_broken(content: bytes) -> int:
    repaired = repair_feed(decode(content))
    return sum(make_found(item, AT) is not None for item in repaired.items) if repaired else 0


def _stored(database: Database, keys: Sequence[int], feeds: Sequence[bytes]) -> None:
    database.write(
        store_all_found,
        [(key, read_feed(content, AT).found) for key, content in zip(keys, feeds, strict=True)],
        NOW,
    )


@contextmanager
def _new_database(count: int) -> Iterator[tuple[Database, Sequence[int]]]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/reading.sqlite3"
        upgrade(url)
        database = Database(url)
        opened = database.write(
            open_publication,
            name="Bench",
            sender_address="a@bench.example",
            cadence="Tuesday 09:00 UTC",
        )
        key = opened.key
        keys = [
            database.write(sources.add, key, NewSource(f"https://news.example/{n}")).key
            for n in range(count)
        ]
        try:
            yield database, keys
        finally:
            database.close()


def main() -> None:
    """Measure, print the table, and write it as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--feeds", type=Path, default=Path(__file__).parents[2] / "shared" / "feeds"
    )
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    feeds = [file.read_bytes() for file in sorted(args.feeds.glob("*.xml"))]
    if not feeds:
        sys.exit(f"no feeds in {args.feeds}: give a folder of XML files with --feeds")
    counts = _counts(feeds)
    print(
        f"{counts['feeds']} feeds, {counts['items']:,} items, {counts['bytes']:,} bytes; "
        f"{args.rounds} rounds, medians"
    )
    figures = measure(feeds, args.rounds)
    print("\n".join(map(_line, figures)))
    if args.json:
        report = {**counts, "figures": [asdict(figure) for figure in figures]}
        args.json.write_text(json.dumps(report, indent=1), "utf-8")


def _counts(feeds: Sequence[bytes]) -> dict[str, int]:
    items = sum(len(read_feed(content, AT).found) for content in feeds)
    return {"feeds": len(feeds), "items": items, "bytes": sum(map(len, feeds))}


def _line(figure: Figure) -> str:
    spread = f"({figure.least * 1000:.0f} to {figure.most * 1000:.0f})"
    milliseconds = f"{figure.seconds * 1000:6.0f} ms"
    return f"{figure.name:28} {milliseconds}  {spread:14}  {figure.ratio:5.2f} x feedparser"


if __name__ == "__main__":
    main()
