"""A publication that has one row of each table, with a word in all its texts that no other has."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, get_args

from pydantic_core import PydanticUndefined
from sqlmodel import Session, SQLModel, select

from newsletter.migrations.tables import metadata

WORD = "quokka"
AT = datetime(2026, 5, 1, 7, 0, tzinfo=UTC)
# What describes the installation, or is made with it.
NOT_FILLED = {
    *("publication", "formerurl"),
    *("editor", "editorsession", "membership", "secondfactor", "recoverycode"),
    *("host", "tally", "adoption"),
}
WORDY = ("title", "name", "text", "dek", "note", "description", "reason", "question", "label")
FILLED = {"url": f"https://{WORD}.example/", "slug": WORD, "address": f"{WORD}@readers.example"}
CALLED = {
    "gatheredtool": "gathered",
    "toolsource": "tool_source",
    "apitoken": "token",
    "entrylink": "link",
}
Row = Mapping[str, Any]


def fill(session: Session, publication_id: int, **given: Any) -> dict[str, int]:
    """Add the rows; return their ids, each as handlers and commands call it: `issue_id`."""
    ids = {"publication_id": publication_id} | given
    tables = {mapper.local_table.name: mapper.class_ for mapper in SQLModel._sa_registry.mappers}
    for table in metadata.sorted_tables:
        if table.name in NOT_FILLED or table.name not in tables:
            continue
        model = tables[table.name]
        row = model(**_values(model, ids))
        session.add(row)
        session.flush()
        key = getattr(row, "id", None)
        if key is not None:
            ids.setdefault(CALLED.get(table.name, table.name) + "_id", key)
    return ids


def _values(model: Any, ids: Mapping[str, int]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if name in ids:
            values[name] = ids[name]
        elif field.default is PydanticUndefined and field.default_factory is None:
            values[name] = _value(name, field.annotation)
        elif field.default == "" and name.endswith((*WORDY, *FILLED)):
            values[name] = _value(name, str)
    return values


def _value(name: str, annotation: Any) -> Any:
    kinds = {annotation, *get_args(annotation)}
    if str in kinds:
        return next((text for end, text in FILLED.items() if name.endswith(end)), WORD)
    if datetime in kinds:
        return AT
    if date in kinds:
        return AT.date()
    if bytes in kinds:
        return b"0"
    return 1 if int in kinds or float in kinds else ([] if list in map(_origin, kinds) else {})


def _origin(kind: Any) -> Any:
    return getattr(kind, "__origin__", kind)


def everything(session: Session) -> dict[str, list[Row]]:
    """All rows of all tables, but for logins and the log, which change with each look."""
    return {
        table.name: sorted(
            (dict(row._mapping) for row in session.connection().execute(select(table))), key=repr
        )
        for table in metadata.sorted_tables
        if table.name not in ("editorsession", "logentry")
    }
