"""A database as it was before mailboxes, with readers of whom some were there in two spellings."""

from alembic import command
from sqlalchemy import Connection, create_engine, text

from bench.places import NOW
from bench.stage import stage
from newsletter.database import driver_url
from newsletter.migrations.running import run
from tests.migrations.former import BEFORE

LETTER_BYTES = 5_000
SERIES = {
    "sqlite": "(with recursive s(n) as (select :first union all select n + 1 from s "
    "where n < :last) select n from s) as numbers",
    "postgresql": "(select generate_series(cast(:first as int), cast(:last as int)) as n) "
    "as numbers",
}
# The first of two spellings is a reader among all; the second is in capitals, and came later.
PEOPLE = """
    insert into subscriber (id, address, name, created_at)
    select n, case when n <= :singles then 'reader' || n else 'Reader' || ({first_of}) end
        || '@readers.example', '', :now
    from {series}"""
SUBSCRIPTIONS = """
    insert into subscription
        (subscriber_id, publication_id, status, joined_at, confirmed_at, frequency, topics,
         left_by, source)
    select n, 1, {status}, :now, case when {status} = 'unconfirmed' then null else :now end,
        'every', '[]', '', ''
    from {series}"""
# Three statuses of the first against three of the second: all nine are there.
STATUS = """case {number} % 3 when 0 then 'active' when 1 then 'unsubscribed'
    else 'unconfirmed' end"""
MESSAGES = """
    insert into message (delivery_id, issue_id, subscriber_id, address, name, status, attempts,
        due_at, claimed_by, enhanced, reply)
    select 1, 1, id, address, '', case when id % 5 < 2 then 'accepted' else 'planned' end, 0, :now,
        '', '', ''
    from subscriber"""
DELIVERY = """
    update delivery set considered = :readers, plan_through = :readers, planned_through = :readers
    where id = 1"""
EMPTY = ("delete from subscription", "delete from subscriber", "delete from message")


def fill(url: str, readers: int, doubles: int) -> None:
    """Make a database of so many readers; of so many the last ones are second spellings.

    An issue is under way to all of them: two of five have it, the others wait for it.
    """
    stage(url, 2, LETTER_BYTES)
    run(url, lambda config: command.downgrade(config, BEFORE))
    engine = create_engine(driver_url(url))
    with engine.begin() as connection:
        _fill(connection, readers, doubles)
    engine.dispose()


def _fill(connection: Connection, readers: int, doubles: int) -> None:
    for statement in EMPTY:
        connection.execute(text(statement))
    singles = readers - doubles
    step = singles // doubles
    step -= step % 3 == 0  # so that the firsts have all three statuses
    first_of = f"(n - {singles}) * {step}"
    dialect = connection.dialect.name
    single = STATUS.format(number="n")
    status = f"case when n <= {singles} then {single} else {_second('n - ' + str(singles))} end"
    words = {"series": SERIES[dialect], "first_of": first_of, "status": status}
    values = {"first": 1, "last": readers, "singles": singles, "now": NOW.replace(tzinfo=None)}
    for statement in (PEOPLE, SUBSCRIPTIONS):
        connection.execute(text(statement.format(**words)), values)
    connection.execute(text(MESSAGES), values)
    connection.execute(text(DELIVERY), {"readers": readers})


def _second(number: str) -> str:
    """The status of the second spelling: each of three beside each of the first."""
    return STATUS.format(number=f"(({number}) / 3)")
