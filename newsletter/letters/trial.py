"""A trial letter: to somebody who tries the relay of a publication, signed as any other letter."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

from newsletter.letters.trying import RelayTrial, try_relay
from newsletter.mail.dkim import SigningKey, keys_of
from newsletter.mail.headers import Mailbox
from newsletter.mail.letter import FormContent, FormLetter, Letter, MergeText
from newsletter.mail.relay import RelayAddress
from newsletter.mail.routes import OTHER_DOMAINS, Relays, relays_for
from newsletter.publications.models import Publication
from subscribers.addresses import normalise

HEADERS: Mapping[str, str] = {"Auto-Submitted": "auto-generated"}  # RFC 3834: no vacation reply


def send_trial(
    publication: Publication,
    relays: Relays,
    keys: Sequence[SigningKey],
    address: str,
    now: datetime,
) -> RelayTrial:
    """Send one letter to an address now, past the queue. Raises BadAddress."""
    to = normalise(address)
    letter = trial_letter(publication, keys, to, now)
    return asyncio.run(try_relay(relay_for(publication, relays, to), letter))


def relay_for(publication: Publication, relays: Relays, address: str) -> RelayAddress:
    """Return the relay that a publication's letters to an address go to."""
    routes = relays_for(publication.slug, relays.routes, relays.usual)
    return routes.get(address.rpartition("@")[2].lower(), routes[OTHER_DOMAINS])


def trial_letter(
    publication: Publication,
    keys: Sequence[SigningKey],
    address: str,
    now: datetime,
) -> Letter:
    """Return the letter, from the publication's sender and with its signatures."""
    letterhead = publication.letterhead
    words = (
        f"This letter tries the relay of {publication.name}. It came as issues come: from this "
        "sender, by this relay, with these signatures. Look at where it lies: a folder for spam "
        "means that readers may find issues there, too."
    )
    content = FormContent(
        sender=Mailbox(letterhead.sender_address, letterhead.sender_name),
        subject=f"A letter that tries the relay of {publication.name}",
        html=MergeText((f"<!DOCTYPE html><html><body><p>{escape(words)}</p></body></html>",)),
        text=MergeText((f"{words}\n",)),
        at=now,
        reply_to=letterhead.reply_to,
        headers=HEADERS,
    )
    form = FormLetter(content, keys_of(keys, letterhead.sender_address))
    message_id = f"{letterhead.slug}.trial.{now.timestamp():.0f}@{letterhead.domain}"
    return form.letter(Mailbox(address), message_id, {})
