"""Pure. One message of an edition as a letter: the reader's values joined in, and the list headers (RFC 8058, 2369, 2919)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from newsletter.delivery.claiming import Recipient
from newsletter.editions.content import POLL
from newsletter.editions.models import Edition
from newsletter.editions.personalising import Segments, UnknownMarker, split_at_markers
from newsletter.editions.printing import FORMAT
from newsletter.editions.tracked import track_html, track_text
from newsletter.errors import Refused
from newsletter.mail.dkim import SigningKey
from newsletter.mail.headers import Mailbox
from newsletter.mail.letter import Draft, FormContent, FormLetter, MergeText
from newsletter.publications.models import Publication
from newsletter.tokens import Signer, pair
from newsletter.urls import Urls
from subscribers.addresses import display_address

LETTER = "[[letter]]"  # the marker of its token
OWN = frozenset({"email", "confirmed_on", "letter", "track"})  # what differs from reader to reader


class OtherFormat(Refused):
    """Send it with the version that printed it, or stop this delivery and print the issue anew."""


@dataclass(frozen=True, slots=True)
class Stationery:
    """What letters are made with besides their edition: signed tokens, addresses of pages, DKIM keys."""

    signer: Signer
    urls: Urls
    keys: Sequence[SigningKey] = ()


@dataclass(frozen=True, slots=True)
class PreparedEdition:
    """An edition made ready once for all its letters."""

    publication: str  # its slug
    form: FormLetter
    prefix: str  # of a Message-ID
    domain: str
    signer: Signer
    urls: Urls
    issue_id: int
    tracked: int | None = None  # the edition whose clicks are told apart by message


def prepare_edition(
    publication: Publication,
    edition: Edition,
    issue_number: int,
    stationery: Stationery,
    *,
    now: datetime,
    tracking: str = "off",
) -> PreparedEdition:
    """Make an edition ready; its letters carry the date `now`. `tracking` is that of the delivery: off, anonymous or individual.

    Raises OtherFormat, or UnknownMarker if the edition wants a value that no letter has.
    """
    if edition.format != FORMAT:
        raise OtherFormat(
            f"Edition {edition.checksum[:12]} has format {edition.format}, this version sends {FORMAT}. {OtherFormat.__doc__}"
        )
    urls = stationery.urls
    signer = stationery.signer
    domain = publication.sender_address.rsplit("@", 1)[-1]
    same = {"view_url": urls.issue(issue_number)}
    html, text, key = _by_token(edition.html, urls), _by_token(edition.text, urls), edition.key
    if tracking != "off":
        html, text = track_html(html, edition.links, urls), track_text(text, edition.links, urls)
    if tracking == "anonymous":
        same["track"] = signer.sign("click", pair(key, 0))
    writing = FormContent(
        sender=Mailbox(publication.sender_address, publication.sender_name),
        subject=edition.subject,
        html=_text(split_at_markers(html).fill(same, escape=True)),
        text=_text(split_at_markers(text).fill(same, escape=False)),
        at=now,
        reply_to=publication.reply_to,
        headers={
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Id": f"{publication.name.replace('<', '').replace('>', '')} <{publication.slug}.{domain}>",
            "Feedback-ID": f"{issue_number}:{publication.slug}:issue:newsletter",
        },
    )
    prefix, tracked = (
        f"{publication.slug}.{issue_number}",
        key if tracking == "individual" else None,
    )
    return PreparedEdition(
        publication.slug,
        FormLetter(writing, stationery.keys),
        prefix,
        domain,
        signer,
        urls,
        edition.issue_id,
        tracked,
    )


def draft_letter(prepared: PreparedEdition, message: Recipient) -> Draft:
    """Return the letter of one message, not signed yet. Its Message-ID is the same at each attempt."""
    token = prepared.signer.sign(
        "letter", pair(prepared.issue_id, message.subscriber_id)
    )  # one for all of this letter's links
    confirmed = message.confirmed_at
    values = {
        "email": display_address(message.address),
        "confirmed_on": _day(confirmed.date()) if confirmed else "the day that you chose",
        "letter": token,
    }
    if prepared.tracked is not None:
        values["track"] = prepared.signer.sign("click", pair(prepared.tracked, message.id))
    message_id = f"{prepared.prefix}.{message.id}@{prepared.domain}"
    return prepared.form.draft(
        Mailbox(message.address, message.name),
        message_id,
        values,
        leave_url=prepared.urls.leave(token),
    )


def _by_token(text: str, urls: Urls) -> str:
    """Spell out the links of which only the token differs from reader to reader: it is the one value for all of them."""
    links = {"unsubscribe_url": urls.leave(LETTER), "preferences_url": urls.preferences(LETTER)}
    links |= {marker: urls.vote(LETTER, answer) for marker, answer in POLL.markers.items()}
    for marker, link in links.items():
        text = text.replace(f"[[{marker}]]", link)
    return text


@cache
def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _text(segments: Segments) -> MergeText:
    unknown = set(segments.markers) - OWN
    if unknown:
        raise UnknownMarker(min(unknown))
    return MergeText(segments.parts, segments.markers)
