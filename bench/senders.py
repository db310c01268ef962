"""The senders that are measured side by side: ours, and Postfix's own load tool."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from bench.places import ROOT
from bench.sinks import as_options
from bench.usage import watching
from newsletter.mail.dkim import make_key


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of a sender took."""

    seconds: float  # of wall time
    cpu_s: float
    resident_mb: float  # at most, its children's with it
    letters: int
    server_cpu_s: float = 0.0  # of the database's server, meanwhile

    @property
    def rate(self) -> float:
        """Letters per second of wall time."""
        return self.letters / self.seconds


def run_smtp_source(port: int, letters: int, letter_bytes: int, sessions: int = 10) -> Run:
    """Postfix's own load tool, unsigned, without a ledger."""
    load = ["-s", str(sessions), "-l", str(letter_bytes), "-m", str(letters)]
    envelope = ["-f", "editor@inference.example", "-t", "reader@readers.example"]
    began = time.monotonic()
    process = subprocess.Popen(
        ["/usr/sbin/smtp-source", "-d", *load, *envelope, f"127.0.0.1:{port}"],
        stderr=subprocess.PIPE,
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError("smtp-source failed")
    return Run(
        time.monotonic() - began,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss / 1024,
        letters,
    )


def run_our_sender(url: str, port: int, folder: Path, **options: Any) -> Run:
    """Our sender, from the claim of the first message to the last row; options as below."""
    return finish_our_sender(start_our_sender(url, port, folder, **options))


def start_our_sender(
    url: str,
    port: int,
    folder: Path,
    *,
    connections: int = 10,
    keys: str = "",
    letters: int = 0,
    number: int = 1,
) -> subprocess.Popen[bytes]:
    """Start a sender on the staged delivery, as a process of its own.

    `letters` > 0: so many without a ledger, from memory. `number` tells apart the journals of
    several senders.
    """
    options = {
        "database": url,
        "port": port,
        "connections": connections,
        "journals": folder / f"journals{number}",
        "keys": keys,
        "letters": letters,
    }
    command = [sys.executable, "-m", "bench.send", *as_options(options)]
    command += ["--no-ledger"] if letters else []
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)


def finish_our_sender(process: subprocess.Popen[bytes]) -> Run:
    """Wait for a sender, and read what it reports."""
    assert process.stdout is not None
    with watching(process.pid) as peak:
        out = process.stdout.read()
    if status := process.wait():
        raise RuntimeError(f"the sender ended with status {status}")
    report = cast(Mapping[str, float], json.loads(out))
    return Run(
        report["seconds"],
        report["cpu_s"],
        peak.resident_mb,
        int(report["letters"]),
    )


def write_key(folder: Path, algorithm: str = "rsa") -> str:
    """Make a key, RSA if not said, and return the dkim_keys setting that names it."""
    file = folder / f"{algorithm}.pem"
    if not file.exists():
        file.write_bytes(make_key(algorithm))
    return f"bench@inference.example={file}"
