"""Doubles: subscribers whose addresses spell one mailbox become one reader.

The migration of mailboxes (docs/adr/0044) calls it once, inside its own transaction: half of it is
never seen. It is written for the tables as they were then, and stays as it is.

Of a mailbox the oldest subscriber remains: its number is the lowest, so whatever a delivery has
planned up to another double's number, it has planned for the one who remains, too.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlmodel.sql.sqltypes import UTCDateTime

from newsletter.migrations.doubled_rows import forget_doubles, list_doubles, move_rows
from newsletter.migrations.stricter import join_people, join_subscriptions, strictness

log = logging.getLogger(__name__)
Row = Mapping[str, Any]


def _table(
    name: str,
    columns: Mapping[type[sa.types.TypeEngine[Any]], str],
) -> sa.TableClause:
    """Return a table as it was then: the names of its columns by their type."""
    found: list[sa.ColumnClause[Any]] = []
    for kind, names in columns.items():
        found += [sa.column(column, kind) for column in names.split()]
    return sa.table(name, *found)


# Name and attributes are the subscriber's or the subscription's, by the order of migrations.
PEOPLE = _table(
    "subscriber",
    {
        sa.Integer: "id",
        sa.String: "address mailbox time_zone name",
        sa.JSON: "attributes",
    },
)
SUBSCRIPTIONS = _table(
    "subscription",
    {
        sa.Integer: "id subscriber_id publication_id left_issue_id import_id",
        sa.String: "status frequency left_by source name agreed_by",
        UTCDateTime: "joined_at confirmed_at snoozed_until left_at reconfirm_by seen_at",
        sa.JSON: "topics attributes",
    },
)
GROUPS = _table("doubled", {sa.Integer: "id into_id"})
REPORT = _table(
    "joined_double",
    {
        sa.Integer: "subscriber_id gone_id publication_id",
        sa.String: "gone_status kept_status won",
        UTCDateTime: "at",
    },
)


SUPPRESSED_TWICE = """
    select id, mailbox, reason from suppression
    where mailbox in (
        select mailbox from suppression
        where mailbox is not null
        group by mailbox
        having count(*) > 1)
    order by id"""
SUPPRESSED_DOUBLES = """
    select mailbox, reason from suppression
    where mailbox in (
        select mailbox from subscriber
        where id in (select id from doubled))"""
LIFT = "delete from suppression where id = :key"


@dataclass(frozen=True, slots=True)
class JoinAccount:
    """How many doubles were joined; `won` counts the statuses that came out of them."""

    subscribers: int
    suppressions: int
    won: Mapping[str, int]


def join_doubles(
    connection: Connection,
    now: datetime,
) -> JoinAccount:
    """Join the doubles of a database whose rows know their mailboxes, and note it in the report."""
    suppressions = _join_suppressions(connection)
    list_doubles(connection)
    people = _read(connection, PEOPLE, PEOPLE.c.id)
    subscriptions = _read(connection, SUBSCRIPTIONS, SUBSCRIPTIONS.c.subscriber_id)
    joins = _join_people(people, subscriptions, _reasons(connection))
    move_rows(connection, joins.pairs, now)
    _update(connection, SUBSCRIPTIONS, joins.kept)
    forget_doubles(connection, now)
    # Last: the spelling that remains is unique only when the other double is gone.
    _update(connection, PEOPLE, joins.people)
    _report(connection, [*suppressions, *joins.noted], now)
    account = JoinAccount(
        _count_gone(people),
        len(suppressions),
        Counter(row["won"] for row in joins.noted),
    )
    _log(account)
    return account


def _report(
    connection: Connection,
    noted: Sequence[dict[str, Any]],
    now: datetime,
) -> None:
    _insert(connection, REPORT, [row | {"at": now} for row in noted])


def _count_gone(people: Sequence[Row]) -> int:
    return sum(row["id"] != row["into_id"] for row in people)


@dataclass(frozen=True, slots=True)
class _Joins:
    """What is to be written.

    Values of people and subscriptions that remain, each with its "key"; pairs of subscriptions
    (gone, kept); lines of the report.
    """

    people: list[Row] = field(default_factory=list)
    kept: list[Row] = field(default_factory=list)
    pairs: list[tuple[int, int]] = field(default_factory=list)
    noted: list[dict[str, Any]] = field(default_factory=list)


def _join_people(
    people: Sequence[Row],
    subscriptions: Sequence[Row],
    reasons: Mapping[str, str],
) -> _Joins:
    subscriptions_of = _by(subscriptions, "subscriber_id")
    joins = _Joins()
    for into, group in _by(people, "into_id").items():
        joins.people.append(join_people(group, subscriptions_of) | {"key": into})
        reason = reasons.get(group[0]["mailbox"], "")
        theirs: list[Row] = []
        for person in group:
            theirs += subscriptions_of.get(person["id"], ())
        for same in _by(theirs, "publication_id").values():
            _join_subscriptions(joins, into, same, reason)
        joins.noted.extend(_without_any(into, group, subscriptions_of, reason))
    return joins


def _join_subscriptions(
    joins: _Joins,
    into: int,
    same: Sequence[Row],
    reason: str,
) -> None:
    """Join the subscriptions of one mailbox to one publication, the oldest subscriber's first."""
    first, *others = same
    values = join_subscriptions(same)
    joins.kept.append(values | {"key": first["id"], "subscriber_id": into})
    joins.pairs.extend((other["id"], first["id"]) for other in others)
    won = reason or values["status"]
    has_own = first["subscriber_id"] == into
    for row in others if has_own else same:
        noted = _noted(into, row["subscriber_id"], row["status"], won)
        noted["publication_id"] = row["publication_id"]
        noted["kept_status"] = first["status"] if has_own else ""
        joins.noted.append(noted)


def _without_any(
    into: int,
    group: Iterable[Row],
    subscriptions_of: Mapping[int, Sequence[Row]],
    reason: str,
) -> list[dict[str, Any]]:
    """Return lines of the report for the doubles that had no subscription."""
    gone = [person["id"] for person in group if person["id"] != into]
    return [_noted(into, key, "", reason) for key in gone if key not in subscriptions_of]


def _noted(
    into: int,
    gone: int,
    status: str,
    won: str,
) -> dict[str, Any]:
    return {
        "subscriber_id": into,
        "gone_id": gone,
        "publication_id": 0,
        "gone_status": status,
        "kept_status": "",
        "won": won,
    }


def _join_suppressions(connection: Connection) -> list[dict[str, Any]]:
    """Keep the strictest suppression of each mailbox; return the lines of the report."""
    rows = _rows(connection, sa.text(SUPPRESSED_TWICE))
    noted: list[dict[str, Any]] = []
    for same in _by(rows, "mailbox").values():
        kept, *others = sorted(same, key=lambda row: strictness(row["reason"]))
        for row in others:
            noted.append(_noted_suppression(row, kept))
            connection.execute(sa.text(LIFT), {"key": row["id"]})
    return noted


def _noted_suppression(
    gone: Row,
    kept: Row,
) -> dict[str, Any]:
    line = _noted(0, 0, gone["reason"], kept["reason"])
    line["kept_status"] = kept["reason"]
    return line


def _reasons(connection: Connection) -> Mapping[str, str]:
    """Return why mailboxes that have doubles must not be mailed."""
    rows = connection.execute(sa.text(SUPPRESSED_DOUBLES))
    return dict(rows.all())


def _read(
    connection: Connection,
    table: sa.TableClause,
    subscriber_id: sa.ColumnElement[int],
) -> Sequence[Row]:
    """Return the rows of people who have doubles, the oldest person first, with `into_id`."""
    there = {column["name"] for column in sa.inspect(connection).get_columns(table.name)}
    columns = [column for column in table.c if column.name in there]
    query = sa.select(*columns, GROUPS.c.into_id).join(GROUPS, GROUPS.c.id == subscriber_id)
    return _rows(connection, query.order_by(subscriber_id))


def _rows(
    connection: Connection,
    query: sa.Executable,
) -> Sequence[Row]:
    return [dict(row) for row in connection.execute(query).mappings()]


def _by(
    rows: Iterable[Row],
    name: str,
) -> Mapping[Any, list[Row]]:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[name]].append(row)
    return dict(groups)


def _update(
    connection: Connection,
    table: sa.TableClause,
    rows: Sequence[Row],
) -> None:
    """Update rows by their "key"; each names the same columns."""
    if rows:
        values: dict[str, Any] = {name: sa.bindparam(name) for name in rows[0] if name != "key"}
        updating = sa.update(table).where(table.c.id == sa.bindparam("key")).values(values)
        connection.execute(updating, list(rows))


def _insert(
    connection: Connection,
    table: sa.TableClause,
    rows: Sequence[Row],
) -> None:
    if rows:
        connection.execute(sa.insert(table), list(rows))


def _log(account: JoinAccount) -> None:
    if account.subscribers or account.suppressions:
        log.info(
            "Doubles were joined",
            extra={
                "subscribers": account.subscribers,
                "suppressions": account.suppressions,
                "won": dict(account.won),
            },
        )
