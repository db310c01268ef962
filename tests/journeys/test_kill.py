"""A send killed in the middle, twice, then finished: judged by the inbox's own log."""

import collections
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from newsletter.database import Database
from newsletter.delivery.ledger import read_ledger
from newsletter.demo.inbox import free_port
from newsletter.settings import Settings
from tests.delivery.rig import planned_for_many

READERS = int(os.environ.get("NEWSLETTER_KILL_READERS", "1500"))
CONNECTIONS = 4


def test_a_send_killed_twice_loses_nobody_and_writes_to_nobody_twice(
    database_url: str, tmp_path: Path
) -> None:
    port, log = free_port(), tmp_path / "inbox.log"
    settings = Settings(
        database_url=database_url,
        secret="a secret of the tests",
        relay_url=f"smtp+plain://127.0.0.1:{port}",
    )
    database = Database(database_url)
    planned = planned_for_many(database, READERS, tmp_path)
    environment = os.environ | {
        "NEWSLETTER_DATABASE_URL": database_url,
        "NEWSLETTER_SECRET": settings.secret,
        "NEWSLETTER_RELAY_URL": settings.relay_url,
        "NEWSLETTER_RELAY_CONNECTIONS": str(CONNECTIONS),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    inbox = subprocess.Popen(
        [sys.executable, "-m", "newsletter.demo.inbox", "--port", str(port), "--log", str(log)],
        env=environment,
        stdout=subprocess.PIPE,
    )
    try:
        assert inbox.stdout is not None
        inbox.stdout.readline()
        for share in (0.25, 0.5):
            _send_and_kill(environment, tmp_path, log, int(READERS * share))
        subprocess.run(
            [sys.executable, "-m", "newsletter", "send", "1"],
            env=environment,
            cwd=tmp_path,
            check=True,
            capture_output=True,
            timeout=300,
        )
    finally:
        inbox.kill()
        inbox.wait()
    received = collections.Counter(line.split("\t")[0] for line in log.read_text().splitlines())
    ledger = database.read(read_ledger, planned)
    database.close()
    uncertain = ledger.messages.get("uncertain", 0)
    assert max(received.values()) == 1, "written to twice"
    assert uncertain <= CONNECTIONS * 2
    assert ledger.messages.get("accepted", 0) + uncertain == READERS, ledger
    assert READERS - uncertain <= len(received) <= READERS, "lost"


def _send_and_kill(environment: dict[str, str], folder: Path, log: Path, after: int) -> None:
    """Send until the inbox has `after` letters, then SIGKILL."""
    sender = subprocess.Popen(
        [sys.executable, "-m", "newsletter", "send", "1"],
        env=environment,
        cwd=folder,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    until = time.monotonic() + 120
    while time.monotonic() < until and (log.read_text().count("\n") if log.exists() else 0) < after:
        assert sender.poll() is None, "the sender ended before it could be killed"
        time.sleep(0.02)
    sender.send_signal(signal.SIGKILL)
    sender.wait()
