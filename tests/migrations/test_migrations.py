"""One history for both databases."""

from alembic import command
from sqlalchemy import Connection, create_engine, text
from sqlmodel import col, select

from newsletter.database import Database
from newsletter.desk.models import Editor, Membership
from newsletter.migrations.running import run
from newsletter.publications.opening import open_publication
from newsletter.publications.reading import all_publications
from subscribers.models import Subscription
from tests.samples.times import NOON


def test_upgraded_from_empty_equals_the_models(database_url: str) -> None:
    run(database_url, command.check)


def test_down_to_nothing_and_up_again(database_url: str) -> None:
    run(database_url, lambda config: command.downgrade(config, "base"))
    run(database_url, lambda config: command.upgrade(config, "head"))
    run(database_url, command.check)


def test_a_change_of_address_keeps_its_steps_and_its_id_on_the_way_to_agreed_moves(
    database_url: str,
) -> None:
    """One was asked for, one counts; on SQLite ids that are gone are not given once more."""
    run(database_url, lambda config: command.downgrade(config, "0036"))
    engine = create_engine(database_url)
    with engine.begin() as connection:
        _fill_before_agreed_moves(connection)
    run(database_url, lambda config: command.upgrade(config, "head"))
    with engine.begin() as connection:
        rows = connection.execute(
            text("select former, confirmed_at is null from addresschange order by id")
        )
        assert [(former, bool(is_open)) for former, is_open in rows] == [
            ("ada@readers.example", True),
            ("old@readers.example", False),
        ]
        following = connection.scalar(
            text(
                "insert into addresschange (subscriber_id, address, former, asked_at, former_hash)"
                " values (1, 'x@readers.example', '', '2026-05-12 12:00:00', '') returning id"
            )
        )
        assert following == (3 if engine.dialect.name == "postgresql" else 1_000_003)
    engine.dispose()
    run(database_url, command.check)


def _fill_before_agreed_moves(connection: Connection) -> None:
    at = "'2026-05-12 12:00:00'"
    for statement in (
        "insert into subscriber (address, name, time_zone, created_at)"
        f" values ('ada@readers.example', '', '', {at})",
        "insert into addresschange (subscriber_id, address, former, asked_at)"
        f" values (1, 'new@readers.example', '', {at})",
        "insert into addresschange (subscriber_id, address, former, asked_at, changed_at)"
        f" values (1, 'ada@readers.example', 'old@readers.example', {at}, {at})",
    ):
        connection.execute(text(statement))


def test_an_editor_of_before_keeps_their_id_and_nobody_gets_it_again(database_url: str) -> None:
    run(database_url, lambda config: command.downgrade(config, "0037"))
    database = Database(database_url)
    try:
        with database.writing() as session:
            session.add(Editor(address="mara@a.example", password_hash="x", created_at=NOON))
        run(database_url, lambda config: command.upgrade(config, "head"))
        with database.writing() as session:
            mara = session.exec(select(Editor)).one()
            session.delete(mara)
            session.flush()
            other = Editor(address="bob@a.example", password_hash="x", created_at=NOON)
            session.add(other)
            session.flush()
            assert (mara.address, mara.key < other.key) == ("mara@a.example", True)
    finally:
        database.close()


def test_who_could_log_in_before_there_were_roles_is_an_owner(database_url: str) -> None:
    """Publications after the first one, which no command could make, get a path of their own."""
    database = Database(database_url)
    try:
        with database.writing() as session:
            session.add(Editor(address="mara@a.example", password_hash="x", created_at=NOON))
            for name in ("The Inference", "The Other"):
                open_publication(
                    session, name=name, sender_address="a@b.example", cadence="Tuesday 09:00 UTC"
                )
        database.engine.dispose()
        run(database_url, lambda config: command.downgrade(config, "0047"))
        run(database_url, lambda config: command.upgrade(config, "head"))
        found = database.read(lambda session: session.exec(select(Membership)).all())
        assert [(row.publication_id, row.role) for row in found] == [(1, "owner"), (2, "owner")]
        assert [row.own_url for row in database.read(all_publications)] == ["", "/the-other"]
    finally:
        database.close()


def test_a_name_goes_to_the_publications_that_had_it(database_url: str) -> None:
    """It was shared; who has not agreed to a publication yet keeps it from that one (ADR 43)."""
    run(database_url, lambda config: command.downgrade(config, "0039"))
    database = Database(database_url)
    with database.engine.begin() as connection:
        for statement in (
            "insert into subscriber (id, address, mailbox, name, time_zone, created_at, attributes)"
            " values (1, 'ada@x.example', 'ada@x.example', 'Ada', '', '2026-01-01',"
            ' \'{"plan": "pro"}\'),'
            " (2, 'bob@x.example', 'bob@x.example', '', '', '2026-01-01', '{}')",
            *(
                "insert into subscription (subscriber_id, publication_id, status, joined_at,"
                " frequency, topics, left_by, source) values"
                f" ({person}, {publication}, '{status}', '2026-01-01', 'every', '[]', '', '')"
                for person, publication, status in (
                    (1, 1, "unconfirmed"),
                    (1, 2, "active"),
                    (1, 3, "unconfirmed"),
                    (2, 1, "active"),
                )
            ),
        ):
            connection.exec_driver_sql(statement)
    run(database_url, lambda config: command.upgrade(config, "head"))
    with database.reading() as session:
        kept = session.exec(select(Subscription).order_by(col(Subscription.id))).all()
    database.close()
    plan = {"plan": "pro"}
    expected = [("Ada", plan), ("Ada", plan), ("", {}), ("", {})]
    assert [(found.name, found.attributes) for found in kept] == expected
