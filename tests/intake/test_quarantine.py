"""Quarantine: what waits is kept whole, decided once, and forgotten after a month."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from newsletter.intake import quarantine
from newsletter.intake.models import Quarantined
from newsletter.intake.quarantine import (
    KEPT_FOR,
    MOST_OF_NETWORK,
    MOST_WAITING,
    Arrival,
    NotInQuarantine,
)
from newsletter.letters.models import SmallLetter
from newsletter.letters.publisher import Publisher
from newsletter.moves import WrongMove
from newsletter.publications.models import Publication
from newsletter.tokens import Signer
from newsletter.urls import Urls
from tests.logins import add_cheap_editor
from tests.samples.times import NOON

ADA = "ada@readers.example"


@pytest.fixture
def publisher(publication: Publication) -> Publisher:
    return Publisher(publication, Urls("https://n.example"), Signer("a secret of the tests"))


def keep(session: Session, publisher: Publisher, address: str = ADA) -> int:
    arrival = Arrival("sign-up", address, {"words": "Subscribe"}, "203.0.113.9")
    quarantine.keep(session, publisher, arrival, ["a storm", "a trap"], now=NOON)
    return max(entry.key for entry in session.exec(select(Quarantined)).all())


def fill(session: Session, publication_id: int, count: int) -> None:
    """Let so many wait of nobody's network."""
    waiting = {
        "publication_id": publication_id,
        "kind": "sign-up",
        "address": ADA,
        "fields": {"name": "", "words": "", "source": ""},
        "reasons": [],
        "status": "waiting",
        "came_at": NOON,
    }
    session.add_all(Quarantined(**waiting) for _ in range(count))
    session.flush()


def test_an_arrival_is_kept_whole_with_its_network_shortened(
    session: Session, publisher: Publisher
) -> None:
    keep(session, publisher)
    (entry,) = quarantine.read_all(session, publisher.key, "waiting")
    assert (entry.kind, entry.address, entry.fields) == ("sign-up", ADA, {"words": "Subscribe"})
    assert (entry.reasons, entry.network) == (["a storm", "a trap"], "203.0.113.0/24")


def test_editors_get_one_notice_of_a_queue_that_begins(
    session: Session, publisher: Publisher
) -> None:
    for name in ("mara", "bob"):
        address = f"{name}@inference.example"
        add_cheap_editor(session, address, name, NOON)
    keep(session, publisher)
    keep(session, publisher, "bob@readers.example")
    letters = session.exec(select(SmallLetter)).all()
    assert [letter.address for letter in letters] == [
        "mara@inference.example",
        "bob@inference.example",
    ]
    assert "a storm; a trap" in letters[0].fields["text"]


def test_a_flood_is_not_kept(session: Session, publisher: Publisher) -> None:
    keep(session, publisher)
    fill(session, publisher.key, MOST_WAITING - 2)
    for number in range(2):
        keep(session, publisher, f"r{number}@readers.example")
    assert quarantine.count_by_status(session, publisher.key) == {"waiting": MOST_WAITING}


def test_editors_hear_that_no_more_can_wait(session: Session, publisher: Publisher) -> None:
    add_cheap_editor(session, "mara@inference.example", "Mara", NOON)
    fill(session, publisher.key, MOST_WAITING - 1)
    keep(session, publisher)
    keep(session, publisher, "bob@readers.example")
    [letter] = session.exec(select(SmallLetter)).all()
    assert letter.fields["head"] == "Quarantine is full"
    assert "1,000 sign-ups and tools wait" in letter.fields["text"]


def test_one_network_cannot_fill_it(session: Session, publisher: Publisher) -> None:
    for number in range(MOST_OF_NETWORK + 5):
        keep(session, publisher, f"r{number}@readers.example")
    assert quarantine.count_by_status(session, publisher.key) == {"waiting": MOST_OF_NETWORK}
    other = Arrival("sign-up", ADA, {}, "198.51.100.1")
    quarantine.keep(session, publisher, other, ["a trap"], now=NOON)
    assert quarantine.count_by_status(session, publisher.key) == {"waiting": MOST_OF_NETWORK + 1}


def test_the_networks_of_one_owner_share_their_places(
    session: Session, publisher: Publisher
) -> None:
    """Who rents a server has 65,536 networks of IPv6 for the asking."""
    for number in range(MOST_OF_NETWORK + 5):
        arrival = Arrival("sign-up", f"r{number}@readers.example", {}, f"2001:db8:{number:x}::1")
        quarantine.keep(session, publisher, arrival, ["a trap"], now=NOON)
    assert quarantine.count_by_status(session, publisher.key) == {"waiting": MOST_OF_NETWORK}
    other = Arrival("sign-up", ADA, {}, "2001:db9::1")
    quarantine.keep(session, publisher, other, ["a trap"], now=NOON)
    assert quarantine.count_by_status(session, publisher.key) == {"waiting": MOST_OF_NETWORK + 1}


def test_a_decision_is_made_once_and_a_slip_can_be_mended(
    session: Session, publisher: Publisher
) -> None:
    key = keep(session, publisher)
    entry = quarantine.decide(session, key, "dropped", by="mara", now=NOON)
    assert (entry.status, entry.decided_by, entry.decided_at) == ("dropped", "mara", NOON)
    quarantine.decide(session, key, "let in", by="mara", now=NOON)
    with pytest.raises(WrongMove):
        quarantine.decide(session, key, "dropped", by="mara", now=NOON)
    with pytest.raises(NotInQuarantine):
        quarantine.decide(session, key + 1, "dropped", by="mara", now=NOON)


def test_a_month_later_it_is_forgotten_and_at_once_by_a_persons_wish(
    session: Session, publisher: Publisher
) -> None:
    keep(session, publisher)
    keep(session, publisher, "bob@readers.example")
    assert [entry.address for entry in quarantine.held_of(session, ADA)] == [ADA]
    quarantine.forget_address(session, [ADA])
    assert quarantine.held_of(session, ADA) == []
    assert quarantine.forget_old(session, publisher.key, NOON + KEPT_FOR) == 0
    later = NOON + KEPT_FOR + timedelta(seconds=1)
    assert quarantine.forget_old(session, publisher.key + 1, later) == 0
    assert quarantine.forget_old(session, publisher.key, later) == 1
