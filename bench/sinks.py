"""SMTP servers that take letters as fast as they come: our own, which counts, and Postfix's."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.places import ROOT, free_port


@contextmanager
def fast_sink(folder: Path, reply_ms: float = 0.0, refuse: int = 0) -> Iterator[tuple[int, Path]]:
    """Our sink, as a process of its own: its port, and its log with a line for each letter."""
    port = free_port()
    log = folder / f"sink-{time.monotonic_ns()}.log"
    options = {"port": port, "log": log, "reply-ms": reply_ms, "refuse": refuse}
    command = [sys.executable, "-m", "bench.sink", *as_options(options)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()  # it listens
        try:
            yield port, log
        finally:
            process.terminate()


def as_options(options: dict[str, object]) -> list[str]:
    """Return the words of a command line: --name value for each."""
    words = []
    for name, value in options.items():
        words += [f"--{name}", str(value)]
    return words


@contextmanager
def postfix_sink() -> Iterator[int]:
    """Postfix's own smtp-sink: its port."""
    port = free_port()
    user = ["-u", "nobody"] if os.geteuid() == 0 else []  # it refuses to run as root
    command = ["/usr/sbin/smtp-sink", *user, f"127.0.0.1:{port}", "512"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        _wait_for(port)
        try:
            yield port
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError(f"nobody listens on {port}")


def count_lines(log: Path) -> int:
    """Return how many letters a sink's log holds."""
    return log.read_bytes().count(b"\n") if log.exists() else 0
