"""A doubtful list is asked once; who answers stays, and who does not leaves in their time."""

from datetime import timedelta

from sqlmodel import Session, select

from newsletter.database import Database
from newsletter.publications.models import Publication
from subscribers.joining import reconfirming
from subscribers.leaving import unsubscribing
from subscribers.models import Leave, Subscription
from subscribers.suppressing import suppress
from tests.samples.times import NOON
from tests.subscribers.people import join

LIST = 7  # the id of an import
UNTIL = NOON + timedelta(days=14)


def join_by_list(session: Session, publication: Publication, *names: str) -> list[int]:
    return [
        join(session, publication, f"{name}@readers.example", import_id=LIST).key for name in names
    ]


def test_everybody_of_the_list_is_asked_once_but_who_left_or_must_not_be_mailed(
    session: Session, publication: Publication
) -> None:
    ada, bob, cyd = join_by_list(session, publication, "ada", "bob", "cyd")
    join(session, publication, "dan@readers.example")
    suppress(session, "bob@readers.example", "bounce", NOON)
    unsubscribing.end_subscription(session, cyd, by="link", now=NOON)
    asked = reconfirming.note_asked(session, LIST, UNTIL, 0)
    assert asked == [(ada, "ada@readers.example")]
    assert reconfirming.count_unanswered(session, LIST) == 1
    assert reconfirming.note_asked(session, LIST, UNTIL, 0) == []
    assert bob != ada


def test_who_answers_stays_and_the_others_leave(
    database: Database, publication: Publication
) -> None:
    with database.writing() as session:
        ada, bob = join_by_list(session, publication, "ada", "bob")
        reconfirming.note_asked(session, LIST, UNTIL, 0)
        assert reconfirming.confirm_stay(session, ada, now=NOON)
        assert reconfirming.confirm_stay(session, ada, now=NOON), "twice is harmless"
    before = UNTIL - timedelta(seconds=1)
    assert reconfirming.let_silent_leave(database, publication.key, before) == 0
    assert reconfirming.let_silent_leave(database, publication.key, UNTIL) == 1
    assert reconfirming.let_silent_leave(database, publication.key, UNTIL) == 0
    with database.reading() as session:
        assert session.get_one(Subscription, ada).status == "active"
        assert session.get_one(Subscription, bob).status == "unsubscribed"
        assert session.exec(select(Leave.by)).all() == ["silence"]


def test_who_left_meanwhile_does_not_stay(session: Session, publication: Publication) -> None:
    (ada,) = join_by_list(session, publication, "ada")
    reconfirming.note_asked(session, LIST, UNTIL, 0)
    unsubscribing.end_subscription(session, ada, by="link", now=NOON)
    assert not reconfirming.confirm_stay(session, ada, now=NOON)
