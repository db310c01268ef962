"""A send killed in the middle, twice, then finished: judged by the inbox's own log."""

import collections
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from newsletter.delivery.ledger import read_ledger
from newsletter.delivery.planning import plan
from newsletter.demo.inbox import free_port
from newsletter.editions.printing import print_edition
from newsletter.gathering import sources
from newsletter.gathering.articles import store
from newsletter.gathering.found import Found
from newsletter.issues import approval
from newsletter.issues.proposing import propose
from newsletter.publications.opening import open_publication
from newsletter.runtime import open_runtime
from newsletter.settings import Settings
from subscribers.importing import import_rows
from tests.samples.times import NOON

READERS = int(os.environ.get("NEWSLETTER_KILL_READERS", "1500"))
CONNECTIONS = 4


def test_a_send_killed_twice_loses_nobody_and_writes_to_nobody_twice(database_url: str, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "inbox.log"
    settings = Settings(database_url=database_url, secret="a secret of the tests", relay_url=f"smtp+plain://127.0.0.1:{port}")
    planned = _plan(settings, tmp_path)
    environment = os.environ | {
        "NEWSLETTER_DATABASE_URL": database_url,
        "NEWSLETTER_SECRET": settings.secret,
        "NEWSLETTER_RELAY_URL": settings.relay_url,
        "NEWSLETTER_RELAY_CONNECTIONS": str(CONNECTIONS),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    inbox = subprocess.Popen(
        [sys.executable, "-m", "newsletter.demo.inbox", "--port", str(port), "--log", str(log)], env=environment, stdout=subprocess.PIPE
    )
    try:
        assert inbox.stdout is not None
        inbox.stdout.readline()
        for share in (0.25, 0.5):
            _send_and_kill(environment, tmp_path, log, int(READERS * share))
        subprocess.run(
            [sys.executable, "-m", "newsletter", "send", "1"], env=environment, cwd=tmp_path, check=True, capture_output=True, timeout=300
        )
    finally:
        inbox.kill()
        inbox.wait()
    received = collections.Counter(line.split("\t")[0] for line in log.read_text().splitlines())
    with open_runtime(settings) as runtime:
        ledger = runtime.database.read(read_ledger, planned)
    uncertain = ledger.messages.get("uncertain", 0)
    assert max(received.values()) == 1, "written to twice"
    assert uncertain <= CONNECTIONS * 2
    assert ledger.messages.get("accepted", 0) + uncertain == READERS, ledger
    assert READERS - uncertain <= len(received) <= READERS, "lost"


def _send_and_kill(environment: dict[str, str], folder: Path, log: Path, after: int) -> None:
    """Send until the inbox has `after` letters, then SIGKILL."""
    sender = subprocess.Popen(
        [sys.executable, "-m", "newsletter", "send", "1"], env=environment, cwd=folder, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    until = time.monotonic() + 120
    while time.monotonic() < until and (log.read_text().count("\n") if log.exists() else 0) < after:
        assert sender.poll() is None, "the sender ended before it could be killed"
        time.sleep(0.02)
    sender.send_signal(signal.SIGKILL)
    sender.wait()


def _plan(settings: Settings, folder: Path) -> int:
    rows = folder / "readers.csv"
    rows.write_text("address\n" + "\n".join(f"reader{n}@readers.example" for n in range(READERS)), "utf-8")
    with open_runtime(settings) as runtime:
        with runtime.database.writing() as session:
            publication = open_publication(
                session,
                name="The Inference",
                sender_address="editor@inference.example",
                cadence="Tuesday 09:00 UTC",
                postal_address="1 Street",
            )
            source = sources.add(session, publication.id or 0, "https://news.example/feed")
            words = ("harbor", "court", "robot", "weather")
            store(
                session,
                source.id or 0,
                [Found(f"https://news.example/{w}", f"A {w} opens", "Dek.", published_at=NOON - timedelta(hours=1)) for w in words],
                NOON,
            )
        import_rows(runtime.database, publication.id or 0, rows, now=NOON, progress=lambda _: None, rejected_path=folder / "r.csv")
        with runtime.database.writing() as session:
            issue = propose(session, publication.id or 0, period="p", due_at=NOON, now=NOON)
            edition = print_edition(session, issue.id or 0, runtime.urls, NOON)
            approval.approve(session, issue.id or 0, edition.checksum, by="test", now=NOON)
            return plan(session, issue.id or 0, NOON).id or 0
