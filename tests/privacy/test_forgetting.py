"""What time alone lets us forget, and what outlives it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from newsletter.database import Database
from newsletter.delivery.ledger import read_ledger
from newsletter.delivery.models import Message
from newsletter.delivery.planning import freeze
from newsletter.delivery.reading import read_delivery_to_change
from newsletter.letters.models import SmallLetter
from newsletter.letters.writing import write_goodbye
from newsletter.privacy.forgetting import forget_leavers, forget_person, forget_traces
from newsletter.publications.models import Publication
from newsletter.runtime import open_runtime
from newsletter.settings import Settings
from subscribers.address_change import ask_change
from subscribers.joining import signup
from subscribers.leaving import unsubscribing
from subscribers.models import AddressChange, Leave, Subscriber
from subscribers.suppressing import forget_address, hash_of, is_kept_out, is_suppressed, suppress
from tests.delivery.rig import planned_in, subscribe
from tests.races import while_open
from tests.samples.times import NOON

LATER = NOON + timedelta(days=366)


def addresses(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.exec(select(Subscriber.address).order_by(col(Subscriber.id))))


def test_who_left_is_forgotten_after_its_days_unless_they_read_elsewhere_or_came_back(
    database: Database, publication: Publication
) -> None:
    key = publication.key
    with database.writing() as session:
        for name in ("ada", "bob", "cyd", "dan"):
            subscribe(session, key, f"{name}@readers.example")
        subscribe(session, key + 1, "bob@readers.example")
        for subscription_id in (1, 2, 3):
            unsubscribing.end_subscription(
                session, subscription_id, by="link", issue_id=7, now=NOON
            )
        unsubscribing.undo_leave(session, 3, NOON)
    assert forget_leavers(database, key, 0, LATER) == 0, "0 days: never"
    assert forget_leavers(database, key, 366, LATER) == 0
    assert forget_leavers(database, key, 365, LATER) == 1
    assert forget_leavers(database, key, 365, LATER) == 0, "twice is harmless"
    assert addresses(database) == [
        "bob@readers.example",
        "cyd@readers.example",
        "dan@readers.example",
    ]
    assert database.read(is_kept_out, "ada@readers.example")
    with database.reading() as session:
        counted = session.exec(
            select(Leave)
            .where(col(Leave.issue_id) == 7, col(Leave.status) == "obeyed")
            .order_by(col(Leave.id))
        ).all()
    assert [(leave.by, leave.subscription_id) for leave in counted] == [
        ("link", None),
        ("link", 2),
    ], "the count outlives the person"


def test_old_letters_changes_of_address_and_networks_are_forgotten_in_their_time(
    database: Database, publication: Publication
) -> None:
    key = publication.key
    with database.writing() as session:
        subscribe(session, key, "ada@readers.example")
        unsubscribing.end_subscription(session, 1, by="link", network="203.0.113.7", now=NOON)
        ask_change(session, 1, "new@readers.example", NOON)
        write_goodbye(session, key, "ada@readers.example", "https://n.example/back", now=NOON)
        session.exec(select(SmallLetter)).one().status = "accepted"
        write_goodbye(session, key, "waits@readers.example", "https://n.example/back", now=NOON)
    assert database.write(forget_traces, NOON + timedelta(days=7)) == 0
    assert database.write(forget_traces, NOON + timedelta(days=8)) == 1
    assert database.write(forget_traces, NOON + timedelta(days=31)) == 1
    assert database.write(forget_traces, NOON + timedelta(days=91)) == 1
    with database.reading() as session:
        assert session.exec(select(AddressChange)).all() == []
        assert session.exec(select(Leave.network)).all() == [""]
        assert session.exec(select(SmallLetter.address)).all() == ["waits@readers.example"], (
            "what has not gone out stays"
        )


def test_a_hash_is_the_same_after_any_change_of_secrets_and_says_nothing_without_them(
    database_url: str,
) -> None:
    settings = Settings(database_url=database_url, secret="the first secret of all")
    with open_runtime(settings) as before:
        before.database.write(forget_address, "ada@readers.example", NOON)
    rotated = replace(
        settings,
        secret="the third secret of all",
        old_secrets="the second secret of all,the first secret of all",
    )
    with open_runtime(rotated) as after:
        assert after.database.read(is_kept_out, "Ada@readers.example")
        assert not after.database.read(is_kept_out, "bob@readers.example")
    with open_runtime(replace(settings, secret="the secret of somebody else")) as stranger:
        assert not stranger.database.read(is_kept_out, "ada@readers.example")


def test_the_reason_outlives_the_address(database: Database, publication: Publication) -> None:
    with database.writing() as session:
        suppress(session, "ada@readers.example", "complaint", NOON)
        forget_address(session, "ada@readers.example", NOON)
        forget_address(session, "ada@readers.example", NOON)
        forget_address(session, "bob@readers.example", NOON)
        assert is_suppressed(session, "ada@readers.example"), (
            "who complained gets no confirm letter either"
        )
        assert not is_suppressed(session, "bob@readers.example"), "a forgotten person may ask again"
        assert signup.sign_up(
            session, publication.key, "bob@readers.example", now=NOON
        ).must_confirm
        assert (
            len({hash_of(session, each) for each in ("ada@readers.example", "ADA@readers.example")})
            == 1
        )


@pytest.mark.parametrize("is_slice_first", [True, False])
def test_who_is_erased_while_the_audience_is_frozen_leaves_no_address_in_a_message(
    database: Database, publication: Publication, *, is_slice_first: bool
) -> None:
    readers = ("ada@readers.example", "bob@readers.example")
    with database.writing() as session:
        delivery = planned_in(session, publication.key, *readers)

    def erase(session: Session) -> None:
        forget_person(session, 1, NOON)

    def plan_it() -> object:
        return freeze(database, delivery.key)

    if is_slice_first:  # it has seen everybody, and waits in the middle
        while_open(
            database,
            lambda session: read_delivery_to_change(session, delivery.key),
            plan_it,
            lambda: database.write(erase),
        ).result()
    else:
        while_open(database, erase, plan_it).result()
    with database.reading() as session:
        kept = session.exec(select(Message)).all()
    assert {message.address for message in kept} <= {"", "bob@readers.example"}
    assert {message.name for message in kept} == {""}
    ledger = database.read(read_ledger, delivery.key)
    assert ledger.messages["planned"] == 1, "who stays gets the letter"
