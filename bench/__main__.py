"""make bench: sending, planning and memory, each side by side in one run; a table, and the same as JSON.

python -m bench [--rounds 3] [--json bench.json] [--only sending|planning|memory|workers|whole]
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bench.stage import (
    Sent,
    Server,
    fast_sink,
    finish,
    fresh,
    lines,
    our_sender,
    postfix_sink,
    postgresql,
    smtp_source,
    stage,
    start_sender,
    workplace,
    write_key,
)
from newsletter.database import Database
from newsletter.delivery.planning import freeze

LETTERS, SIZE = 12_000, 40_960
AUDIENCE = 1_000_000


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured in one round; `reach` says what it should be."""

    what: str
    value: float
    unit: str
    reach: str


def sending(folder: Path, server: Server) -> list[Figure]:
    """Our sender and smtp-source into the same sinks."""
    key = write_key(folder)
    with fast_sink(folder) as (port, log):
        theirs = _theirs(port)
        ours = _ours(folder, port, log)
        bare = _ours(folder, port, log, letters=LETTERS)
        signed = _ours(folder, port, log, keys=key)
        signed_pg = _ours(folder, port, log, keys=key, server=server)
        signed_bare = _ours(folder, port, log, keys=key, letters=LETTERS)
    with postfix_sink() as port:
        theirs_postfix = _theirs(port)
        ours_postfix = _ours(folder, port, None)
        signed_postfix = _ours(folder, port, None, keys=key)
    return [
        Figure(
            "40 KB unsigned, ledger on ÷ smtp-source, fast sink",
            ours.rate / theirs.rate,
            "×",
            "≥ 1.5",
        ),
        Figure("the same, smtp-sink", ours_postfix.rate / theirs_postfix.rate, "×", "≥ 1.0"),
        Figure(
            "RSA signed, ledger on ÷ smtp-source unsigned, smtp-sink",
            signed_postfix.rate / theirs_postfix.rate,
            "×",
            "≥ 0.5",
        ),
        Figure(
            "signed letters per CPU-second ÷ bare RSA signs",
            LETTERS / signed.cpu_s / _bare_signs(folder),
            "×",
            "≥ 0.8",
        ),
        Figure(
            "the ledger's cost, signed, SQLite", 1 - signed.rate / signed_bare.rate, "", "≤ 0.10"
        ),
        Figure(
            "the ledger's cost, signed, PostgreSQL",
            1 - signed_pg.rate / signed_bare.rate,
            "",
            "≤ 0.10",
        ),
        Figure("the ledger's cost, unsigned, SQLite", 1 - ours.rate / bare.rate, "", "said"),
        Figure("ours, unsigned, fast sink", ours.rate, "letters/s", "said"),
        Figure("ours, signed, fast sink", signed.rate, "letters/s", "said"),
        Figure("smtp-source, fast sink", theirs.rate, "letters/s", "said"),
    ]


def planning(folder: Path, server: Server) -> list[Figure]:
    """A million messages into the real tables."""
    figures = []
    for name, where, reach in (("SQLite", None, "≤ 2.5"), ("PostgreSQL", server.url, "≤ 6")):
        with fresh(folder, where) as url:
            stage(url, AUDIENCE, SIZE)
            database = Database(url)
            began = time.monotonic()
            assert freeze(database, 1)
            figures.append(
                Figure(f"plan 1,000,000 messages, {name}", time.monotonic() - began, "s", reach)
            )
            database.close()
    return figures


def memory(folder: Path, _: Server) -> list[Figure]:
    """The sender's resident memory by the size of its audience (4 KB letters, so that it ends in time)."""
    figures = []
    for readers in (8_000, 80_000, 800_000):
        with fast_sink(folder) as (port, log), fresh(folder, None) as url:
            stage(url, readers, 4096)
            sent = our_sender(url, port, folder)
            assert lines(log) == sent.letters == readers
        figures.append(
            Figure(
                f"resident memory, {readers:,} recipients", sent.resident_mb, "MB", "≤ 150, flat"
            )
        )
    return figures


def workers(folder: Path, server: Server) -> list[Figure]:
    """Two senders on one delivery over PostgreSQL, with a sink that answers after 20 ms, and with one that does not wait."""
    figures = []
    for name, delay in (("20 ms replies", 20.0), ("both saturated", 0.0)):
        rates = []
        for count in (1, 2):
            with fast_sink(folder, delay) as (port, log), fresh(folder, server.url) as url:
                stage(url, LETTERS, SIZE)
                database = Database(url)
                freeze(database, 1)
                database.close()
                began = time.monotonic()
                running = [
                    start_sender(url, port, folder, who=one, connections=20) for one in range(count)
                ]
                total = sum(finish(one).letters for one in running)
                assert total == lines(log) == LETTERS
                rates.append(LETTERS / (time.monotonic() - began))
        figures.append(Figure(f"two workers ÷ one, {name}", rates[1] / rates[0], "×", "said"))
    return figures


def whole(folder: Path, _: Server) -> list[Figure]:
    """The main job: 80,000 signed letters of 40 KB, planned, sent and accounted for."""
    with fast_sink(folder) as (port, log), fresh(folder, None) as url:
        stage(url, 80_000, SIZE)
        began = time.monotonic()
        sent = our_sender(url, port, folder, keys=write_key(folder))
        took = time.monotonic() - began
        assert lines(log) == sent.letters == 80_000
    return [Figure("80,000 × 40 KB signed: plan + send + account", took, "s", "≤ 30")]


PARTS: dict[str, Callable[[Path, Server], list[Figure]]] = {
    "sending": sending,
    "planning": planning,
    "memory": memory,
    "workers": workers,
    "whole": whole,
}


def _theirs(port: int) -> Sent:
    return smtp_source(port, LETTERS, SIZE)


def _ours(
    folder: Path,
    port: int,
    log: Path | None,
    *,
    keys: str = "",
    letters: int = 0,
    server: Server | None = None,
) -> Sent:
    """One run on a new database; the sink's own count must agree."""
    with fresh(folder, server.url if server else None) as url:
        stage(url, 10 if letters else LETTERS, SIZE)
        before = lines(log) if log else 0
        sent = our_sender(url, port, folder, keys=keys, letters=letters)
        assert sent.letters == LETTERS
        assert log is None or lines(log) - before == LETTERS
    return sent


def _bare_signs(folder: Path) -> float:
    """RSA-2048 signatures per CPU-second of this machine, nothing else done."""
    private = load_pem_private_key((folder / "rsa.pem").read_bytes(), None)
    began, count = time.process_time(), 0
    while time.process_time() - began < 1:
        private.sign(bytes(32), PKCS1v15(), Prehashed(SHA256()))  # type: ignore[union-attr,call-arg,arg-type]
        count += 1
    return count / (time.process_time() - began)


def main() -> None:
    """Measure so many rounds, and print the medians."""
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", choices=PARTS, action="append")
    args = parser.parse_args()
    seen: dict[str, list[Figure]] = {}
    with workplace() as folder, postgresql(folder) as server:
        for round_ in range(args.rounds):
            for name in args.only or PARTS:
                print(f"round {round_ + 1} of {args.rounds}: {name}", file=sys.stderr, flush=True)
                for figure in PARTS[name](folder, server):
                    seen.setdefault(figure.what, []).append(figure)
    rows = [_median(figures) for figures in seen.values()]
    for row, figures in zip(rows, seen.values(), strict=True):
        spread = (
            f"{min(one.value for one in figures):.3g} … {max(one.value for one in figures):.3g}"
        )
        print(f"{row.what:<58} {row.value:>9.3g} {row.unit:<10} {row.reach:<12} ({spread})")
    if args.json:
        args.json.write_text(
            json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False), "utf-8"
        )


def _median(figures: Sequence[Figure]) -> Figure:
    return Figure(
        figures[0].what,
        statistics.median(one.value for one in figures),
        figures[0].unit,
        figures[0].reach,
    )


if __name__ == "__main__":
    main()
