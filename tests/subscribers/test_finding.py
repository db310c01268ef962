"""One subscriber is found by address or id, named, given attributes, and described to programs."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from newsletter.publications.models import Publication
from subscribers import changes, finding
from subscribers.finding import BadAttributes, NoSubscriber, PublicationSubscriber
from subscribers.leaving import unsubscribing
from subscribers.models import Change
from subscribers.suppressing import suppress
from tests.samples.times import NOON
from tests.subscribers.people import ADA, join


def find(session: Session, publication: Publication) -> PublicationSubscriber:
    return finding.by_address(session, publication.key, ADA)


def test_a_subscriber_is_found_by_any_spelling_and_by_id_in_their_publication_only(
    session: Session, publication: Publication
) -> None:
    subscription = join(session, publication)
    key = publication.key
    assert (
        finding.by_address(session, key, " ada@READERS.example ").id
        == find(session, publication).id
    )
    found = finding.by_id(session, key, subscription.subscriber_id)
    assert found.subscription is subscription
    with pytest.raises(NoSubscriber):
        finding.by_id(session, key + 1, subscription.subscriber_id)
    with pytest.raises(NoSubscriber):
        finding.by_address(session, key, "bob@readers.example")


def test_a_name_is_kept_on_one_line_and_is_a_change_once(
    session: Session, publication: Publication
) -> None:
    join(session, publication)
    changes.set_listening(session, publication.key, wanted=True)
    found = find(session, publication)
    assert finding.set_name(session, found, " Ada\n Lovelace ", NOON)
    assert not finding.set_name(session, found, "Ada Lovelace", NOON)
    assert session.exec(select(Change.kind).order_by(col(Change.id))).all() == ["changed"]


def test_attributes_are_set_one_by_one_and_none_takes_away(
    session: Session, publication: Publication
) -> None:
    join(session, publication)
    found = find(session, publication)
    assert finding.set_attributes(session, found, {"plan": "pro", "city": "Köln"}, NOON)
    assert finding.set_attributes(session, found, {"city": None, "role": "cto"}, NOON)
    assert found.subscription.attributes == {"plan": "pro", "role": "cto"}
    assert not finding.set_attributes(session, found, {"plan": "pro", "city": None}, NOON)


@pytest.mark.parametrize(
    "attributes",
    [
        {"": "x"},
        {"a" * 61: "x"},
        {"a": "x" * 501},
        {f"a{number}": "x" for number in range(51)},
    ],
)
def test_attributes_that_are_too_many_or_too_long_are_refused_whole(
    attributes: dict[str, str | None], session: Session, publication: Publication
) -> None:
    join(session, publication)
    found = find(session, publication)
    with pytest.raises(BadAttributes):
        finding.set_attributes(session, found, {"plan": "pro", **attributes}, NOON)
    assert found.subscription.attributes == {}


def test_a_subscriber_is_described_in_plain_values(
    session: Session, publication: Publication
) -> None:
    subscription = join(session, publication, topics=["AI"], source="fair")
    unsubscribing.end_subscription(
        session, subscription.key, by="link", now=NOON + timedelta(hours=1)
    )
    suppress(session, ADA, "bounce", NOON)
    described = finding.describe_subscriber(session, publication.key, subscription.subscriber_id)
    joined = NOON.isoformat().replace("+00:00", "Z")
    assert described == {
        "id": subscription.subscriber_id,
        "address": ADA,
        "name": "",
        "status": "unsubscribed",
        "is_suppressed": True,
        "frequency": "every",
        "topics": ["AI"],
        "source": "fair",
        "attributes": {},
        "joined_at": joined,
        "confirmed_at": joined,
        "left_at": (NOON + timedelta(hours=1)).isoformat().replace("+00:00", "Z"),
    }
    assert finding.describe_subscriber(session, publication.key, 404) is None
