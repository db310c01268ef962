"""The editor's list of subscribers, and one person with what they agreed to."""

import pytest
from sqlmodel import Session

from newsletter.publications.models import Publication
from subscribers import finding
from subscribers.joining import signup
from subscribers.joining.signup import NoSubscription
from subscribers.reading import list_subscribers, read_person
from subscribers.suppressing import suppress
from tests.samples.times import NOON
from tests.subscribers.people import ADA, join


@pytest.fixture
def people(session: Session, publication: Publication) -> list[int]:
    """Ada, Bob of bücher.example named 50% Bob, Cyd who waits and is suppressed; oldest first."""
    ada = join(session, publication, ADA)
    bob = join(session, publication, "bob@bücher.example")
    asked = signup.sign_up(session, publication.key, "cyd@readers.example", now=NOON)
    suppress(session, "cyd@readers.example", "complaint", NOON)
    found = finding.by_id(session, publication.key, bob.subscriber_id)
    finding.set_name(session, found, "50% Bob", NOON)
    return [ada.key, bob.key, asked.subscription_id]


@pytest.mark.parametrize(
    ("status", "q", "names"),
    [
        ("", "", "cyd bob ada"),
        ("active", "", "bob ada"),
        ("unconfirmed", "", "cyd"),
        ("", "READERS", "cyd ada"),
        ("", "bücher", "bob"),
        ("", "xn--bcher", "bob"),
        ("", "50%", "bob"),
        ("", "5_", ""),
        ("active", "cyd", ""),
    ],
)
@pytest.mark.usefixtures("people")
def test_the_list_is_of_a_status_and_searched_in_names_and_addresses(
    status: str, q: str, names: str, session: Session, publication: Publication
) -> None:
    lines = list_subscribers(session, publication.key, status=status, q=q, limit=9)
    assert [line.address.partition("@")[0] for line in lines] == names.split()


def test_the_list_goes_on_below_the_last_line(
    session: Session, publication: Publication, people: list[int]
) -> None:
    first = list_subscribers(session, publication.key, limit=2)
    rest = list_subscribers(session, publication.key, before=first[-1].subscription_id, limit=2)
    assert [line.subscription_id for line in (*first, *rest)] == people[::-1]
    assert [line.suppression for line in (*first, *rest)] == ["complaint", "", ""]


def test_a_person_comes_with_the_evidence_newest_first(
    session: Session, publication: Publication, people: list[int]
) -> None:
    ada = read_person(session, people[0])
    assert ada.subscriber.address == ADA
    assert [record.act for record in ada.consent] == ["confirm", "ask"]
    assert (ada.suppression, ada.imported_by) == ("", None)
    assert read_person(session, people[2]).suppression == "complaint"
    with pytest.raises(NoSubscription):
        read_person(session, 404)
