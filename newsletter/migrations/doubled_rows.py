"""The rows of doubles in other tables: they go to who remains, each unique key once.

For the migration of mailboxes; see doubles.py. Everything is a statement over lists in temporary
tables: doubles times issues may be millions of messages.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlmodel.sql.sqltypes import UTCDateTime

Pairs = Sequence[tuple[int, int]]

# Each person who has a double, themselves too, and who remains of them.
LIST = (
    """
    create temporary table doubled as
    select id, min(id) over (partition by mailbox) as into_id from subscriber
    where mailbox in (select mailbox from subscriber group by mailbox having count(*) > 1)""",
    "create unique index doubled_id on doubled (id)",
    "create temporary table doubled_subscription (gone_id integer primary key, kept_id integer)",
    "analyze doubled",
)
ADD_PAIR = "insert into doubled_subscription (gone_id, kept_id) values (:gone, :kept)"
# What has gone to a mailbox, or goes at this moment, is kept of an issue's messages; else its own.
# "cross join": SQLite must ask for each issue and person by the unique key, not read all messages.
MESSAGES = (
    """
    create temporary table doubled_message as
    select m.id, m.issue_id, m.subscriber_id, d.into_id,
        row_number() over (partition by m.issue_id, d.into_id order by
            case when m.status in ('claimed', 'accepted', 'uncertain') then 0 else 1 end,
            case when m.subscriber_id = d.into_id then 0 else 1 end, m.id) as place
    from delivery x cross join doubled d
    join message m on m.issue_id = x.issue_id and m.subscriber_id = d.id""",
    "create unique index doubled_message_id on doubled_message (id)",
    "create index doubled_message_issue on doubled_message (issue_id, into_id, place)",
    "analyze doubled_message",
    # One after the other: nobody has two messages of one issue, not for a moment.
    """
    update message set subscriber_id = -id where id in (
        select id from doubled_message where place > 1 and subscriber_id = into_id)""",
    """
    update message set subscriber_id = (
        select into_id from doubled_message d where d.id = message.id)
    where id in (select id from doubled_message where place = 1 and subscriber_id <> into_id)""",
    """
    update message set subscriber_id = (
        select first.subscriber_id from doubled_message d
        join doubled_message first on first.issue_id = d.issue_id and first.into_id = d.into_id
        where d.id = message.id and first.place = 1)
    where id in (select id from doubled_message where place > 1 and subscriber_id = into_id)""",
    """
    update event set message_id = (
        select first.id from doubled_message d
        join doubled_message first on first.issue_id = d.issue_id and first.into_id = d.into_id
        where d.id = event.message_id and first.place = 1)
    where message_id in (select id from doubled_message where place > 1)""",
)
# As for a forgotten person: the row stays, so that its delivery's account adds up.
CANCEL = """
    update message set address = '', name = '', confirmed_at = null, reply = '',
        settled_at = case when status in ('planned', 'deferred') then :now else settled_at end,
        status = case when status in ('planned', 'deferred') then 'cancelled' else status end
    where id in (select id from doubled_message where place > 1)"""
# Of two votes the later counts; of two letters that a host remembers the one that surely left.
ONE_OF_AN_ISSUE = """
    create temporary table doubled_{table} as
    select t.id, d.into_id, row_number() over (
        partition by t.issue_id, d.into_id order by {order}, t.id desc) as place
    from {table} t join doubled d on d.id = t.subscriber_id"""
LATER = """
    delete from {table} where id in (select id from doubled_{table} where place > 1)"""
MOVED = """
    update {table} set subscriber_id = (
        select into_id from doubled_{table} d where d.id = {table}.id)
    where id in (select id from doubled_{table} where place = 1)"""
ORDERS = {"vote": "t.at desc", "sent_letter": "t.status"}
PEOPLE = (
    "update merger set {to_them} where subscriber_id in ({gone})",
    "insert into merger (gone_id, subscriber_id) "
    "select id, into_id from doubled where id <> into_id",
    "update addresschange set {to_them} where subscriber_id in ({gone})",
)
TO_THEM = "subscriber_id = (select into_id from doubled d where d.id = subscriber_id)"
GONE = "select id from doubled where id <> into_id"
SUBSCRIPTIONS = (
    "update consentrecord set {to_it} where subscription_id in ({gone})",
    "update leave set {to_it} where subscription_id in ({gone})",
    "insert into subscription_merger (gone_id, subscription_id) "
    "select gone_id, kept_id from doubled_subscription",
)
TO_IT = """subscription_id = (
    select kept_id from doubled_subscription d where d.gone_id = subscription_id)"""
GONE_IT = "select gone_id from doubled_subscription"
# Programs hear of it as of any merger: one is erased, the other changed.
CHANGES = """
    insert into change (publication_id, subscription_id, subscriber_id, kind, at)
    select publication_id, id, subscriber_id, '{kind}', :now from subscription
    where publication_id in (select publication_id from listening)
        and {which} order by id"""
ERASED = "subscriber_id in (select id from doubled where id <> into_id)"
CHANGED = "subscriber_id in (select into_id from doubled)"
DELETE = "delete from {table} where id in ({gone})"
LISTS = (
    "doubled_vote",
    "doubled_sent_letter",
    "doubled_message",
    "doubled_subscription",
    "doubled",
)


def list_doubles(connection: Connection) -> None:
    """Make the list of people who have doubles, with who remains of them."""
    _run(connection, LIST)


def move_rows(
    connection: Connection,
    pairs: Pairs,
    now: datetime,
) -> None:
    """Give what the doubles have to who remains; `pairs` are the subscriptions (gone, kept)."""
    _list_pairs(connection, pairs)
    _run_at(connection, CHANGES.format(kind="erased", which=ERASED), now)
    _run(connection, MESSAGES)
    _run_at(connection, CANCEL, now)
    for table, order in ORDERS.items():
        _run(connection, [ONE_OF_AN_ISSUE.format(table=table, order=order)])
        _run(connection, [LATER.format(table=table), MOVED.format(table=table)])
    _run(connection, [words.format(to_them=TO_THEM, gone=GONE) for words in PEOPLE])
    _run(connection, [words.format(to_it=TO_IT, gone=GONE_IT) for words in SUBSCRIPTIONS])
    _run(connection, [DELETE.format(table="subscription", gone=GONE_IT)])


def _list_pairs(
    connection: Connection,
    pairs: Pairs,
) -> None:
    if pairs:
        values = [{"gone": gone, "kept": kept} for gone, kept in pairs]
        connection.execute(sa.text(ADD_PAIR), values)


def forget_doubles(
    connection: Connection,
    now: datetime,
) -> None:
    """Delete who is gone, and the lists. The subscriptions are those of who remains by now."""
    _run_at(connection, CHANGES.format(kind="changed", which=CHANGED), now)
    _run(connection, [DELETE.format(table="subscriber", gone=GONE)])
    _run(connection, [f"drop table {name}" for name in LISTS])


def _run(
    connection: Connection,
    statements: Sequence[str],
) -> None:
    for statement in statements:
        connection.execute(sa.text(statement))


def _run_at(
    connection: Connection,
    statement: str,
    now: datetime,
) -> None:
    at = sa.bindparam("now", now, UTCDateTime())
    connection.execute(sa.text(statement).bindparams(at))
