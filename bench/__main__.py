"""make bench: sending, planning and memory, each side by side in one run; a table, or JSON.

Each figure is compared with what is to be reached. The exit code is 1 if any falls short.

python -m bench [--rounds 3] [--json bench.json] [--only sending|planning|memory|workers|whole|desk]
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bench import desk as desk_pages
from bench.figures import REPORTED, Figure, median, row
from bench.places import Server, fresh_database, postgresql, workplace
from bench.senders import (
    Run,
    finish_our_sender,
    run_our_sender,
    run_smtp_source,
    start_our_sender,
    write_key,
)
from bench.sinks import count_lines, fast_sink, postfix_sink
from bench.stage import stage
from newsletter.database import Database
from newsletter.delivery.planning import freeze
from newsletter.settings import Settings

LETTERS = 12_000
SIZE = 40_960  # octets of a letter
AUDIENCE = 1_000_000  # to be planned
AUDIENCES = (8_000, 80_000, 800_000)


def sending(folder: Path, server: Server) -> list[Figure]:
    """Our sender and smtp-source into the same sinks."""
    key = write_key(folder)
    with fast_sink(folder) as (port, log):
        unsigned = _unsigned(folder, port, log, server)
        signed = _signed(folder, port, log, server)
    return [*unsigned, *_against_postfix(folder, key), *signed]


def _unsigned(folder: Path, port: int, log: Path, server: Server) -> list[Figure]:
    theirs = _theirs(port)
    ours = _ours(folder, port, log)
    ours_pg = _ours(folder, port, log, server=server)
    bare = _ours(folder, port, log, letters=LETTERS)
    return [
        _per_letter("processor time, 40 KB unsigned, SQLite", ours.cpu_s, "≤ 80"),
        _per_letter(
            "the same, PostgreSQL and its server", ours_pg.cpu_s + ours_pg.server_cpu_s, "≤ 110"
        ),
        _cost("the ledger's cost, unsigned, SQLite", ours, bare, REPORTED),
        Figure("ours, unsigned, fast sink", ours.rate, "letters/s", REPORTED),
        Figure("smtp-source, fast sink", theirs.rate, "letters/s", REPORTED),
        _ratio("40 KB unsigned, ledger on ÷ smtp-source, fast sink", ours, theirs, "≥ 0.7"),
    ]


def _signed(folder: Path, port: int, log: Path, server: Server) -> list[Figure]:
    key = write_key(folder)
    # the processor's own speed moves: it is measured on both sides
    bare_signs = _bare_signs(folder)
    signed = _ours(folder, port, log, keys=key)
    bare_signs = (bare_signs + _bare_signs(folder)) / 2
    signed_pg = _ours(folder, port, log, keys=key, server=server)
    bare = _ours(folder, port, log, keys=key, letters=LETTERS)
    signs = LETTERS / signed.cpu_s / bare_signs
    return [
        Figure("signed letters per CPU-second ÷ bare RSA signs", signs, "×", "≥ 0.75"),
        _cost("the ledger's cost, signed, SQLite", signed, bare, "≤ 0.10"),
        _cost("the ledger's cost, signed, PostgreSQL", signed_pg, bare, "≤ 0.10"),
        Figure("ours, signed, fast sink", signed.rate, "letters/s", REPORTED),
    ]


def _against_postfix(folder: Path, key: str) -> list[Figure]:
    with postfix_sink() as port:
        theirs = _theirs(port)
        ours = _ours(folder, port, None)
        signed = _ours(folder, port, None, keys=key)
    name = "RSA signed, ledger on ÷ smtp-source unsigned, smtp-sink"
    return [
        _ratio("the same, smtp-sink", ours, theirs, "≥ 1.0"),
        _ratio(name, signed, theirs, "≥ 0.5"),
    ]


def _ratio(name: str, ours: Run, theirs: Run, reach: str) -> Figure:
    return Figure(name, ours.rate / theirs.rate, "×", reach)


def _per_letter(name: str, cpu_s: float, reach: str) -> Figure:
    return Figure(name, cpu_s / LETTERS * 1e6, "µs/letter", reach)


def _cost(name: str, with_ledger: Run, without: Run, reach: str) -> Figure:
    return Figure(name, 1 - with_ledger.rate / without.rate, "", reach)


def planning(folder: Path, server: Server) -> list[Figure]:
    """A million messages into the real tables."""
    return [
        Figure("plan 1,000,000 messages, SQLite", _plan(folder, None), "s", "≤ 2.5"),
        Figure("plan 1,000,000 messages, PostgreSQL", _plan(folder, server.url), "s", "≤ 6"),
    ]


def _plan(folder: Path, server_url: str | None) -> float:
    """Return the seconds that it took."""
    with fresh_database(folder, server_url) as url:
        stage(url, AUDIENCE, SIZE)
        database = Database(url)
        began = time.monotonic()
        assert freeze(database, 1)
        took_s = time.monotonic() - began
        database.close()
    return took_s


def memory(folder: Path, _: Server) -> list[Figure]:
    """The sender's resident memory, its children's with it, by the size of its audience.

    The letters are signed by Ed25519: as much is held as with RSA, and it ends in time.
    """
    key = write_key(folder, "ed25519")
    figures = []
    for readers in AUDIENCES:
        with fast_sink(folder) as (port, log), fresh_database(folder, None) as url:
            stage(url, readers, SIZE)
            run = run_our_sender(url, port, folder, keys=key)
            assert count_lines(log) == run.letters == readers
        name = f"resident memory, signed, {readers:,} recipients"
        figures.append(Figure(name, run.resident_mb, "MB", "≤ 150"))
    growth = figures[-1].value / figures[0].value
    return [*figures, Figure("the last of these ÷ the first", growth, "×", "≤ 1.05")]


def workers(folder: Path, server: Server) -> list[Figure]:
    """Two senders on one delivery over PostgreSQL, against one.

    With a sink that answers after 20 ms, and with one that does not wait.
    """
    figures = []
    for name, reply_ms, reach in (("20 ms replies", 20.0, "≥ 1.8"), ("both full", 0.0, REPORTED)):
        alone, both = (_work(folder, server, count, reply_ms) for count in (1, 2))
        figures.append(Figure(f"two workers ÷ one, {name}", both / alone, "×", reach))
    return figures


def _work(folder: Path, server: Server, workers: int, reply_ms: float) -> float:
    """Send with so many workers; return letters per second."""
    with fast_sink(folder, reply_ms) as (port, log), fresh_database(folder, server.url) as url:
        stage(url, LETTERS, SIZE)
        _plan_first(url)
        began = time.monotonic()
        running = [
            start_our_sender(url, port, folder, number=number, connections=20)
            for number in range(workers)
        ]
        total = sum(finish_our_sender(process).letters for process in running)
        assert total == count_lines(log) == LETTERS
        return LETTERS / (time.monotonic() - began)


def whole(folder: Path, _: Server) -> list[Figure]:
    """The main job: 80,000 signed letters of 40 KB, planned, sent and accounted for.

    With as many connections as the settings have by default.
    """
    connections = Settings().relay_connections
    with fast_sink(folder) as (port, log), fresh_database(folder, None) as url:
        stage(url, 80_000, SIZE)
        began = time.monotonic()
        run = run_our_sender(
            url,
            port,
            folder,
            keys=write_key(folder),
            connections=connections,
        )
        took_s = time.monotonic() - began
        assert count_lines(log) == run.letters == 80_000
    name = f"80,000 × 40 KB signed, {connections} connections: plan + send + account"
    return [
        Figure(name, took_s, "s", "≤ 30"),
        Figure("the same: resident memory", run.resident_mb, "MB", "≤ 150"),
    ]


def desk(folder: Path, server: Server) -> list[Figure]:
    """Pages of the desk with a million readers and two years of issues."""
    figures = []
    for name, where in (("SQLite", None), ("PostgreSQL", server.url)):
        with fresh_database(folder, where) as url:
            for page, (wall_ms, core_ms) in desk_pages.measure(url, folder).items():
                # SQLite works in our own process, so a busy machine does not blur its figure.
                p95_ms = wall_ms if where else core_ms
                reach = f"≤ {desk_pages.PAGES[page][1]}"
                figures.append(Figure(f"{page}, p95, {name}", p95_ms, "ms", reach))
    return figures


PARTS: dict[str, Callable[[Path, Server], list[Figure]]] = {
    "sending": sending,
    "planning": planning,
    "memory": memory,
    "workers": workers,
    "whole": whole,
    "desk": desk,
}


def _theirs(port: int) -> Run:
    return run_smtp_source(port, LETTERS, SIZE)


def _ours(
    folder: Path,
    port: int,
    log: Path | None,
    *,
    keys: str = "",
    letters: int = 0,
    server: Server | None = None,
) -> Run:
    """One run on a new database; the sink's own count must agree."""
    with fresh_database(folder, server.url if server else None) as url:
        stage(url, 10 if letters else LETTERS, SIZE)
        _plan_first(url)
        before = count_lines(log) if log else 0
        server_s = server.cpu_s() if server else 0.0
        run = run_our_sender(url, port, folder, keys=keys, letters=letters)
        if server:
            run = replace(run, server_cpu_s=server.cpu_s() - server_s)
        assert run.letters == LETTERS
        assert log is None or count_lines(log) - before == LETTERS
    return run


def _plan_first(url: str) -> None:
    """Write the delivery's rows: they are no part of what a letter costs to send."""
    database = Database(url)
    freeze(database, 1)
    database.close()


def _bare_signs(folder: Path) -> float:
    """RSA-2048 signatures per CPU-second of this machine, nothing else done."""
    private = load_pem_private_key((folder / "rsa.pem").read_bytes(), None)
    count = 0
    began = time.process_time()
    while time.process_time() - began < 1:
        private.sign(bytes(32), PKCS1v15(), Prehashed(SHA256()))  # type: ignore
        count += 1
    return count / (time.process_time() - began)


def main() -> None:
    """Measure so many rounds, print the medians, and exit 1 if one falls short."""
    args = _arguments().parse_args()
    rounds: dict[str, list[Figure]] = {}  # by name
    with workplace() as folder, postgresql(folder) as server:
        for number in range(1, args.rounds + 1):
            for part in args.only or PARTS:
                print(f"round {number} of {args.rounds}: {part}", file=sys.stderr, flush=True)
                for figure in PARTS[part](folder, server):
                    rounds.setdefault(figure.name, []).append(figure)
    for figures in rounds.values():
        print(row(figures))
    medians = [median(figures) for figures in rounds.values()]
    if args.json:
        rows = [figure.as_json() for figure in medians]
        args.json.write_text(json.dumps(rows, indent=1, ensure_ascii=False), "utf-8")
    sys.exit(any(figure.is_short for figure in medians))


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", choices=PARTS, action="append")
    return parser


if __name__ == "__main__":
    main()
