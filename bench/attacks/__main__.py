"""Attack a running service in each way that once succeeded, on SQLite and PostgreSQL.

python -m bench.attacks
python -m bench.attacks --database sqlite --only "three brackets"

A row says what was tried, what happened on commit 625cae9, and what happens now. Exit code 1, and a
mark beside the row, if an attack succeeds.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.attacks.attack import Attack
from bench.attacks.ground import ground
from bench.attacks.table import ATTACKS
from bench.places import Server, fresh_database, postgresql, workplace

KINDS = ("sqlite", "postgres")


@dataclass(frozen=True, slots=True)
class Row:
    """One attack on one kind of database."""

    attack: str
    database: str
    before: str
    seen: str
    succeeded: bool


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.attacks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--database", choices=KINDS, action="append", help="both, unless given")
    parser.add_argument("--only", action="append", default=[], help="an attack's name, or a part")
    parser.add_argument("--json", type=Path, help="write the rows to this file, too")
    return parser


def rows(kinds: list[str], attacks: list[Attack]) -> Iterator[Row]:
    """Play the attacks, each against a new service."""
    with workplace() as folder, ExitStack() as closing:
        server = closing.enter_context(postgresql(folder)) if "postgres" in kinds else None
        for attack in attacks:
            for kind in kinds:
                yield play(attack, kind, folder, server)


def play(attack: Attack, kind: str, folder: Path, server: Server | None) -> Row:
    """Play one attack against a new service."""
    print(f"  {attack.name}, {kind}", file=sys.stderr, flush=True)
    url = server.url if server and kind == "postgres" else None
    with fresh_database(folder, url) as database_url, ground(folder, database_url) as service:
        ending = attack.strike(service)
    return Row(attack.name, kind, attack.before, ending.seen, ending.succeeded)


def lines_of(row: Row) -> Iterator[str]:
    """Give the lines of a row."""
    yield f"{'✗' if row.succeeded else ' '} {row.attack} ({row.database})"
    yield f"    before: {row.before}"
    yield f"    now:    {row.seen}"


def main() -> None:
    """Play the attacks that are asked for; exit code 1 if any succeeds, 2 if there is none."""
    args = arguments().parse_args()
    attacks = [
        attack
        for attack in ATTACKS
        if not args.only or any(part in attack.name for part in args.only)
    ]
    if not attacks:
        print("No attack has such a name.", file=sys.stderr)
        sys.exit(2)
    played = []
    for row in rows(args.database or list(KINDS), attacks):
        played.append(row)
        print("\n".join(lines_of(row)), flush=True)
    succeeded = sum(row.succeeded for row in played)
    print(f"{len(played)} attacks, {succeeded} succeeded")
    if args.json:
        text = json.dumps([asdict(row) for row in played], indent=1, ensure_ascii=False)
        args.json.write_text(text, "utf-8")
    sys.exit(1 if succeeded else 0)


if __name__ == "__main__":
    main()
