"""The log at the desk: who did what, searched, and as a file."""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from sqlmodel import Session, col, select

from newsletter.desk.deeds import read_log
from newsletter.desk.models import Editor, LogEntry
from newsletter.web.desk.desk import TO_READ_LOG, Desk, DeskDep
from newsletter.web.desk.team.wording import Glossary, deed_of
from newsletter.web.requests import Reading
from subscribers.formulas import write_cell

pages = APIRouter(prefix="/desk/log", dependencies=TO_READ_LOG)
SHOWN = 50
COLUMNS = ("at", "by", "network", "act", "deed", "thing", "number", "field", "before", "after")
Search = Annotated[str, Query(max_length=200)]


@pages.get("")
def log_page(
    desk: DeskDep,
    session: Reading,
    q: Search = "",
    issue: int = 0,
    before: int = 0,
) -> Response:
    """A page of the log, newest first; `before` is the last number of the page before it."""
    found = read_log(session, desk.key, q.strip(), issue or None, before)
    entries = list(islice(found, SHOWN + 1))
    return desk.show(
        "desk/team/deeds.html",
        entries=entries[:SHOWN],
        glossary=_glossary(session, desk, entries),
        deed_of=deed_of,
        q=q.strip(),
        issue=issue,
        next=entries[SHOWN - 1].key if len(entries) > SHOWN else 0,
        days=desk.publication.log_days,
    )


@pages.get("/log.csv")
def export(
    desk: DeskDep,
    session: Reading,
    q: Search = "",
    issue: int = 0,
) -> Response:
    """All that the page would show, a line for each field that changed."""
    entries = read_log(session, desk.key, q.strip(), issue or None)
    name = f"{desk.publication.slug}-log.csv"
    return StreamingResponse(
        _write(entries),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _glossary(
    session: Session,
    desk: Desk,
    entries: Sequence[LogEntry],
) -> Glossary:
    """Return how these entries are read: with the addresses of the editors that they name."""
    sides = [side for entry in entries for side in (entry.before, entry.after)]
    numbers = {int(side["editor_id"]) for side in sides if "editor_id" in side}
    found = session.exec(select(Editor).where(col(Editor.id).in_(numbers))).all()
    return Glossary(desk.zone, {str(editor.key): editor.address for editor in found})


def _write(entries: Iterator[LogEntry]) -> Iterator[str]:
    yield _line(COLUMNS)
    for entry in entries:
        for row in _rows(entry):
            yield _line(row)


def _rows(entry: LogEntry) -> Iterator[tuple[str, ...]]:
    """Give a row for each field of an entry, or one for an entry that names none."""
    start = (
        entry.at.isoformat(timespec="seconds"),
        entry.by,
        entry.network,
        entry.act,
        entry.deed,
        entry.thing,
        str(entry.thing_id or ""),
    )
    for name in sorted({*entry.before, *entry.after}) or [""]:
        yield (*start, name, entry.before.get(name, ""), entry.after.get(name, ""))


def _line(cells: tuple[str, ...]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow([write_cell(cell) for cell in cells])
    return written.getvalue()
