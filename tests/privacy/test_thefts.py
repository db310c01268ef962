"""Whatever somebody does who has a reader's letters and mailboxes of their own: nothing is shown,
and the reader comes back."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from newsletter.database import Database
from newsletter.errors import NewsletterError
from newsletter.privacy import agreeing
from newsletter.privacy.agreeing import NewMailbox
from newsletter.privacy.moving import (
    ask_present_mailbox,
    move_person,
    move_silent,
    take_person_back,
)
from newsletter.publications.models import Publication
from newsletter.tokens import Signer
from newsletter.urls import Urls
from subscribers.address_change import ask_change
from subscribers.joining import signup
from subscribers.models import AddressChange, Subscriber
from tests.samples.times import NOON
from tests.subscribers.people import join

SIGNER = Signer("a secret of the tests")
URLS = Urls("https://n.example")
VICTIM = "victim@readers.example"
THIEFS = [f"thief{number}@thief.example" for number in range(3)]
ACTS = st.tuples(
    st.sampled_from(["ask", "confirm", "yes", "back", "sign up", "join", "wait"]),
    st.integers(0, 2),
    st.sampled_from([0, 1, 15, 29]),
)


class Theft:
    """One attempt: what is known of it by its rows, as the attacker's mailboxes would show it."""

    def __init__(self, session: Session, publication: Publication) -> None:
        self.session = session
        self.publication = publication
        self.now: datetime = NOON

    def act(self, act: str, mailbox: int, number: int) -> None:
        """Do one thing that only needs letters of the victim's, or a mailbox of the thief's."""
        if act == "wait":
            self.now += timedelta(days=number)
            move_silent(self.session, URLS, SIGNER, self.now)
        elif act == "ask":
            for reader in self.session.exec(select(Subscriber)).all()[: 1 + number % 2]:
                ask_change(self.session, reader.key, THIEFS[mailbox], self.now)
        elif act in ("sign up", "join"):
            # Anybody types any address; a mailbox of one's own also confirms.
            address = THIEFS[mailbox] if act == "join" else VICTIM
            asked = signup.sign_up(self.session, self.publication.key, address, now=self.now)
            if act == "join" and asked.must_confirm:
                signup.confirm(self.session, asked.subscription_id, now=self.now)
        else:
            for change in self.session.exec(select(AddressChange)).all():
                self._press(act, change)

    def _press(self, act: str, change: AddressChange) -> None:
        """Press the button of a letter, where it went to a mailbox of the thief's."""
        if act == "confirm" and change.address in THIEFS:
            ask_present_mailbox(self.session, change.key, URLS, SIGNER, now=self.now)
        elif act == "yes" and change.former in THIEFS:
            move_person(self.session, change.key, URLS, SIGNER, now=self.now)
        elif act == "back" and change.former in THIEFS:
            take_person_back(self.session, change.key, self.now)

    def ways_back(self) -> list[AddressChange]:
        """Return the changes that the victim may take back now."""
        query = select(AddressChange).filter_by(former=VICTIM)
        return [
            change
            for change in self.session.exec(query).all()
            if change.changed_at and self.now - change.changed_at < timedelta(days=30)
        ]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(ACTS, max_size=14))
def test_a_silent_victim_keeps_data_and_way_back_for_a_month(
    sqlite_url: str, acts: list[tuple[str, int, int]]
) -> None:
    database = Database(sqlite_url)
    try:
        with database.writing() as session:
            _play(session, acts)
            session.rollback()
    finally:
        database.close()


def _play(session: Session, acts: list[tuple[str, int, int]]) -> None:
    publication = Publication(
        slug="inference",
        name="The Inference",
        sender_name="The Inference",
        sender_address="editor@inference.example",
    )
    session.add(publication)
    session.flush()
    victim = join(session, publication, VICTIM).subscriber_id
    theft = Theft(session, publication)
    for act in [("ask", 0, 0), ("confirm", 0, 0), *acts]:
        try:
            with session.begin_nested():
                theft.act(*act)
        except NewsletterError:
            session.expire_all()
        _nothing_shown(theft, victim)
    for change in theft.ways_back():
        assert take_person_back(session, change.key, theft.now)
        assert session.get_one(Subscriber, victim).address == VICTIM


def _nothing_shown(theft: Theft, victim: int) -> None:
    """While the victim has a way back, it stays open, and no mailbox of the thief's gets data."""
    for change in theft.ways_back():
        assert change.ended_at is None, "nobody else ends it"
        reader = theft.session.get_one(Subscriber, change.subscriber_id)
        assert reader.key == victim
        assert reader.address in THIEFS
        with pytest.raises(NewMailbox):
            agreeing.require_known_mailbox(theft.session, reader, theft.now)
