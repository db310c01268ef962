"""Break things down around real processes, and count by the relays' own logs.

python -m bench.breakdown --database sqlite
python -m bench.breakdown --database postgres --only "database restarted" --only "deadlock"
python -m bench.breakdown --database sqlite --mutant journal

A row says what was done, after how many seconds sending went on once the cause had ended, what
became of the letters, and what `newsletter delivery show`, the desk and /health said meanwhile.
Exit code 1, and a mark beside a row, if one falls short: somebody lost or written to twice, more
uncertain than allowed, nothing within 30 seconds, or nothing said. With --mutant a guard is broken
on purpose, and the fault that it guards against must catch it. Disks are mounted as root only.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from bench.breakdown.faults import faults_for
from bench.breakdown.judging import Report
from bench.breakdown.playing import Stage
from bench.breakdown.program import MUTANTS
from bench.places import postgresql, workplace

KINDS = ("sqlite", "postgres")
HEAD = f"  {'fault':<31} {'went on after, s':>16} {'rows':>6} {'lost':>5} {'twice':>6} uncertain"


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.breakdown",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--only", action="append", default=[], help="a fault's name, or a part")
    parser.add_argument("--mutant", choices=MUTANTS)
    parser.add_argument("--json", type=Path, help="write the rows to this file, too")
    parser.add_argument("--logs", type=Path, help="keep what the processes logged in this folder")
    parser.add_argument("--patience", type=float, default=float("inf"), help="seconds to wait")
    parser.add_argument("--list", action="store_true", help="print the faults")
    return parser


def break_down(args: argparse.Namespace) -> Iterator[Report]:
    """Play the faults, one after the other."""
    with workplace() as folder, ExitStack() as closing:
        is_postgres = args.database == "postgres"
        server = closing.enter_context(postgresql(folder)) if is_postgres else None
        stage = Stage(folder, server, args.logs, args.patience)
        stage.prepare()
        for fault in faults_for(args.database, args.only, args.mutant):
            began = time.monotonic()
            yield stage.play(fault, args.mutant or "")
            print(f"  {fault.name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def lines_of(report: Report) -> Iterator[str]:
    """Give the lines of a row; the first one has its figures."""
    mark = "✗" if report.short else " "
    went_on = ", ".join(f"{seconds:.1f}" for seconds in report.went_on_s) or "–"
    yield (
        f"{mark} {report.fault:<31} {went_on:>16} {report.messages:>6} {report.lost:>5} "
        f"{report.twice:>6} {report.uncertain:>5} of {report.bound}"
    )
    yield f"    {report.did}" + "".join(f"; {note}" for note in report.notes)
    words = report.words
    shown = {"show": words.command, "desk": words.desk, "health": words.health}
    for name, text in shown.items():
        if text:
            yield f"    {name}: {text[:300]}"
    for words_short in report.short:
        yield f"  ✗ {words_short}"


def main() -> None:
    """Break things down, print the table, and exit 1 if a row falls short."""
    parser = arguments()
    args = parser.parse_args()
    if not faults_for(args.database, args.only, args.mutant):
        parser.error("no fault of this database has that name, or catches that mutant")
    if args.list:
        for fault in faults_for(args.database, args.only, args.mutant):
            print(f"{fault.name:<32} {fault.did}")
        return
    print(
        f"  {'fault':<31} {'went on after, s':>16} {'rows':>6} {'lost':>5} {'twice':>6} uncertain"
    )
    reports = []
    for report in break_down(args):
        reports.append(report)
        print(*lines_of(report), sep="\n", flush=True)
    if args.json:
        args.json.write_text(json.dumps([asdict(report) for report in reports], indent=1), "utf-8")
    sys.exit(1 if any(report.short for report in reports) else 0)


if __name__ == "__main__":
    main()
