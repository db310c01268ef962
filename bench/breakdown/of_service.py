"""Faults around sending: the clock, silent sources, processes that are killed or stand still."""

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

from bench.breakdown import staging
from bench.breakdown.scene import CONNECTIONS, Scene

RATE = 40.0
SOURCES = 12
STILL_S = 40.0  # longer than a queue takes to give a silent worker's jobs to another


def plan_ahead(scene: Scene) -> None:
    """The clock was two hours ahead when the delivery was planned; it goes at once all the same."""
    scene.deliver(100, at=datetime.now(UTC) + timedelta(hours=2))
    scene.start("worker")
    scene.goes_on()
    scene.finish()


def silence_sources(scene: Scene) -> None:
    """Sources accept and never answer; an approved issue falls due meanwhile."""
    key = scene.open(60)
    now = datetime.now(UTC)
    with _silent_host() as port:
        urls = [f"http://127.0.0.1:{port}/feed{number}" for number in range(SOURCES)]
        due_at = now + timedelta(seconds=15)
        scene.database.write(staging.approve, key, due_at, now)
        scene.database.write(staging.add_sources, key, urls)
        scene.serve()
        while datetime.now(UTC) < due_at:
            time.sleep(0.05)
        scene.report.require(scene.letters == 0, "it went before its deadline")
        scene.goes_on()
        scene.finish()


@contextmanager
def _silent_host() -> Iterator[int]:
    """A host that accepts connections and says nothing; its port."""
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        yield listening.getsockname()[1]


def kill_child(scene: Scene) -> None:
    """The sender's process of `serve` is killed three times; its keeper starts it again."""
    scene.report.bound = 3 * CONNECTIONS
    scene.deliver(600, RATE)
    scene.serve()
    for _ in range(3):
        scene.wait_for_letters(scene.letters + 40)
        _kill_child_of(scene.processes[0])
        scene.goes_on()
    scene.finish()


def _kill_child_of(process: subprocess.Popen[bytes]) -> None:
    found = subprocess.run(
        ["pgrep", "-P", str(process.pid), "-f", "worker"],
        capture_output=True,
        text=True,
        check=True,
    )
    for pid in found.stdout.split():
        subprocess.run(["kill", "-KILL", pid], check=False)


def kill_service(scene: Scene) -> None:
    """`serve` itself is killed in mid-delivery at full speed, and started again."""
    scene.report.bound = CONNECTIONS
    scene.deliver(3000)
    scene.serve()
    scene.wait_for_letters(600)
    scene.processes[0].kill()
    scene.processes[0].wait()
    scene.serve()
    scene.goes_on()
    scene.finish()


def kill_one_of_two(scene: Scene) -> None:
    """Two workers share a delivery; one is killed."""
    scene.report.bound = CONNECTIONS
    scene.deliver(1200, RATE)
    workers = [scene.start("worker"), scene.start("worker")]
    scene.wait_for_letters(300)
    workers[0].kill()
    workers[0].wait()
    scene.goes_on()
    scene.finish()


def stand_still(scene: Scene) -> None:
    """Two workers; the first stands still for a while (a frozen machine), and wakes up."""
    scene.deliver(3000, 2 * RATE)
    first = scene.start("worker")
    scene.wait_for_letters(40)
    scene.start("worker")
    first.send_signal(signal.SIGSTOP)
    time.sleep(STILL_S)
    first.send_signal(signal.SIGCONT)
    scene.goes_on()
    scene.finish()
