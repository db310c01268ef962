"""A large list at the desk while the service is killed: in the middle of its check and of its
import; the open page tells the end."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import expect
from sqlmodel import select

from newsletter.clock import SetClock
from newsletter.demo.inbox import free_port
from newsletter.lists.importing import account_of
from newsletter.publications.opening import open_publication
from newsletter.runtime import Runtime, open_runtime
from newsletter.settings import Settings
from subscribers.kept.counting import count_by_status
from subscribers.models import Import
from tests.doubles.browser import chromium
from tests.logins import add_cheap_editor

ROWS = 80_000
EDITOR, PASSWORD = "mara@inference.example", "a password of the tests"


@dataclass
class Service:
    """`newsletter web` as a process that can be killed and started again."""

    settings: Settings
    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        environment = os.environ | self.settings.as_environment()
        self.processes.append(
            subprocess.Popen(
                [sys.executable, "-m", "newsletter", "web"], env=environment, cwd=self.folder
            )
        )
        wait(self._answers, 120)

    def kill(self) -> None:
        self.processes[-1].kill()
        self.processes[-1].wait()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.settings.public_url + "/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def wait(look: Callable[[], bool], most_s: float = 60) -> None:
    until = time.monotonic() + most_s
    while not look():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.01)


@contextmanager
def service(folder: Path) -> Iterator[tuple[Service, Runtime]]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = Settings(
        database_url=f"sqlite:///{folder / 'w.sqlite3'}",
        public_url=url,
        secret="a secret of the tests",
        port=port,
    )
    with open_runtime(settings, SetClock(datetime(2026, 5, 12, 7, 0, tzinfo=UTC))) as runtime:
        with runtime.database.writing() as session:
            open_publication(
                session,
                name="The Inference",
                sender_address="a@inference.example",
                cadence="Tuesday 09:00 Europe/Berlin",
            )
            add_cheap_editor(session, EDITOR, "Mara Lindt", runtime.clock.now(), PASSWORD)
        one = Service(settings, folder)
        try:
            yield one, runtime
        finally:
            one.kill()


def test_a_check_and_an_import_that_were_killed_in_the_middle_end_by_themselves(
    tmp_path: Path,
) -> None:
    sheet = tmp_path / "large.csv"
    sheet.write_text(
        "address,name\n"
        + "".join(f"{n * 7919 % ROWS:06}@readers.example,Reader {n}\n" for n in range(ROWS)),
        "utf-8",
    )
    with service(tmp_path) as (one, runtime), chromium() as browser:
        one.start()
        page = browser.new_page()
        page.goto(one.settings.public_url + "/desk/readers/import")
        page.fill("#address", EDITOR)
        page.fill("#password", PASSWORD)
        with page.expect_navigation():
            page.click("button:has-text('Log in')")
        page.goto(one.settings.public_url + "/desk/readers/import")
        page.set_input_files("#file", sheet)
        page.click("button:has-text('Look at it')")
        page.click("button:has-text('Check all rows')", no_wait_after=True)
        mark = next(runtime.lists.marks())
        wait(lambda: (far := runtime.lists.progress(mark)) is not None and far.read > 0)
        one.kill()
        assert runtime.lists.check_result(mark) is None, "the check was not at its end"
        one.start()
        plain = browser.new_context(
            java_script_enabled=False, storage_state=page.context.storage_state()
        ).new_page()
        plain.goto(f"{one.settings.public_url}/desk/readers/import/{mark}")
        assert plain.locator("noscript a:has-text('Load it again'), #sum-h").count(), (
            "without scripts it is loaded again"
        )
        page.goto(f"{one.settings.public_url}/desk/readers/import/{mark}")
        expect(page.locator("#sum-h")).to_be_visible(timeout=120_000)
        assert runtime.database.read(count_by_status, 1) == {}, "a check does nothing"

        page.click(f"button:has-text('Import {ROWS:,} readers')")
        page.wait_for_url("**/done/1")
        wait(lambda: runtime.database.read(record).through != "")
        one.kill()
        assert runtime.database.read(record).status == "running", "the import was not at its end"
        one.start()
        expect(page.locator("main")).to_contain_text(
            f"{ROWS:,} rows = {ROWS:,} + 0 + 0 + 0 + 0 + 0", timeout=120_000
        )
        assert account_of(runtime.database.read(record)).added == ROWS
        assert runtime.database.read(count_by_status, 1) == {"active": ROWS}
        wait(lambda: not list(runtime.lists.marks()))


def record(session: object) -> Import:
    return session.exec(select(Import)).one()  # type: ignore[attr-defined,no-any-return]
