"""python -m bench.desk [--readers 1000000] [--database sqlite|postgresql]: pages of the desk.

The database has so many readers, and two years of issues, each sent to 80,000 of them. Pages are
asked in one process without the network. `python -m bench` has the same rows.
"""

import argparse
import asyncio
import statistics
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from fastapi import FastAPI
from sqlmodel import Session, col, select, text

from bench.pages import ask
from bench.places import fresh_database, postgresql, workplace
from bench.stage import NOW, add_sent_issue, stage
from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.delivery.ledger import keep_ledger
from newsletter.delivery.models import Delivery
from newsletter.desk.models import Editor
from newsletter.runtime import Runtime, open_runtime
from newsletter.settings import Settings
from newsletter.web.application import application
from subscribers.kept import keeping
from tests.logins import log_in_first, own_all

READERS, ISSUES, LETTERS = 1_000_000, 104, 80_000
SMALL = 4_096  # octets of a letter
ASKED = 40
PAGE_MS, SEARCH_MS = 50, 150
PAGES: Mapping[str, tuple[str, int]] = {  # address, reach in milliseconds
    "/desk": ("/desk", PAGE_MS),
    "/desk/issues": ("/desk/issues", PAGE_MS),
    "/desk/readers": ("/desk/readers", PAGE_MS),
    "the next page": ("/desk/readers?status=active&before=500000", PAGE_MS),
    "a status that nobody has": ("/desk/readers?status=unsubscribed", PAGE_MS),
    "search: an address": ("/desk/readers?q=reader99999@readers.example", SEARCH_MS),
    "search: a part of a name": ("/desk/readers?q=er+1234", SEARCH_MS),
    "search: everybody": ("/desk/readers?q=readers.example", SEARCH_MS),
    "search: nobody": ("/desk/readers?q=nobody", SEARCH_MS),
    "search: of a status": ("/desk/readers?q=99&status=active&before=500000", SEARCH_MS),
}
MESSAGES = """
    insert into message (delivery_id, issue_id, subscriber_id, address, name, status, attempts,
        due_at, claimed_by, enhanced, reply, code, settled_at)
    select :delivery_id, :issue_id, id, address, name, 'accepted', 1,
        created_at, '', '', '', 250, created_at
    from subscriber where id <= :letters"""


@contextmanager
def desk(url: str, folder: Path, readers: int = READERS) -> Iterator[tuple[FastAPI, str]]:
    """The pages over a database that is filled now, and the cookie of an editor."""
    stage(url, readers, SMALL)
    settings = Settings(
        database_url=url,
        secret=str(folder),
        relay_url="smtp+plain://127.0.0.1:1",
    )
    with open_runtime(settings, SetClock(NOW)) as runtime:
        _send_issues(runtime.database, min(readers, LETTERS))
        while runtime.database.write(keeping.keep_some, 1):
            pass
        yield application(runtime), _log_in(runtime)


def _send_issues(database: Database, letters: int) -> None:
    """Add issues that were sent, with the rows of each letter."""
    for number in range(ISSUES):
        database.write(_send_issue, number, letters)
    database.write(_stop_staged)


def _send_issue(session: Session, number: int, letters: int) -> None:
    staged = session.exec(select(Delivery).order_by(col(Delivery.id)).limit(1)).one()
    at = NOW - timedelta(weeks=ISSUES - number)
    issue = add_sent_issue(session, 1, 1000 + number, at)
    delivery = Delivery(
        issue_id=issue.key,
        edition_id=staged.edition_id,
        publication_id=1,
        status="finished",
        considered=letters,
        planned_at=at,
        finished_at=at,
    )
    session.add(delivery)
    session.flush()
    ids = {"delivery_id": delivery.key, "issue_id": issue.key, "letters": letters}
    session.execute(text(MESSAGES), ids)
    keep_ledger(session, delivery)


def _stop_staged(session: Session) -> None:
    """End the delivery that `stage` planned: this is no measurement of one under way."""
    session.exec(select(Delivery).order_by(col(Delivery.id)).limit(1)).one().status = "stopped"


def _log_in(runtime: Runtime) -> str:
    editor = Editor(address="editor@inference.example", password_hash="", created_at=NOW)
    with runtime.database.writing() as session:
        session.add(editor)
        session.flush()
        own_all(session, editor)
        return log_in_first(session, runtime.signer.secret, NOW)


def measure(url: str, folder: Path, readers: int = READERS) -> Mapping[str, tuple[float, float]]:
    """Return the p95 of each page in milliseconds: by the clock, and on a core."""
    with desk(url, folder, readers) as (app, cookie):
        return {name: _p95(app, address, cookie) for name, (address, _) in PAGES.items()}


def _p95(app: FastAPI, address: str, cookie: str) -> tuple[float, float]:
    _, *times = asyncio.run(_ask_often(app, address, cookie))
    wall, core = zip(*times, strict=True)
    return _at_95(wall), _at_95(core)


async def _ask_often(app: FastAPI, address: str, cookie: str) -> list[tuple[float, float]]:
    return [await ask(app, address, cookie) for _ in range(ASKED + 1)]


def _at_95(seconds: tuple[float, ...]) -> float:
    return statistics.quantiles(seconds, n=20)[18] * 1e3


def main() -> None:
    """Fill, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=READERS)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    given = parser.parse_args()
    with workplace() as folder, postgresql(folder) as server:
        where = server.url if given.database == "postgresql" else None
        with fresh_database(folder, where) as url:
            found = measure(url, folder, given.readers)
    print(f"{'page, p95':30}{'ms':>10}{'on core':>10}{'reach':>10}")
    for name, (wall, core) in found.items():
        print(f"{name:30}{wall:10.1f}{core:10.1f}{PAGES[name][1]:>10}")


if __name__ == "__main__":
    main()
