"""Links of rows that are gone act on what remains, however often that happens."""

from sqlmodel import Session

from newsletter.publications.models import Publication
from subscribers.address_change import ask_change, carry_out_change
from subscribers.joining.signup import read_subscription
from subscribers.merging import (
    count_joined,
    joined_readers,
    note_merger,
    note_subscription_merger,
    remaining_subscriber,
    remaining_subscription,
)
from subscribers.models import JoinedDouble
from tests.samples.times import NOON
from tests.subscribers.people import ADA, join


def test_mergers_of_mergers_lead_to_the_last(session: Session) -> None:
    for note in (note_merger, note_subscription_merger):
        note(session, 2, 3)
        note(session, 3, 4)
    session.flush()
    assert [remaining_subscriber(session, key) for key in (2, 3, 4)] == [4, 4, 4]
    assert [remaining_subscription(session, key) for key in (2, 3, 4)] == [4, 4, 4]


def test_a_link_of_a_subscription_that_became_another_acts_on_that(
    session: Session, publication: Publication
) -> None:
    kept = join(session, publication)
    gone = join(session, publication, "bob@readers.example").key
    change = ask_change(session, kept.subscriber_id, "bob@readers.example", NOON)
    carry_out_change(session, change.key, now=NOON)
    assert read_subscription(session, gone).id == kept.id


def test_the_report_counts_alike_and_names_only_who_is_here(
    session: Session, publication: Publication
) -> None:
    key = join(session, publication).subscriber_id
    for reader in (key, key, 99):
        session.add(_double(reader, publication.key))
    session.flush()
    (line,) = count_joined(session)
    assert (line.won, line.doubles) == ("unsubscribed", 3)
    assert [address for address, _ in joined_readers(session, 10)] == [ADA, ADA]
    assert len(joined_readers(session, 1)) == 1


def _double(reader: int, publication_id: int) -> JoinedDouble:
    return JoinedDouble(
        subscriber_id=reader,
        gone_id=50,
        publication_id=publication_id,
        gone_status="active",
        kept_status="unsubscribed",
        won="unsubscribed",
        at=NOON,
    )
