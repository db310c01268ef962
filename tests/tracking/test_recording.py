"""Recording: what was taken is stored, whatever the database does; a full buffer takes nothing."""

import threading
from datetime import UTC, date, datetime

from sqlalchemy.exc import OperationalError
from sqlmodel import Session, func, select

from newsletter.database import Database
from newsletter.tracking import recording
from newsletter.tracking.models import Event
from newsletter.tracking.recording import NewEvent, Recorder, network_of, visitor_of

AT = datetime(2026, 5, 12, 9, 0, tzinfo=UTC)


def event(link: int) -> NewEvent:
    return NewEvent(edition_id=1, link=link, message_id=0, visitor=7, sign="", at=AT)


def count(session: Session) -> int:
    return session.exec(select(func.count()).select_from(Event)).one()


def test_what_was_taken_is_stored_when_it_is_flushed_and_when_it_is_closed(
    database: Database,
) -> None:
    recorder = Recorder(database)
    assert all(recorder.take(event(link)) for link in range(3))
    recorder.flush()
    assert database.read(count) == 3
    assert recorder.take(event(3))
    recorder.close()
    assert (database.read(count), recorder.stored) == (4, 4)
    assert not recorder.take(event(4)), "nothing is taken any more"


class Stuck(Database):
    """A database that takes nothing until it is let go."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.free = threading.Event()

    def write(self, do, *args, **kwargs):  # type: ignore[no-untyped-def]
        if not self.free.is_set():
            raise OperationalError("insert", {}, Exception("database is locked"))
        return self.database.write(do, *args, **kwargs)


def test_a_database_that_is_busy_costs_nothing_but_time_and_a_full_buffer_says_no(
    database: Database,
) -> None:
    stuck = Stuck(database)
    recorder = Recorder(stuck)
    assert all(recorder.take(event(0)) for _ in range(recording.MOST))
    assert not recorder.take(event(1))
    stuck.free.set()
    recorder.flush()
    assert database.read(count) == recording.MOST
    assert recorder.take(event(2))
    recorder.close()
    assert database.read(count) == recording.MOST + 1


def test_a_visitor_is_a_number_that_changes_with_day_network_and_program() -> None:
    day = date(2026, 5, 12)
    known = visitor_of("secret", day, "192.0.2.1", b"Firefox")
    assert 0 <= known < 2**63
    assert known == visitor_of("secret", day, "192.0.2.1", b"Firefox")
    others = {
        visitor_of("another", day, "192.0.2.1", b"Firefox"),
        visitor_of("secret", date(2026, 5, 13), "192.0.2.1", b"Firefox"),
        visitor_of("secret", day, "192.0.2.2", b"Firefox"),
        visitor_of("secret", day, "192.0.2.1", b"Chrome"),
    }
    assert len(others - {known}) == 4


def test_a_network_is_an_address_or_a_customers_part_of_ipv6_and_changes_with_the_day() -> None:
    day = date(2026, 5, 12)
    known = network_of("secret", day, "2001:db8:0:1200::1")
    assert 0 < known < 2**63
    assert known == network_of("secret", day, "2001:db8:0:12ff:9::2")
    others = {
        network_of("secret", day, "2001:db8:0:1300::1"),
        network_of("secret", date(2026, 5, 13), "2001:db8:0:1200::1"),
        network_of("another", day, "2001:db8:0:1200::1"),
        network_of("secret", day, "192.0.2.1"),
        network_of("secret", day, "192.0.2.2"),
    }
    assert len(others - {known}) == 5
    assert network_of("secret", day, "") == network_of("secret", day, "unix") == 0
