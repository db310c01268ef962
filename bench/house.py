"""Measure how a code base is built: how dense its lines, how large its pieces, how near its tests.

`python -m bench.house --before v1.0` prints one table and exits with 1 if a measure falls short of
its reach. `--json` prints the same with all places that exceed a limit.
"""

import argparse
import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.house_measures import (
    COMMENTS,
    LONG_LINES,
    MIRRORS,
    NODES_MAX,
    NODES_MEDIAN,
    PACKAGE_MODULES,
    PACKAGE_SHARE,
    SHARED_NAMES,
    TOKENS,
    Measure,
    measure,
)
from bench.house_sources import NothingToMeasure

# Counted once. A release's figures (*) stand in where the commit's were not kept.
OTHERS = {
    "files": ("63", "60"),
    "lines": ("8,977", "18,606"),
    "lines per function, median": ("8", "9"),
    "lines per function, p90": ("32", "37"),
    "lines per function, p99": ("88", "87"),
    "lines per function, max": ("126", "206"),
    NODES_MEDIAN: ("43", "46"),
    "nodes per function, p90": ("127", "160"),
    "nodes per function, p99": ("286", "329"),
    NODES_MAX: ("538", "633*"),
    "functions over 250 nodes": ("9*", "16*"),
    TOKENS: ("4.7", "4.3"),
    LONG_LINES: ("26*", "8*"),
    f"{LONG_LINES}, %": ("0.3", "0.0"),
    COMMENTS: ("4.7", "10.2"),
    SHARED_NAMES: ("1*", "2*"),
    PACKAGE_MODULES: ("24*", "13*"),
    PACKAGE_SHARE: ("78.1*", "38.9*"),
    MIRRORS: ("–", "14.6*"),
    "`told` as a name": ("0*", "0*"),
    "`said` as a name": ("0*", "0*"),
    "`one` as a name": ("0*", "23*"),
}
NOTE = """\
procrastinate is commit f099a753 (*: release 3.10.0), lemon24/reader fb77ceee (*: release 3.26).
No row counts migrations that ran once or vendored code. Sample data counts as files, lines, classes
and modules of a package only."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table or its JSON; 1 if a measure falls short."""
    parser = argparse.ArgumentParser(prog="python -m bench.house", description=__doc__)
    here = Path(__file__).parents[1]
    parser.add_argument("--repo", type=Path, default=here, metavar="DIR", help="a checkout")
    parser.add_argument("--before", metavar="REV", help="a revision of it to compare with")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    try:
        now = measure(options.repo)
        before = _measure_revision(options.repo, options.before) if options.before else []
    except (NothingToMeasure, subprocess.CalledProcessError) as error:
        parser.error(str(error))
    print(_write_json(now, before) if options.json else _write_table(now, before))
    return int(any(row.is_short for row in now))


def _measure_revision(repo: Path, revision: str) -> Sequence[Measure]:
    command = ["git", "-C", str(repo), "archive", "--format=tar", revision]
    archive = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    with TemporaryDirectory() as folder, tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")
        return measure(Path(folder))


def _write_json(now: Sequence[Measure], before: Sequence[Measure]) -> str:
    earlier = {row.name: row.value for row in before}
    rows = [
        {**asdict(row), "before": earlier.get(row.name), "reach": row.reach, "short": row.is_short}
        for row in now
    ]
    return json.dumps(rows, indent=1, ensure_ascii=False)


def _write_table(now: Sequence[Measure], before: Sequence[Measure]) -> str:
    rows = [["measure", "now", "procrastinate", "lemon24/reader", "reach", ""]]
    for row in now:
        mark = "SHORT" if row.is_short else ""
        rows.append([row.name, str(row), *OTHERS[row.name], row.reach, mark])
    if before:
        for cells, earlier in zip(rows, ["before", *map(str, before)], strict=True):
            cells.insert(1, earlier)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(str.ljust, cells, widths)).rstrip() for cells in rows]
    return "\n".join([*lines, "", NOTE])


if __name__ == "__main__":
    sys.exit(main())
