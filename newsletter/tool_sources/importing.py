"""Importing a list of tools: rows in groups, each stored whole, with an account of all of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlmodel import Session, col

from newsletter.database import Database
from newsletter.formats.tools.found import FoundTool, RefusedRow, ToolList
from newsletter.statements import add_or_find
from newsletter.tool_sources.judging import (
    JudgedTool,
    addresses_of,
    count_outcomes,
    judge_rows,
)
from newsletter.tool_sources.models import ToolSource
from newsletter.tool_sources.storing import (
    StoredRows,
    compare_rows,
    reported_rows,
    store_rows,
)

IMPORTED = "import:lists"  # the address of the source of imported lists: nothing is looked at
TOGETHER = 1000  # rows in one transaction: more would hold SQLite's write lock for long
NewToolRule = Literal["ask", "accept"]
Progress = Callable[[int, int], None]  # hears how many rows are done, of how many


@dataclass(frozen=True, slots=True)
class ToolAccount:
    """What became of the rows of a list: the counts add up to `read`.

    `came_in` and `waiting` are the new ones. `rows` are those that a person should look at.
    """

    read: int
    new: int = 0
    same: int = 0
    changed: int = 0
    double: int = 0
    refused: int = 0
    came_in: int = 0
    waiting: int = 0
    note: str = ""
    rows: Sequence[Mapping[str, object]] = ()


def import_tools(
    database: Database,
    publication_id: int,
    listed: ToolList,
    now: datetime,
    *,
    rule: NewToolRule = "accept",
    allow_private: bool = False,
    progress: Progress = lambda _done, _of: None,
) -> ToolAccount:
    """Import a list that an editor gave: new tools come in, or wait if the rule is to ask.

    After a crash the same import goes on where it was: what is stored is the same.
    """
    source_id = database.write(import_source, publication_id, rule, now)
    return store_list(
        database,
        source_id,
        listed,
        now,
        allow_private=allow_private,
        progress=progress,
    )


def store_list(
    database: Database,
    source_id: int,
    listed: ToolList,
    now: datetime,
    *,
    allow_private: bool = False,
    progress: Progress = lambda _done, _of: None,
) -> ToolAccount:
    """Store the rows of a list in groups; new tools wait or come in by the source's rule."""
    judged = judge_list(listed, allow_private=allow_private)
    addresses = addresses_of(judged)
    stored: list[StoredRows] = []
    done = 0
    for group in _groups(judged):
        stored.append(database.write(store_rows, source_id, group, addresses, now))
        done += len(group)
        progress(done, len(judged))
    return account_of(stored, listed.note)


def preview_import(
    session: Session,
    publication_id: int,
    listed: ToolList,
    *,
    rule: NewToolRule = "accept",
    allow_private: bool = False,
) -> ToolAccount:
    """Say what an import would do; nothing is written."""
    judged = judge_list(listed, allow_private=allow_private)
    compared = compare_rows(session, publication_id, judged, addresses_of(judged))
    new = sum(row.outcome == "new" for row in compared)
    came_in = new if rule == "accept" else 0
    return account_of([StoredRows(compared, came_in, new - came_in)], listed.note)


def judge_list(listed: ToolList, *, allow_private: bool) -> list[JudgedTool]:
    """Judge the rows of a list by themselves, those that could not be read among them."""
    judged = judge_rows(listed.tools, allow_private=allow_private)
    judged += map(_unread, listed.refused)
    return sorted(judged, key=lambda row: row.found.row)


def account_of(stored: Sequence[StoredRows], note: str = "") -> ToolAccount:
    """Add up what became of all rows."""
    rows = [row for part in stored for row in part.judged]
    return ToolAccount(
        len(rows),
        **count_outcomes(rows),
        came_in=sum(part.came_in for part in stored),
        waiting=sum(part.waiting for part in stored),
        note=note,
        rows=reported_rows(rows),
    )


def import_source(
    session: Session,
    publication_id: int,
    rule: NewToolRule,
    now: datetime,
) -> int:
    """Return the source of imported lists, which is made by the first import."""
    row = {
        **ToolSource(
            publication_id=publication_id,
            kind="import",
            url=IMPORTED,
            title="Imported lists",
            added_at=now,
        ).model_dump(exclude={"id"})
    }
    same = (col(ToolSource.publication_id) == publication_id) & (col(ToolSource.url) == IMPORTED)
    source = add_or_find(session, ToolSource, row, same)
    if source.status == "removed":
        source.move_to("active")
    # The rule is that of the import under way; nothing else reads it.
    source.rule = rule
    session.flush()
    return source.key


def _unread(refused: RefusedRow) -> JudgedTool:
    found = FoundTool(refused.name, "", row=refused.row)
    return JudgedTool(found, "refused", refused.reason)


def _groups(rows: Sequence[JudgedTool]) -> Iterator[Sequence[JudgedTool]]:
    for start in range(0, len(rows), TOGETHER):
        yield rows[start : start + TOGETHER]
