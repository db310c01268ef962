"""Letters that readers ask for: their link, their data, a new address; and the word to a former one.

Who may ask for how many is judged before: intake/gate.py.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from newsletter.letters.writing import SubscriberLetter, write_to_subscriber
from newsletter.publications.models import Publication
from newsletter.tokens import Signer, pair
from newsletter.urls import Urls
from subscribers.addresses import mask
from subscribers.forgetting import ASKED_FOR, CHANGED_FOR
from subscribers.models import AddressChange, Subscriber
from subscribers.suppressing import is_suppressed

MINE_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Desk:
    """From where readers are written to."""

    publication: Publication
    urls: Urls
    signer: Signer
    now: datetime

    @property
    def key(self) -> int:
        return self.publication.key


def write_link(session: Session, desk: Desk, subscriber: Subscriber) -> None:
    """The link to the preferences page, to who lost it."""
    token = desk.signer.sign("preferences", pair(desk.key, subscriber.key))
    says = SubscriberLetter(
        f"Your link at {desk.publication.name}",
        "Here you choose what you get and how often, change your address, have a copy of your data, or leave.",
        desk.urls.preferences(token),
        "Open my preferences",
        "Was it not you who asked? Then do nothing: nothing was changed.",
    )
    _write(session, desk, subscriber.address, says)


def write_data_link(session: Session, desk: Desk, subscriber: Subscriber) -> None:
    """The link to a reader's own data, which only their mailbox gets: letters are forwarded, and with them the other links."""
    token = desk.signer.sign("mine", subscriber.key, desk.now + MINE_FOR)
    says = SubscriberLetter(
        f"Your data at {desk.publication.name}",
        "This page gives you a copy of all that is kept of you, and erases it if you wish. The link works for a day.",
        desk.urls.mine(token),
        "Open my data",
        "Was it not you who asked? Then do nothing: nothing was changed.",
    )
    _write(session, desk, subscriber.address, says)


def write_new_address(session: Session, desk: Desk, change: AddressChange) -> None:
    """To the new address: is it yours? Until its button is pressed all stays as it is."""
    token = desk.signer.sign("address", change.key, desk.now + ASKED_FOR)
    says = SubscriberLetter(
        f"Confirm your new address at {desk.publication.name}",
        f"A reader of {desk.publication.name} asked to be written to at this address from now on. Is it yours? The link works for a week.",
        desk.urls.new_address(token),
        "Yes, write to me here",
        "Was it not you? Then do nothing, and nothing comes here.",
    )
    _write(session, desk, change.address, says)


def write_former_address(session: Session, desk: Desk, change: AddressChange) -> None:
    """To the former address: where letters go now, and how to take that back."""
    token = desk.signer.sign("former", change.key, desk.now + CHANGED_FOR)
    says = SubscriberLetter(
        f"Your letters from {desk.publication.name} go elsewhere now",
        f"From now on they go to {mask(change.address)}, as asked on your preferences page and confirmed there.",
        desk.urls.former_address(token),
        "That was not me",
        "If it was you, there is nothing to do. The link works for 30 days.",
    )
    write_to_subscriber(session, desk.key, change.former, says, desk.now)


def _write(session: Session, desk: Desk, address: str, says: SubscriberLetter) -> None:
    if not is_suppressed(session, address):
        write_to_subscriber(session, desk.key, address, says, desk.now)
