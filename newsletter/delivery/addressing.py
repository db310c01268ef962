"""Pure. One message of an edition as a letter: the reader's values joined in, and the list headers (RFC 8058, 2369, 2919)."""

from dataclasses import dataclass
from datetime import datetime

from newsletter.delivery.models import Message
from newsletter.editions.models import Edition
from newsletter.editions.personalising import Segments, split
from newsletter.mail.letter import Letter, Mailbox, Writing, compose
from newsletter.publications.models import Publication
from newsletter.tokens import Signer
from newsletter.urls import Urls


@dataclass(frozen=True, slots=True)
class Prepared:
    """An edition split once, with what all its letters share."""

    publication: Publication
    subject: str
    html: Segments
    text: Segments
    issue_id: int
    issue_number: int


def prepare(publication: Publication, edition: Edition, issue_number: int) -> Prepared:
    """Split an edition for joining."""
    return Prepared(publication, edition.subject, split(edition.html), split(edition.text), edition.issue_id, issue_number)


def address(prepared: Prepared, message: Message, *, signer: Signer, urls: Urls, now: datetime) -> Letter:
    """Return the letter of one message. Its Message-ID is the same at each attempt."""
    publication = prepared.publication
    leave_url = urls.leave(signer.sign("leave", message.id or 0))
    confirmed = message.confirmed_at or now
    values = {
        "email": message.address,
        "confirmed_on": f"{confirmed.day} {confirmed:%B %Y}",
        "view_url": urls.issue(prepared.issue_number),
        "unsubscribe_url": leave_url,
        "preferences_url": leave_url,
    }
    domain = publication.sender_address.rsplit("@", 1)[-1]
    return compose(
        Writing(
            sender=Mailbox(publication.sender_address, publication.sender_name),
            to=Mailbox(message.address, message.name),
            subject=prepared.subject,
            html=prepared.html.join(values, escape=True),
            text=prepared.text.join(values, escape=False),
            message_id=f"{publication.slug}.{prepared.issue_number}.{message.id}@{domain}",
            at=now,
            reply_to=publication.reply_to,
            headers={
                "List-Unsubscribe": f"<{leave_url}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "List-Id": f"{publication.name.replace('<', '').replace('>', '')} <{publication.slug}.{domain}>",
                "Feedback-ID": f"{prepared.issue_number}:{publication.slug}:issue:newsletter",
            },
        )
    )
