"""Letters that a subscriber asks for: none to a suppressed address, and links that do one thing."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from newsletter.errors import NewsletterError
from newsletter.letters import requested
from newsletter.letters.models import SmallLetter
from newsletter.letters.publisher import Publisher
from newsletter.publications.models import Publication
from newsletter.tokens import Signer
from newsletter.urls import Urls
from subscribers.address_change import ask_change
from subscribers.models import AddressChange, Subscriber
from subscribers.suppressing import suppress
from tests.samples.times import NOON
from tests.subscribers.people import ADA, join

SIGNER = Signer("a secret of the tests")
NEW = "new@readers.example"


@pytest.fixture
def publisher(publication: Publication) -> Publisher:
    return Publisher(publication, Urls("https://n.example"), SIGNER)


@pytest.fixture
def ada(session: Session, publication: Publication) -> Subscriber:
    return session.get_one(Subscriber, join(session, publication).subscriber_id)


@pytest.fixture
def change(session: Session, ada: Subscriber) -> AddressChange:
    return ask_change(session, ada.key, NEW, NOON)


def written(session: Session) -> SmallLetter:
    return session.exec(select(SmallLetter)).one()


def test_the_link_to_the_preferences_never_expires(
    session: Session, publisher: Publisher, ada: Subscriber
) -> None:
    requested.write_link(session, publisher, ada, NOON)
    token = written(session).fields["url"].rpartition("/")[2]
    assert SIGNER.read("preferences", token, NOON + timedelta(days=3650))


def test_the_link_to_the_data_works_for_a_day_and_for_nothing_else(
    session: Session, publisher: Publisher, ada: Subscriber
) -> None:
    requested.write_data_link(session, publisher, ada, NOON)
    token = written(session).fields["url"].rpartition("/")[2]
    assert SIGNER.read("mine", token, NOON + timedelta(days=1)) == ada.key
    for purpose, later in (("mine", timedelta(days=1, seconds=1)), ("preferences", timedelta(0))):
        with pytest.raises(NewsletterError):
            SIGNER.read(purpose, token, NOON + later)


def test_a_suppressed_address_gets_nothing_that_is_asked_for(
    session: Session, publisher: Publisher, ada: Subscriber, change: AddressChange
) -> None:
    suppress(session, ADA, "complaint", NOON)
    suppress(session, NEW, "bounce", NOON)
    requested.write_link(session, publisher, ada, NOON)
    requested.write_data_link(session, publisher, ada, NOON)
    requested.write_new_address(session, publisher, change, NOON)
    assert session.exec(select(SmallLetter)).all() == []


def test_the_new_address_is_asked_and_the_former_one_learns_where_letters_go(
    session: Session, publisher: Publisher, change: AddressChange
) -> None:
    requested.write_new_address(session, publisher, change, NOON)
    requested.write_former_address(session, publisher, change, NOON)
    letters = session.exec(select(SmallLetter)).all()
    assert [letter.address for letter in letters] == [NEW, ADA]
    assert "n•••@readers.example" in letters[1].fields["text"]
    assert NEW not in letters[1].fields["text"], "the former mailbox may have another reader"


def test_the_present_mailbox_is_asked_and_learns_until_when_it_may_answer(
    session: Session, publisher: Publisher, change: AddressChange
) -> None:
    requested.write_present_address(session, publisher, change, NOON)
    letter = written(session)
    assert letter.address == ADA
    assert "n•••@readers.example" in letter.fields["text"]
    assert NEW not in letter.fields["text"], "the present mailbox need not be the asker's"
    assert "26 May 2026" in letter.fields["text"]
    token = letter.fields["url"].rpartition("/")[2]
    for purpose in ("address", "former"):
        with pytest.raises(NewsletterError):
            SIGNER.read(purpose, token, NOON)
    assert SIGNER.read("present", token, NOON + timedelta(days=14, hours=12)) == change.key
