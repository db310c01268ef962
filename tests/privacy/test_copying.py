"""A copy of a person's data holds every room's rows of them, and nobody else's."""

import json

from sqlmodel import Session

from newsletter.intake import quarantine
from newsletter.intake.quarantine import Arrival
from newsletter.letters.publisher import Publisher
from newsletter.letters.writing import write_goodbye
from newsletter.privacy.copying import as_json, copy_personal_data
from newsletter.publications.models import Publication
from newsletter.tokens import Signer
from newsletter.urls import Urls
from subscribers.address_change import ask_change
from subscribers.leaving import unsubscribing
from tests.samples.times import NOON
from tests.subscribers.people import ADA, join

NOON_TEXT = NOON.isoformat().replace("+00:00", "Z")


def test_the_copy_has_what_each_room_holds(session: Session, publication: Publication) -> None:
    publisher = Publisher(publication, Urls("https://n.example"), Signer("a secret of the tests"))
    subscription = join(session, publication, topics=["AI"])
    join(session, publication, "bob@readers.example")
    ask_change(session, subscription.subscriber_id, "new@readers.example", NOON)
    unsubscribing.end_subscription(session, subscription.key, by="link", now=NOON)
    write_goodbye(session, publication.key, ADA, "https://n.example/back", now=NOON)
    arrival = Arrival("sign-up", ADA, {"words": "Subscribe"}, "203.0.113.9")
    quarantine.keep(session, publisher, arrival, ["a storm"], now=NOON)
    copied = copy_personal_data(session, subscription.subscriber_id)
    text = json.dumps(copied)
    assert "bob@" not in text
    assert copied["you"] == {
        "id": subscription.subscriber_id,
        "address": ADA,
        "mailbox": ADA,
        "created_at": NOON_TEXT,
    }
    (held,) = copied["subscriptions"]  # type: ignore[misc]  # a list of one
    assert held["publication"] == publication.name
    assert held["topics"] == ["AI"]
    assert [record["act"] for record in held["what you agreed to"]] == ["ask", "confirm", "leave"]
    assert [leave["by"] for leave in held["leaves"]] == ["link"]
    assert copied["other letters to you"] == [
        {"kind": "goodbye", "status": "planned", "at": NOON_TEXT}
    ]
    assert '"new@readers.example"' in text
    assert '"a storm"' in text
    for empty in ("issues sent to you", "opens and clicks", "votes", "tools that you sent in"):
        assert copied[empty] == []


def test_of_a_person_who_is_not_here_there_is_nothing(session: Session) -> None:
    assert copy_personal_data(session, 404) == {}


def test_only_times_become_text() -> None:
    assert as_json(NOON) == NOON_TEXT
    assert as_json(3) == 3
