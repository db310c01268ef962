"""A round of bench.restore by real processes: `newsletter serve`, `status` and `adopt`.

Its week passes at once, by the machine's own clock: sign-ups, then one issue.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.places import ROOT, free_port
from bench.restore_service import known
from bench.restore_week import approve, confirm, decide, propose, release, sign_up, wait_until_quiet
from bench.restore_world import World
from newsletter.clock import SystemClock
from newsletter.runtime import open_runtime
from newsletter.settings import Settings

LONGEST_S = 60.0
SAYS_S = 50.0  # within that a host that waits has said so, also on a busy machine
SILENT_S = 3.0  # a sender that would send has begun within that


@contextmanager
def serving(world: World) -> Iterator[subprocess.Popen[bytes]]:
    """Run the service as a process tree of its own, and end what is left of it."""
    with (world.folder / "serve.log").open("ab") as log:
        service = subprocess.Popen(
            [sys.executable, "-m", "newsletter", "serve"],
            cwd=world.folder,
            env=_environment(world),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield service
        if service.poll() is None:
            service.send_signal(signal.SIGTERM)
            service.wait(LONGEST_S)
    finally:
        strike(service)


def strike(service: subprocess.Popen[bytes]) -> None:
    """Kill the pages, the schedule and the sender at one instant."""
    try:
        os.killpg(service.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        service.wait()


def with_port(world: World) -> World:
    """Give the service's pages an address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    return replace(world, settings=replace(world.settings, port=port, public_url=url))


def live_at_once(settings: Settings, progress: Path) -> None:
    """What people and the schedule do, while the service sends."""
    with open_runtime(settings, SystemClock()) as runtime:
        due_at = runtime.clock.now()
        acts = (sign_up("ann"), confirm, propose(due_at), approve, decide, sign_up("ben"))
        for act in acts:
            act(runtime)
            with progress.open("a") as lines:
                lines.write("act\n")
            if act is not decide:
                wait_until_quiet(runtime)


def look_for_real(world: World) -> dict[str, Any]:
    """Ask the running service, and `newsletter status`, why nothing is sent."""
    status = json.loads(_run(world, "status", "--json"))
    return {"waits": _health(world), "shown": status.get("waits", "")}


def start_for_real(world: World) -> tuple[dict[str, Any], int]:
    """Start on what befell; returns what the service says, and how many letters left."""
    looked = world.run(known, world.settings)
    before = world.letters().total()
    with serving(world):
        end = time.monotonic() + SAYS_S
        while not _says_why(world) and time.monotonic() < end:
            time.sleep(0.1)
        time.sleep(SILENT_S)
        looked |= look_for_real(world)
        looked["why"] = looked["waits"]
        sent = world.letters().total() - before
        if looked["why"]:
            _run(world, "adopt", "--yes")
    return looked, sent


def go_on_for_real(settings: Settings, leave_alone: list[int]) -> None:
    """A person looks and lets things go out."""
    with open_runtime(settings, SystemClock()) as runtime:
        runtime.database.write(release, runtime, leave_alone)
        wait_until_quiet(runtime)


def _run(world: World, *words: str) -> str:
    """Run a command of ours to its end; returns its output."""
    done = subprocess.run(
        [sys.executable, "-m", "newsletter", *words],
        cwd=world.folder,
        env=_environment(world),
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
    )
    if done.returncode:
        raise RuntimeError(f"newsletter {' '.join(words)}: {done.stderr}")
    return done.stdout


def _environment(world: World) -> dict[str, str]:
    return os.environ | world.settings.as_environment() | {"PYTHONPATH": str(ROOT)}


def _says_why(world: World) -> bool:
    """True if the pages are there, and say why nothing is sent."""
    try:
        return bool(_health(world))
    except OSError:
        return False


def _health(world: World) -> str:
    """Return why nothing is sent, as /health says it; "" if it is."""
    try:
        with urllib.request.urlopen(f"{world.settings.public_url}/health", timeout=10) as answer:
            body = answer.read()
    except urllib.error.HTTPError as error:
        body = error.read()
    return str(json.loads(body).get("waits", ""))
