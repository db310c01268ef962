"""What becomes of sources that go wrong, each over real HTTP on loopback: a table, or JSON.

python -m bench.faults [--json faults.json]
"""

import argparse
import json
import tempfile
import tracemalloc
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Session

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.fetching.limits import Limits
from newsletter.gathering import sources
from newsletter.gathering.gather import gather
from newsletter.gathering.source_answers import SourceReport
from newsletter.gathering.sources import NewSource
from newsletter.migrations.running import upgrade
from newsletter.publications.models import Publication
from newsletter.publications.opening import open_publication
from tests.doubles import faults
from tests.doubles.web import Internet, serving

NOW = datetime(2026, 5, 12, 12, 0, tzinfo=UTC)
# Long, so that a busy machine ends none of those that something else ends.
LONG = Limits(connect_s=30.0, silence_s=30.0, timeout_s=60.0, gap_s=0.0)
# Those that only time ends, and a good one beside them; short, so that they end soon.
SLOW = ("beside-slow.test", "silent.test", "slow.test")
SHORT = Limits(connect_s=2.0, silence_s=1.0, timeout_s=2.0, gap_s=0.0)


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one fault.

    `again_h` is when its source is fetched again, in hours, None if never; `articles` counts those
    that were stored.
    """

    fault: str
    outcome: str
    articles: int
    again_h: float | None
    error: str


@dataclass(frozen=True, slots=True)
class Table:
    """All of them.

    `peak_mb` is the most memory that Python held meanwhile, `sent` has the bytes that were sent of
    each body.
    """

    rows: tuple[Row, ...]
    peak_mb: float
    sent: dict[str, int]


def run(database: Database, publication_id: int) -> Table:
    """Gather from one source for each fault, all at once, the slow ones of another publication."""
    with serving({}) as web:
        internet = Internet(web)
        scripts = faults.scripts(web, internet, NOW)
        web.scripts.update({f"{host}/feed": script for host, script in scripts.items()})
        quick = [host for host in [*scripts, "no-such-host.example"] if host not in SLOW]
        done, peak_bytes = _gather(database, publication_id, quick, internet, LONG)
        slow_id = database.write(_open, "Slow").key
        slow, slow_peak_bytes = _gather(database, slow_id, SLOW, internet, SHORT)
        sent = dict(web.sent_to)
    peak_mb = max(peak_bytes, slow_peak_bytes) / 1e6
    return Table(tuple(sorted([*done, *slow], key=lambda row: row.fault)), peak_mb, sent)


def _open(session: Session, name: str) -> Publication:
    return open_publication(
        session, name=name, sender_address="a@faults.example", cadence="Tuesday 09:00 UTC"
    )


def _gather(
    database: Database,
    publication_id: int,
    hosts: Sequence[str],
    internet: Internet,
    limits: Limits,
) -> tuple[list[Row], int]:
    """Gather from these; return what came of it, and the most bytes that Python held meanwhile."""
    for host in hosts:
        source = NewSource(faults.source_of(host), host.removesuffix(".test"))
        database.write(sources.add, publication_id, source)
    guard = internet.guard()
    tracemalloc.start()
    try:
        done = gather(database, publication_id, SetClock(NOW), limits, guard=guard)
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        guard.close()
    all_sources = database.read(sources.all_sources, publication_id)
    due_at = {source.title: source.due_at for source in all_sources}
    return [_row(report, due_at[report.title]) for report in done.reports], peak_bytes


def _row(report: SourceReport, due_at: datetime | None) -> Row:
    return Row(report.title, report.outcome, report.added, _hours(due_at), report.error)


def _hours(due_at: datetime | None) -> float | None:
    return round((due_at - NOW).total_seconds() / 3600, 2) if due_at else None


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.faults",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/faults.sqlite3"
        upgrade(url)
        database = Database(url)
        table = run(database, database.write(_open, "Faults").key)
        database.close()
    print(f"{'fault':<22} {'outcome':<10} {'articles':>8} {'again in':>9}  what the editor reads")
    for row in table.rows:
        again = f"{row.again_h:.2f} h" if row.again_h is not None else "never"
        print(f"{row.fault:<22} {row.outcome:<10} {row.articles:>8} {again:>9}  {row.error}")
    print(f"\nmost memory held by Python meanwhile, server included: {table.peak_mb:.0f} MB")
    if args.json:
        args.json.write_text(json.dumps(asdict(table), indent=1, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
