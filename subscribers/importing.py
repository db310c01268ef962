"""Import: a CSV file of addresses. A row that is refused is listed with its line and reason; the rest is imported."""

import csv
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Session, col, insert, select

from newsletter.database import Database
from newsletter.errors import NotFound, Refused
from subscribers import changes
from subscribers.addresses import normalise
from subscribers.models import ConsentRecord, Subscriber, Subscription, Suppression

GROUP = 1000
ADDRESS_COLUMNS = ("address", "email", "e-mail", "email address")


class NoFile(NotFound):
    """There is no such file."""


class NoAddressColumn(Refused):
    """The first line of the file must name its columns, one of them `address` or `email`."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row that may come in."""

    line: int
    address: str
    name: str
    confirmed_at: datetime


@dataclass(frozen=True, slots=True)
class Rejection:
    """One row that may not, and why."""

    line: int
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Imported:
    """read = added + known + rejected."""

    read: int
    added: int
    known: int
    rejected: int


def import_rows(
    database: Database,
    publication_id: int,
    path: Path,
    *,
    now: datetime,
    progress: Callable[[int], None],
    rejected_path: Path,
) -> Imported:
    """Import `path` in groups of a thousand, each in a transaction of its own; the same file again adds nobody.

    Who left, or must not be mailed, stays as they are and counts as known. Raises NoFile or NoAddressColumn.
    """
    read = added = 0
    rejections: list[Rejection] = []
    rows = parse(path, now)
    while group := list(itertools.islice(rows, GROUP)):
        read += len(group)
        rejections += [row for row in group if isinstance(row, Rejection)]
        good = [row for row in group if isinstance(row, Row)]
        added += database.write(_store, publication_id, good, now)
        progress(read)
    if rejections:
        _write_rejected(rejected_path, rejections)
    return Imported(read, added, read - added - len(rejections), len(rejections))


def parse(path: Path, now: datetime) -> Iterator[Row | Rejection]:
    """Read a file row by row: comma, semicolon or tab; UTF-8 with or without BOM, else Windows-1252."""
    if not path.is_file():
        raise NoFile(f"{NoFile.__doc__} ({path})")
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline()
        delimiter = max(",;\t", key=first.count)
        header = [cell.strip().casefold() for cell in next(csv.reader([first], delimiter=delimiter), [])]
        at = next((header.index(name) for name in ADDRESS_COLUMNS if name in header), None)
        if at is None:
            raise NoAddressColumn
        reader = csv.reader(file, delimiter=delimiter)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield _row(dict(zip(header, cells, strict=False)), header[at], reader.line_num + 1, now)


def _row(cells: dict[str, str], column: str, line: int, now: datetime) -> Row | Rejection:
    value = cells.get(column, "")
    try:
        address = normalise(value)
        confirmed_at = _time(cells.get("confirmed_at", ""), now)
    except (Refused, ValueError) as error:
        return Rejection(line, value, str(error))
    return Row(line, address, " ".join(cells.get("name", "").split())[:200], confirmed_at)


def _time(text: str, now: datetime) -> datetime:
    if not text.strip():
        return now
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"confirmed_at: expects a date like 2026-05-12, got {text!r}") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _encoding(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            while file.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _store(session: Session, publication_id: int, rows: Sequence[Row], now: datetime) -> int:
    unique = {row.address: row for row in rows}
    suppressed = set(session.exec(select(Suppression.address).where(col(Suppression.address).in_(unique))))
    ids = _ids(session, list(unique))
    new = [{"address": row.address, "name": row.name, "created_at": now} for row in unique.values() if row.address not in ids]
    if new:
        session.exec(insert(Subscriber), params=new)
        ids = _ids(session, list(unique))
    subscribed = select(Subscription.subscriber_id).where(
        col(Subscription.publication_id) == publication_id, col(Subscription.subscriber_id).in_(ids.values())
    )
    known = set(session.exec(subscribed))
    joining = [row for row in unique.values() if ids[row.address] not in known and row.address not in suppressed]
    for row in joining:
        session.add(
            Subscription(
                subscriber_id=ids[row.address],
                publication_id=publication_id,
                status="active",
                joined_at=now,
                confirmed_at=row.confirmed_at,
            )
        )
    session.flush()
    _record(session, publication_id, [ids[row.address] for row in joining], now)
    return len(joining)


def _ids(session: Session, addresses: Sequence[str]) -> dict[str, int]:
    found = session.exec(select(Subscriber).where(col(Subscriber.address).in_(addresses)))
    return {subscriber.address: subscriber.id or 0 for subscriber in found}


def _record(session: Session, publication_id: int, subscriber_ids: Sequence[int], now: datetime) -> None:
    query = select(Subscription).where(
        col(Subscription.publication_id) == publication_id, col(Subscription.subscriber_id).in_(subscriber_ids)
    )
    joined = session.exec(query).all()
    rows = [{"subscription_id": one.id, "at": now, "act": "import", "words": "", "network": ""} for one in joined]
    if rows:
        session.exec(insert(ConsentRecord), params=rows)
        changes.note(session, joined, changes.OF_ACTS["import"], now)


def _write_rejected(path: Path, rejections: Sequence[Rejection]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("line", "value", "reason"))
        writer.writerows((one.line, one.value, one.reason) for one in rejections)
