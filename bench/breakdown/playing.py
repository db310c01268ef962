"""Playing faults: each gets a database of its own, and is judged when its processes have ended."""

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.breakdown.disks import NeedsRoot, small_disk
from bench.breakdown.faults import Fault
from bench.breakdown.judging import Report
from bench.breakdown.scene import InVain, Scene
from bench.places import Server
from newsletter.database import Database
from newsletter.migrations.running import upgrade

TEMPLATE = "template"  # an empty database at the head of migrations, which is copied


@dataclass(frozen=True, slots=True)
class Stage:
    """Where faults are played, one after the other; `logs` keeps what processes logged."""

    folder: Path
    server: Server | None
    logs: Path | None = None
    patience_s: float = float("inf")

    def prepare(self) -> None:
        """Make the database that each fault gets a copy of."""
        if self.server:
            self._administer(f"create database {TEMPLATE}")
            upgrade(f"{self.server.url}/{TEMPLATE}")
        else:
            upgrade(self._file(self.folder))

    def play(self, fault: Fault, mutant: str = "") -> Report:
        """Play a fault and judge it."""
        report = Report(fault.name, fault.did)
        try:
            self._play(fault, mutant, report)
        except NeedsRoot:
            report.notes.append("skipped: it needs root to mount a disk")
        return report

    def _play(self, fault: Fault, mutant: str, report: Report) -> None:
        folder = self.folder / f"fault{time.monotonic_ns()}"
        folder.mkdir()
        folder.chmod(0o755)  # PostgreSQL's own user goes through it
        with ExitStack() as closing:
            closing.callback(shutil.rmtree, folder, ignore_errors=True)
            disk = None
            if fault.disk:
                disk = closing.enter_context(small_disk(folder / "disk", fault.megabytes))
            at = disk if disk and fault.disk == "database" else folder
            url = closing.enter_context(self._copied(at, is_on_disk=at is disk))
            journals = disk / "journals" if disk and fault.disk == "journals" else None
            scene = Scene(
                url,
                folder,
                report,
                self.server,
                disk or folder,
                mutant,
                journal_folder=journals,
                patience_s=self.patience_s,
            )
            with scene.closing:
                self._run(fault, scene)

    def _run(self, fault: Fault, scene: Scene) -> None:
        scene.add_relay()
        try:
            fault.play(scene)
        except InVain as error:
            scene.report.require(False, str(error))
        finally:
            scene.end()
            self._keep_logs(fault, scene)
        statuses = scene.statuses()
        scene.report.judge(statuses, scene.log())
        scene.report.require_settled(statuses, waiting=scene.waiting)

    def _keep_logs(self, fault: Fault, scene: Scene) -> None:
        if self.logs:
            to = self.logs / fault.name.replace(" ", "-")
            to.mkdir(parents=True, exist_ok=True)
            for log in scene.folder.glob("*.log"):
                shutil.copy(log, to)

    @contextmanager
    def _copied(self, folder: Path, *, is_on_disk: bool) -> Iterator[str]:
        """Give the URL of a copy of the template, in `folder` if that is a disk of its own."""
        if not self.server:
            url = self._file(folder)
            shutil.copy(self._path(self.folder), self._path(folder))
            yield url
            return
        name = f"fault{time.monotonic_ns()}"
        options = ""
        if is_on_disk:
            shutil.chown(folder, "postgres")
            self._administer(f"create tablespace {name} location '{folder}'")
            options = f"tablespace {name}"
        self._administer(f"create database {name} template {TEMPLATE} {options}")
        try:
            yield f"{self.server.url}/{name}"
        finally:
            self._administer(f"drop database {name} with (force)")
            if is_on_disk:
                self._administer(f"drop tablespace {name}")

    def _file(self, folder: Path) -> str:
        return f"sqlite:///{self._path(folder)}"

    def _path(self, folder: Path) -> Path:
        return folder / "newsletter.sqlite3"

    def _administer(self, statement: str) -> None:
        assert self.server is not None
        admin = Database(f"{self.server.url}/postgres")
        with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(statement)
        admin.close()
