"""The hour of load, in short: storms around a reader who leaves by one click, and around a tick.

python -m bench.storms
python -m bench.storms --files 1024 --before ../before

Each storm meets a service of its own. A row has the seconds that readers needed to leave (median
and worst), how many could not, the worst time until the schedule's webhook heard of a leave, and
the memory before and at its peak. `--before` is another checkout, played first; the exit code is
about this one: 1 if a reader could not leave, waited over half a second at the median (or, where
the machine itself is busy, over ten times as long as without a storm), or no tick ran.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.places import ROOT, free_port, workplace
from bench.storms.crowds import CROWDS, Target, crowd
from bench.storms.stormed_service import Service, service
from bench.usage import resident_mb, watching

CALM = "no storm"
GATHER_S = 3.0  # until a crowd is there
BETWEEN_S = 1.0  # two leaves
HEARD_S = 45.0  # that a call may take to arrive
MOST_S = 0.5
CALM_TIMES = 10


@dataclass(frozen=True, slots=True)
class Row:
    """What a storm did to readers, to the schedule and to memory; times in seconds."""

    storm: str
    times: list[float]
    lost: int
    heard_s: float | None
    before_mb: float
    peak_mb: float

    @property
    def median_s(self) -> float:
        """How long the reader in the middle waited."""
        return statistics.median(self.times) if self.times else 0.0

    def is_short(self, calm_s: float) -> bool:
        """True if it kept a reader, or the schedule, from what they do."""
        is_slow = self.median_s > max(MOST_S, CALM_TIMES * calm_s)
        return bool(self.lost) or is_slow or self.heard_s is None

    def __str__(self) -> str:
        median = f"{self.median_s * 1000:.0f}" if self.times else "-"
        worst = f"{max(self.times) * 1000:.0f}" if self.times else "-"
        heard = "never" if self.heard_s is None else f"{self.heard_s:.1f} s"
        memory = f"{self.before_mb:.0f} → {self.peak_mb:.0f} MB"
        left = f"leave {median} ms, worst {worst} ms, {self.lost} lost"
        return f"{self.storm:<42} {left:<46} tick {heard:<7} {memory}"


def play(storm: str, checkout: Path, folder: Path, readers: int, files: int) -> Row:
    """Play one storm against a new service of a checkout."""
    with service(checkout, folder, readers=readers, files=files) as played, ExitStack() as raging:
        before_mb = resident_mb(played.pid)
        peak = raging.enter_context(watching(played.pid))
        if storm != CALM:
            target = Target("127.0.0.1", played.port, free_port())
            raging.enter_context(crowd(storm, target))
            time.sleep(GATHER_S)
        begun = time.monotonic()
        times = [played.leave() for _ in _every(BETWEEN_S, readers)]
        heard_s = _heard_s(played, begun)
        whole = [each for each in times if each is not None]
        return Row(storm, whole, len(times) - len(whole), heard_s, before_mb, peak.resident_mb)


def _every(seconds: float, times: int) -> Iterator[int]:
    for number in range(times):
        yield number
        time.sleep(seconds)


def _heard_s(played: Service, begun: float) -> float | None:
    """Return after how many seconds the webhook first heard of a leave; None if it never did."""
    until = begun + HEARD_S
    while not played.hook.heard and time.monotonic() < until:
        time.sleep(0.1)
    return played.hook.heard[0] - begun if played.hook.heard else None


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.storms",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--before", type=Path, help="a checkout of an older version, played first")
    parser.add_argument("--readers", type=int, default=10, help="who leave in each storm")
    parser.add_argument("--files", type=int, default=1024, help="the service's `ulimit -n`")
    parser.add_argument("--only", action="append", default=[], help="a storm's name, or a part")
    return parser


def main() -> None:
    """Play the storms; exit code 1 if one kept a reader, or the schedule, from what they do."""
    args = arguments().parse_args()
    storms = [
        name for name in (CALM, *CROWDS) if not args.only or any(p in name for p in args.only)
    ]
    with workplace() as home:
        if args.before:
            _play_all(storms, args.before.resolve(), home, args)
        short = _play_all(storms, ROOT, home, args)
    sys.exit(1 if short else 0)


def _play_all(storms: list[str], checkout: Path, home: Path, args: argparse.Namespace) -> int:
    """Play the storms against a checkout and print their rows; returns how many fell short."""
    print(f"{checkout.name}, ulimit -n {args.files}", flush=True)
    short = 0
    calm_s = 0.0
    for number, storm in enumerate(storms):
        folder = home / f"{checkout.name}-{number}"
        row = play(storm, checkout, folder, args.readers, args.files)
        calm_s = row.median_s if storm == CALM else calm_s
        is_short = row.is_short(calm_s)
        short += is_short
        print(f"{'✗' if is_short else ' '} {row}", flush=True)
    return short


if __name__ == "__main__":
    main()
