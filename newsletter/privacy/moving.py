"""A reader's change of address in every room: letters that are under way find the new one."""

import hmac
from datetime import datetime

from sqlmodel import Session

from newsletter.delivery.forgetting import merge_messages
from newsletter.errors import Refused
from newsletter.letters.publisher import Publisher
from newsletter.letters.requested import write_former_address, write_present_address
from newsletter.privacy.agreeing import (
    confirm_new_address,
    require_confirmed,
    silent_changes,
)
from newsletter.publications.models import Publication
from newsletter.publications.reading import read_publication
from newsletter.tokens import Signer
from newsletter.urls import Urls
from subscribers.address_change import (
    ChangeOver,
    NoChange,
    carry_out_change,
    has_reader,
    is_reading,
    lock_owner,
    read_change,
    take_back,
)
from subscribers.addresses import normalise
from subscribers.joining.signup import ConsentEvidence, confirm, sign_up
from subscribers.preferences import subscriptions_of
from subscribers.suppressing import hash_of

TAKEN_BACK = "the change of address was taken back after an erasure"


class OtherAddress(Refused):
    """That is not the address which this letter was sent to. Type that one."""


def ask_present_mailbox(
    session: Session,
    change_id: int,
    urls: Urls,
    signer: Signer,
    *,
    now: datetime,
) -> bool:
    """Note that the new address is its owner's, and ask the present mailbox.

    True if it was asked now: twice is harmless. Raises NoChange or ChangeOver.
    """
    if not confirm_new_address(session, change_id, now):
        return False
    change = read_change(session, change_id)
    publication = first_publication(session, change.subscriber_id)
    write_present_address(session, Publisher(publication, urls, signer), change, now)
    return True


def move_person(
    session: Session,
    change_id: int,
    urls: Urls,
    signer: Signer,
    *,
    now: datetime,
) -> bool:
    """Make a change of address count, to which both mailboxes agreed, and tell the former one.

    True if it changed: twice is harmless. If somebody reads at the new address already, both
    become one, and so do their messages. Raises NoChange, ChangeOver or MovedLately.
    """
    change = require_confirmed(session, change_id)
    owner = lock_owner(session, change.address, change.subscriber_id)
    if not carry_out_change(session, change_id, now=now):
        return False
    if owner is not None:
        merge_messages(session, owner, change.subscriber_id, now)
    # Who became one with another reader agreed in both mailboxes, and cannot take it back.
    if change.ended_at is None:
        publication = first_publication(session, change.subscriber_id)
        write_former_address(session, Publisher(publication, urls, signer), change, now)
    return True


def move_silent(session: Session, urls: Urls, signer: Signer, now: datetime) -> int:
    """Carry out the changes to which the present mailbox said nothing in time; returns how many.

    Two readers become one only by a yes: that cannot be taken back. Who left meanwhile stays.
    """
    moved = 0
    for change in silent_changes(session, now):
        try:
            if has_reader(session, change) or not is_reading(session, change.subscriber_id):
                change.ended_at = now
            else:
                moved += move_person(session, change.key, urls, signer, now=now)
        except (NoChange, ChangeOver):
            change.ended_at = now
    return moved


def take_person_back(session: Session, change_id: int, now: datetime) -> bool:
    """Undo a change: the owner of the former address says no. True if it changed. Raises NoChange.

    Letters that were under way to a sign-up at the former address are the reader's own again.
    """
    change = read_change(session, change_id)
    owner = lock_owner(session, change.former, change.subscriber_id)
    if not take_back(session, change_id, now):
        return False
    if owner is not None:
        merge_messages(session, owner, change.subscriber_id, now)
    return True


def come_back(
    session: Session,
    change_id: int,
    address: str,
    *,
    network: str,
    now: datetime,
) -> str:
    """Let the owner of a former address read again, who was erased after it was changed.

    Nothing is known of them but a keyed hash, so they type the address, which is returned as it is
    stored. Raises NoChange, BadAddress or OtherAddress.
    """
    change = read_change(session, change_id)
    if change.ended_at is not None:
        raise NoChange
    known = normalise(address)
    if not hmac.compare_digest(hash_of(session, known), change.former_hash):
        raise OtherAddress
    evidence = ConsentEvidence(TAKEN_BACK, network=network)
    for publication_id in change.publications:
        asked = sign_up(session, publication_id, known, evidence=evidence, now=now)
        if asked.must_confirm:
            confirm(session, asked.subscription_id, network=network, now=now)
    change.ended_at = now
    return known


def first_publication(session: Session, subscriber_id: int) -> Publication:
    """Return the first publication that somebody reads, or else knows. Raises NoChange."""
    subscriptions = subscriptions_of(session, subscriber_id)
    if not subscriptions:
        raise NoChange
    active = [each for each in subscriptions if each.status == "active"]
    first = (active or subscriptions)[0]
    return read_publication(session, first.publication_id)
