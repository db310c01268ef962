"""Rows of doubles in other rooms go to who remains, each unique key once; nothing is lost."""

from datetime import timedelta

from sqlmodel import Session, col, select

from newsletter.database import Database
from newsletter.delivery.models import Message
from newsletter.delivery.planning import freeze
from newsletter.delivery.reading import subscribers_of_messages
from newsletter.host.models import SentLetter
from newsletter.publications.models import Publication
from newsletter.tracking.models import Event
from subscribers import changes
from subscribers.merging import remaining_subscriber, remaining_subscription
from subscribers.models import Change, Leave, Merger, Subscriber
from tests.delivery.rig import planned, subscribe
from tests.migrations.former import respell
from tests.samples.times import NOON

ADA, OTHER, THIRD = "ada@readers.example", "b@readers.example", "c@readers.example"
SPELLED = {OTHER: "ADA@readers.example", THIRD: "Ada@readers.example"}


def _event(message_id: int) -> Event:
    return Event(edition_id=1, link=0, message_id=message_id, visitor=7, sign="", at=NOON)


def test_opens_and_clicks_of_both_letters_are_of_the_message_that_is_kept(
    database: Database,
) -> None:
    rig = planned(database, ADA, OTHER)
    assert freeze(database, rig.delivery_id)
    with database.writing() as session:
        session.add_all([_event(1), _event(2)])
        for message in session.exec(select(Message)):
            message.status = "accepted"
            message.settled_at = NOON
    respell(database, SPELLED)
    with database.writing() as session:
        assert session.exec(select(Event.message_id)).all() == [1, 1]
        # A click that comes later names the other letter, and is theirs as well.
        assert subscribers_of_messages(session, [1, 2]) == {1: 1, 2: 1}
        kept, gone = session.exec(select(Message).order_by(col(Message.id))).all()
        assert (kept.subscriber_id, kept.address, gone.address) == (1, ADA, "")
        assert (kept.status, gone.status) == ("accepted", "accepted"), "the account is as it was"


def test_letters_that_a_host_remembers_are_remembered_of_who_remains(
    database: Database, publication: Publication
) -> None:
    with database.writing() as session:
        for address in (ADA, OTHER, THIRD):
            subscribe(session, publication.key, address)
        for key, status in ((1, "uncertain"), (2, "accepted"), (3, "uncertain")):
            session.add(SentLetter(issue_id=5, subscriber_id=key, status=status))
    respell(database, SPELLED)
    with database.reading() as session:
        rows = session.exec(select(SentLetter.subscriber_id, SentLetter.status)).all()
    assert rows == [(1, "accepted")]


def test_who_became_one_before_is_one_still_and_programs_hear_of_both(
    database: Database, publication: Publication
) -> None:
    with database.writing() as session:
        for address in (ADA, OTHER, THIRD):
            subscribe(session, publication.key, address)
        session.add(Merger(gone_id=90, subscriber_id=3))
        session.add(_leave(3))
        changes.set_listening(session, publication.key, wanted=True)
    respell(database, SPELLED)
    with database.reading() as session:
        assert [remaining_subscriber(session, key) for key in (1, 2, 3, 90)] == [1, 1, 1, 1]
        assert [remaining_subscription(session, key) for key in (1, 2, 3)] == [1, 1, 1]
        assert session.exec(select(Leave.subscription_id)).all() == [1]
        heard = session.exec(select(Change.kind, Change.subscriber_id).order_by(col(Change.id)))
        assert heard.all() == [("erased", 2), ("erased", 3), ("changed", 1)]
        assert session.exec(select(Subscriber.id)).all() == [1]


def _leave(subscription_id: int) -> Leave:
    return Leave(
        publication_id=1,
        subscription_id=subscription_id,
        by="link",
        at=NOON - timedelta(days=1),
        status="stayed",
    )


def test_nobody_else_is_touched(database: Database, publication: Publication) -> None:
    with database.writing() as session:
        for address in (ADA, OTHER, "eve@readers.example"):
            subscribe(session, publication.key, address)
    respell(database, SPELLED)
    with database.reading() as session:
        assert _people(session) == [(1, ADA), (3, "eve@readers.example")]


def _people(session: Session) -> list[tuple[int | None, str]]:
    return list(
        session.exec(select(Subscriber.id, Subscriber.mailbox).order_by(col(Subscriber.id)))
    )
