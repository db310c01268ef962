"""python -m bench.exports: the exports of other programs come in, and their accounts are printed.

Each file is written from the columns that its program documents, with people who left, bounced,
complained or never confirmed. Exit code 1 if one of them is an active reader here.
"""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from sqlmodel import Session, select

from bench.importing import NOW, open_database
from bench.places import fresh_database, workplace
from newsletter.database import Database
from newsletter.lists.importing import account_of, import_file
from subscribers.models import Subscriber, Subscription
from tests.samples.lists import EXPORTS, Export

FORM = "{:<14}{:<36}{:>5}{:>7}{:>6}{:>12}{:>8}{:>15}"
HEADS = ("program", "file", "rows", "added", "left", "suppressed", "active", "should not be")


def bring(export: Export, folder: Path) -> Sequence[object]:
    """Import one file into a database of its own; return a row of the table."""
    path = folder / export.file_name
    path.write_text(export.text, "utf-8")
    with fresh_database(folder, None) as url:
        open_database(url)
        database = Database(url)
        record = import_file(database, 1, path, now=NOW, rejected_path=folder / "rejected")
        active = database.read(_read_active)
        database.close()
    counts = asdict(account_of(record))
    wrong = [address for address in active if not address.startswith("stay")]
    numbers = [counts[name] for name in ("read", "added", "left", "suppressed")]
    return [record.preset or "(its name)", export.file_name, *numbers, len(active), len(wrong)]


def _read_active(session: Session) -> Sequence[str]:
    query = (
        select(Subscriber.address)
        .join(Subscription, Subscription.subscriber_id == Subscriber.id)  # type: ignore[arg-type]
        .where(Subscription.status == "active")
    )
    return session.exec(query).all()


def main() -> None:
    """Print the table."""
    print(FORM.format(*HEADS))
    wrong = 0
    with workplace() as folder:
        for export in EXPORTS:
            row = bring(export, folder)
            wrong += int(str(row[-1]))
            print(FORM.format(*row), flush=True)
    print(f"{wrong} people are active who should not be")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
