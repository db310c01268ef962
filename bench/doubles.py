"""python -m bench.doubles [--readers 1000000] [--doubles 10000]: readers in two spellings join.

A database as it was before one mailbox was one reader (docs/adr/0044) is filled with readers, of
whom one of a hundred is the second spelling of another, while an issue is under way to all. It is
upgraded, on SQLite and on PostgreSQL, in a process of its own. Then it is looked at: is each
mailbox there once, did the stricter status win, does the account of the issue add up, can a mailbox
still get it twice. Exit code 1 if anything is not as it should be.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from alembic import command
from sqlalchemy import Connection, create_engine, text

from bench.doubles_filling import fill
from bench.places import ROOT, Server, fresh_database, postgresql, workplace
from newsletter.database import driver_url
from newsletter.migrations.running import run
from tests.migrations.former import MAILBOXES

KINDS = ("sqlite", "postgres")
STRICTER = ("unsubscribed", "active", "unconfirmed")
ACCOUNT = """
    select gone_status, kept_status, won, count(*) from joined_double
    group by gone_status, kept_status, won order by 1, 2, 3"""
COUNTS = {
    "readers": "select count(*) from subscriber",
    "mailboxes": "select count(distinct mailbox) from subscriber",
    "mergers": "select count(*) from merger",
    "links": "select count(*) from subscription_merger",
    "subscriptions": "select count(*) from subscription",
    "messages": "select count(*) from message",
    # What the report says is what the subscriptions have.
    "untrue": """
        select count(*) from joined_double j join subscription s
        on s.subscriber_id = j.subscriber_id and s.publication_id = j.publication_id
        where s.status <> j.won""",
    "nobody's": """
        select count(*) from message m left join subscriber s on s.id = m.subscriber_id
        where s.id is null and m.status = 'planned'""",
    # Somebody who waits for a letter of the issue and has another one, in either spelling. (Who
    # had it in both before the upgrade has it twice; nothing mends that.)
    "twice": """
        select count(*) from (
            select coalesce(g.subscriber_id, m.subscriber_id) as reader from message m
            left join merger g on g.gone_id = m.subscriber_id
            group by coalesce(g.subscriber_id, m.subscriber_id)
            having sum(case when m.status in ('accepted', 'planned') then 1 else 0 end)
                > case when sum(case when m.status = 'planned' then 1 else 0 end) > 0
                    then 1 else 2 end) as twice""",
}


def measure(kind: str, readers: int, doubles: int, folder: Path, server: Server | None) -> bool:
    """Fill, upgrade and look at one kind of database; print it; True if all is well."""
    with fresh_database(folder, server.url if server else None) as url:
        began = time.monotonic()
        fill(url, readers, doubles)
        print(f"{kind}: {readers:,} readers filled in {time.monotonic() - began:.1f} s", flush=True)
        before = server.cpu_s() if server else 0.0
        spent = _upgraded(url)
        if server:
            spent["processor_s"] += server.cpu_s() - before
        figures = ", ".join(f"{name} {value:.1f}" for name, value in spent.items())
        print(f"{kind}: joined {doubles:,} doubles: {figures}", flush=True)
        return _look(url, readers, doubles)


def _upgraded(url: str) -> dict[str, float]:
    """Upgrade in a process of its own; return its seconds, processor seconds and memory."""
    words = [sys.executable, "-m", "bench.doubles", "--upgrade", url]
    answer = subprocess.run(words, check=True, stdout=subprocess.PIPE, cwd=ROOT)
    found: dict[str, float] = json.loads(answer.stdout)
    return found


def _upgrade(url: str) -> Mapping[str, float]:
    began = time.monotonic()
    run(url, lambda config: command.upgrade(config, MAILBOXES))
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "seconds": time.monotonic() - began,
        "processor_s": used.ru_utime + used.ru_stime,
        "memory_mb": used.ru_maxrss / 1024,
    }


def _look(url: str, readers: int, doubles: int) -> bool:
    engine = create_engine(driver_url(url))
    with engine.connect() as connection:
        counts = {name: connection.scalar(text(query)) for name, query in COUNTS.items()}
        is_strict = _print_account(connection)
    engine.dispose()
    wanted = {
        "readers": readers - doubles,
        "mailboxes": readers - doubles,
        "mergers": doubles,
        "links": doubles,
        "subscriptions": readers - doubles,
        "messages": readers,
        "untrue": 0,
        "nobody's": 0,
        "twice": 0,
    }
    for name, count in counts.items():
        mark = " " if count == wanted[name] else "✗"
        print(f"{mark} {name}: {count:,}, expected {wanted[name]:,}")
    return is_strict and counts == wanted


def _print_account(connection: Connection) -> bool:
    """Print what won over what; True if it was always the stricter."""
    is_strict = True
    for gone, kept, won, count in connection.execute(text(ACCOUNT)):
        stricter = min(gone, kept, key=STRICTER.index)
        is_strict = is_strict and won == stricter
        print(f"{' ' if won == stricter else '✗'} {kept} and {gone}: {won} ({count:,})")
    return is_strict


def main() -> None:
    """Measure both kinds of database, or one."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.doubles",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--readers", type=int, default=1_000_000)
    parser.add_argument("--doubles", type=int, default=10_000)
    parser.add_argument("--database", choices=KINDS, action="append", help="both, unless given")
    parser.add_argument("--upgrade", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.upgrade:
        print(json.dumps(_upgrade(args.upgrade)))
        return
    is_well = True
    for kind in args.database or KINDS:
        with workplace() as folder:
            if kind == "sqlite":
                is_well &= measure(kind, args.readers, args.doubles, folder, None)
                continue
            with postgresql(folder) as server:
                is_well &= measure(kind, args.readers, args.doubles, folder, server)
    sys.exit(0 if is_well else 1)


if __name__ == "__main__":
    main()
