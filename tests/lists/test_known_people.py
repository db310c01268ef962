"""What is known of people before they come in, here and in other publications."""

import pytest
from sqlmodel import Session

from newsletter.lists.known_people import (
    NO_SUBSCRIPTION,
    lock_subscribers,
    read_statuses,
    read_subscriptions,
)
from newsletter.publications.models import Publication
from newsletter.statements import Overtaken
from subscribers.joining import signup
from tests.samples.times import NOON

ADA, BOB, CYD = (f"{name}@readers.example" for name in ("ada", "bob", "cyd"))
OTHER = 77  # another publication's number


@pytest.fixture(autouse=True)
def known(session: Session, publication: Publication) -> None:
    signup.sign_up(session, OTHER, BOB, now=NOON)
    signup.sign_up(session, publication.key, ADA, now=NOON)
    session.flush()


def test_each_known_address_has_a_status_and_an_empty_one_if_it_is_known_elsewhere(
    session: Session, publication: Publication
) -> None:
    statuses = read_statuses(session, publication.key, [ADA, BOB, CYD])
    assert statuses == {ADA: "unconfirmed", BOB: NO_SUBSCRIPTION}


def test_subscriptions_are_those_of_this_publication(
    session: Session, publication: Publication
) -> None:
    found = read_subscriptions(session, publication.key, [ADA, BOB, CYD])
    assert [(address, wish.publication_id) for address, wish in found] == [(ADA, publication.key)]


def test_people_are_locked_under_their_ids_unless_one_of_them_is_gone(session: Session) -> None:
    assert lock_subscribers(session, {}) == {}
    locked = lock_subscribers(session, {ADA: "Ada's line", BOB: "Bob's line"})
    assert list(locked) == sorted(locked)
    assert set(locked.values()) == {"Ada's line", "Bob's line"}
    with pytest.raises(Overtaken):
        lock_subscribers(session, {ADA: "", CYD: ""})
