"""Read hostile documents, and see that none takes long: feeds, sitemaps, listings, pages, lists.

python -m bench.documents [--documents 10000] [--seed 15] [--kind feed] [--json documents.json]

Each document has a form that its reader knows, and hostile texts in its fields: long, nested,
repeated, never closed. The same seed makes the same documents. Exit code 1 if one takes more than a
second of the processor.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from bench.documents_making import KINDS, make
from newsletter.errors import NewsletterError
from newsletter.formats.feeds import read_feed
from newsletter.formats.listings import read_listing
from newsletter.formats.opml import read_opml
from newsletter.formats.pages.main_text import extract_page
from newsletter.formats.pages.site_links import read_site
from newsletter.formats.sitemaps import read_sitemap

MOST_S = 1.0
AT = "https://news.example/a"
SHOWN = 10  # of the slowest


def _read_page(content: bytes) -> None:
    """Read a page in each way in which the service does."""
    read_site(content, AT)
    extract_page(content, AT)


READERS: dict[str, Callable[[bytes], object]] = {
    "feed": lambda content: read_feed(content, AT),
    "json": lambda content: read_feed(content, AT),
    "sitemap": lambda content: read_sitemap(content, AT),
    "listing": lambda content: read_listing(content, AT),
    "page": _read_page,
    "list": read_opml,
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One document that was read: how it was made, its size, and seconds of the processor."""

    number: int
    kind: str
    form: str
    size: int
    seconds: float


def fuzz(documents: int, seed: int, kinds: Sequence[str]) -> Iterator[Reading]:
    """Make and read so many documents."""
    for number in range(documents):
        chance = Random(f"{seed} {number}")
        kind = kinds[number % len(kinds)]
        document = make(kind, chance)
        seconds = _seconds(READERS[kind], document.content)
        yield Reading(
            number,
            kind,
            document.form,
            len(document.content),
            seconds,
        )


def _seconds(read: Callable[[bytes], object], content: bytes) -> float:
    began = time.process_time()
    # What is no feed is refused: that is an answer, too.
    with suppress(NewsletterError):
        read(content)
    return time.process_time() - began


def lines_of(readings: Sequence[Reading]) -> Iterator[str]:
    """Yield a line for each kind, then the slowest documents."""
    for kind in dict.fromkeys(reading.kind for reading in readings):
        times = sorted(reading.seconds for reading in readings if reading.kind == kind)
        median = statistics.median(times) * 1000
        most = times[-1]
        yield f"{kind:<8} {len(times):>6} documents, median {median:6.1f} ms, most {most:.2f} s"
    for reading in sorted(readings, key=lambda each: -each.seconds)[:SHOWN]:
        size = f"{reading.size:,} bytes"
        yield f"  {reading.seconds:.2f} s  {reading.number:>6} {size:>16}  {reading.form}"


def main() -> None:
    """Read the documents and print what took longest."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.documents",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=15)
    parser.add_argument("--kind", action="append", choices=KINDS, help="all, unless given")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    readings = list(fuzz(args.documents, args.seed, args.kind or KINDS))
    print("\n".join(lines_of(readings)))
    slow = [reading for reading in readings if reading.seconds > MOST_S]
    print(f"{len(readings):,} documents, {len(slow)} over {MOST_S:g} s")
    if args.json:
        args.json.write_text(json.dumps([asdict(reading) for reading in slow], indent=1), "utf-8")
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
