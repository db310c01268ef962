"""Letters that subscribers ask for: their link, their data, a new address; and the former address.

intake/gate.py decides before how many of them a mailbox may get.
"""

from datetime import datetime, timedelta

from sqlmodel import Session

from newsletter.letters.publisher import Publisher
from newsletter.letters.writing import SubscriberLetter, write_to_subscriber
from newsletter.text import day_in_words
from subscribers.addresses import mask
from subscribers.forgetting import ASKED_FOR, CHANGED_FOR, SILENT_FOR
from subscribers.models import AddressChange, Subscriber
from subscribers.suppressing import is_suppressed

DATA_LINK_FOR = timedelta(days=1)
NOT_YOU = "Was it not you who asked? Then do nothing: nothing was changed."


def write_link(
    session: Session,
    publisher: Publisher,
    subscriber: Subscriber,
    now: datetime,
) -> None:
    """Write the link to the preferences page, to a subscriber who lost it."""
    letter = _link_letter(publisher, subscriber)
    _write_unless_suppressed(session, publisher, subscriber.address, letter, now=now)


def write_data_link(
    session: Session,
    publisher: Publisher,
    subscriber: Subscriber,
    now: datetime,
) -> None:
    """Write the link to a subscriber's own data.

    It goes to the mailbox only and works for a day: letters are forwarded, and with them the
    links that never expire.
    """
    letter = _data_letter(publisher, subscriber, now + DATA_LINK_FOR)
    _write_unless_suppressed(session, publisher, subscriber.address, letter, now=now)


def write_new_address(
    session: Session,
    publisher: Publisher,
    change: AddressChange,
    now: datetime,
) -> None:
    """Ask the owner of the new address; nothing is asked of the present one until they confirm."""
    letter = _new_address_letter(publisher, change, now + ASKED_FOR)
    _write_unless_suppressed(session, publisher, change.address, letter, now=now)


def write_present_address(
    session: Session,
    publisher: Publisher,
    change: AddressChange,
    now: datetime,
) -> None:
    """Ask the present mailbox whether the letters may go to another one.

    It is written to even if it is suppressed: its owner must learn of a change they did not ask.
    """
    # A day longer than the wait: a no that comes at its end still counts.
    letter = _present_address_letter(publisher, change, now + SILENT_FOR)
    write_to_subscriber(session, publisher.key, change.former, letter, now=now)


def write_former_address(
    session: Session,
    publisher: Publisher,
    change: AddressChange,
    now: datetime,
) -> None:
    """Tell the former address where letters go now, and how to take that back.

    It is written to even if it is suppressed: its owner must learn of a change they did not ask.
    """
    letter = _former_address_letter(publisher, change, now + CHANGED_FOR)
    write_to_subscriber(session, publisher.key, change.former, letter, now=now)


def _link_letter(publisher: Publisher, subscriber: Subscriber) -> SubscriberLetter:
    return SubscriberLetter(
        head=f"Your link at {publisher.publication.name}",
        text="Here you choose what you get and how often, change your address, "
        "have a copy of your data, or leave.",
        url=publisher.urls.preferences(publisher.preferences_token(subscriber.key)),
        url_label="Open my preferences",
        note=NOT_YOU,
    )


def _data_letter(
    publisher: Publisher,
    subscriber: Subscriber,
    until: datetime,
) -> SubscriberLetter:
    return SubscriberLetter(
        head=f"Your data at {publisher.publication.name}",
        text="This page gives you a copy of all that is kept of you, and erases it if you wish. "
        "The link works for a day.",
        url=publisher.data_url(subscriber.key, until),
        url_label="Open my data",
        note=NOT_YOU,
    )


def _new_address_letter(
    publisher: Publisher,
    change: AddressChange,
    until: datetime,
) -> SubscriberLetter:
    name = publisher.publication.name
    return SubscriberLetter(
        head=f"Confirm your new address at {name}",
        text=f"A reader of {name} asked to be written to at this address from now on. "
        "Is it yours? The link works for a week.",
        url=publisher.new_address_url(change.key, until),
        url_label="Yes, write to me here",
        note="Was it not you? Then do nothing, and nothing comes here.",
    )


def _present_address_letter(
    publisher: Publisher,
    change: AddressChange,
    until: datetime,
) -> SubscriberLetter:
    # The new address is masked: the link may have been used by somebody else.
    return SubscriberLetter(
        head=f"Shall your letters from {publisher.publication.name} go elsewhere?",
        text=f"Somebody who has one of your letters asked to have them sent to "
        f"{mask(change.address)}, and confirmed it there. Was it you? Then say yes, and they go "
        f"there from now on. Was it not you? Then say no. If you say neither, they go there from "
        f"{day_in_words(until, publisher.publication.zone)} on.",
        url=publisher.present_address_url(change.key, until + timedelta(days=1)),
        url_label="Say yes or no",
        note="A letter that you forwarded has your link in it. It can choose for you and leave, "
        "but nobody sees your data by it, and only you can say yes here.",
    )


def _former_address_letter(
    publisher: Publisher,
    change: AddressChange,
    until: datetime,
) -> SubscriberLetter:
    # The new address is masked: the former mailbox may have another reader now.
    return SubscriberLetter(
        head=f"Your letters from {publisher.publication.name} go elsewhere now",
        text=f"From now on they go to {mask(change.address)}, "
        "as asked by a link in one of your letters, and confirmed at that address.",
        url=publisher.former_address_url(change.key, until),
        url_label="That was not me",
        note="If it was you, there is nothing to do. The link works for 30 days.",
    )


def _write_unless_suppressed(
    session: Session,
    publisher: Publisher,
    address: str,
    letter: SubscriberLetter,
    *,
    now: datetime,
) -> None:
    if not is_suppressed(session, address):
        write_to_subscriber(session, publisher.key, address, letter, now=now)
