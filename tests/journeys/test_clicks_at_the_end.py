"""The service is told to end while people click: every click that was answered is stored."""

import http.client
import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from newsletter.database import Database
from newsletter.demo.inbox import free_port
from newsletter.gathering.models import Source
from newsletter.tokens import Signer, pair
from newsletter.tracking.models import Event
from tests.journeys.world import wait
from tests.tracking.stage import FIREFOX, sent_issue

SECRET = "a secret that is long enough"
PROGRAMS, ENOUGH = 6, 400


class Reader(threading.Thread):
    """Clicks until it is led nowhere; counts the answers."""

    def __init__(self, port: int, path: str) -> None:
        super().__init__(daemon=True)
        self.port, self.path, self.answers = port, path, 0

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            while True:
                connection.request("GET", self.path, headers={"User-Agent": FIREFOX})
                answer = connection.getresponse()
                answer.read()
                if answer.status != 302:
                    return  # it is ending and counts nothing more, so it does not lead on either
                self.answers += 1
        except (OSError, http.client.HTTPException):
            connection.close()


@pytest.mark.parametrize("command", ["web", "serve"])
def test_what_was_answered_is_stored_when_the_service_is_told_to_end_under_load(
    command: str, sqlite_url: str, tmp_path: Path
) -> None:
    with sent_issue(sqlite_url, "individual", "ada@readers.example") as stage:
        path = f"/c/{Signer(SECRET).sign('click', pair(stage.delivery.edition_id, 1))}/1"
        with stage.site.runtime.database.writing() as session:
            for source in session.exec(select(Source)).all():
                source.due_at = datetime.now(UTC) + timedelta(
                    days=365
                )  # nothing is fetched meanwhile
    port = free_port()
    environment = os.environ | {
        "NEWSLETTER_DATABASE_URL": sqlite_url,
        "NEWSLETTER_SECRET": SECRET,
        "NEWSLETTER_PORT": str(port),
        "NEWSLETTER_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "NEWSLETTER_RELAY_URL": "smtp+plain://127.0.0.1:1",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "newsletter", command],
        cwd=tmp_path,
        env=environment,
        stderr=subprocess.PIPE,
    ) as service:
        assert service.stderr is not None
        assert b"127.0.0.1" in service.stderr.readline()
        readers = [Reader(port, path) for _ in range(PROGRAMS)]
        for reader in readers:
            reader.start()
        wait(lambda: sum(reader.answers for reader in readers) >= ENOUGH)
        database = Database(sqlite_url)
        with database.writing() as session:
            # Nothing can be stored while we have the lock: the last clicks are in the buffer
            session.connection()
            wait(lambda: sum(reader.answers for reader in readers) >= 2 * ENOUGH)
            service.send_signal(signal.SIGTERM)
            for reader in readers:
                reader.join(timeout=30)
                assert not reader.is_alive()
            with pytest.raises(subprocess.TimeoutExpired):
                service.wait(4)  # it does not end before the rest is stored
        service.communicate(timeout=100)
        assert service.returncode == 0
    with database.reading() as session:
        stored = session.exec(select(func.count(col(Event.id)))).one()
    database.close()
    answered = sum(reader.answers for reader in readers)
    assert answered >= ENOUGH
    # an answer that was on its way when the connection closed is stored and was not seen: at most
    # one of each reader
    assert answered <= stored <= answered + PROGRAMS
