"""Pure. One message of an edition as a letter: a reader's values, and the list headers.

An edition is prepared once for all its letters: what is the same in all of them is filled in, and
the rest is a form (mail/letter.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from newsletter.delivery.claiming import Recipient
from newsletter.editions.content import POLL
from newsletter.editions.models import Edition
from newsletter.editions.personalising import UnknownMarker, split_at_markers
from newsletter.editions.printing import FORMAT
from newsletter.editions.tracked import track_html, track_text
from newsletter.errors import Refused
from newsletter.mail.dkim import SigningKey, keys_of
from newsletter.mail.headers import Mailbox
from newsletter.mail.letter import Draft, FormContent, FormLetter, MergeText
from newsletter.publications.models import Letterhead
from newsletter.tokens import Signer, pair
from newsletter.urls import Urls
from subscribers.addresses import display_address

LETTER = "[[letter]]"  # the marker of a letter's token
# the markers whose values differ from reader to reader
OWN = frozenset({"email", "confirmed_on", "letter", "track"})


class OtherFormat(Refused):
    """Send it with the version that printed it, or stop this delivery and print the issue again."""


@dataclass(frozen=True, slots=True)
class Stationery:
    """What letters are made with besides their edition: tokens, page addresses, DKIM keys."""

    signer: Signer
    urls: Urls
    keys: Sequence[SigningKey] = ()


@dataclass(frozen=True, slots=True)
class PreparedEdition:
    """An edition made ready once for all its letters."""

    publication: str  # its slug
    form: FormLetter
    prefix: str  # of a Message-ID
    domain: str  # of a Message-ID
    signer: Signer
    urls: Urls
    issue_id: int
    tracked: int | None = None  # the edition whose clicks are known by message


def prepare_edition(
    letterhead: Letterhead,
    edition: Edition,
    issue_number: int,
    stationery: Stationery,
    *,
    now: datetime,
    tracking: str = "off",
) -> PreparedEdition:
    """Make an edition ready; its letters carry the date `now`.

    `tracking` is that of the delivery: off, anonymous or individual. Raises OtherFormat, or
    UnknownMarker if the edition wants a value that no letter has.
    """
    _require_format(edition)
    same = _same_values(edition, issue_number, stationery, tracking)
    html, text = _bodies(edition, stationery.urls, is_tracked=tracking != "off")
    content = FormContent(
        sender=Mailbox(letterhead.sender_address, letterhead.sender_name),
        subject=edition.subject,
        html=_merge_text(html, same, escape=True),
        text=_merge_text(text, same, escape=False),
        at=now,
        reply_to=letterhead.reply_to,
        headers=_list_headers(letterhead, issue_number),
    )
    return PreparedEdition(
        publication=letterhead.slug,
        form=FormLetter(content, keys_of(stationery.keys, letterhead.sender_address)),
        prefix=f"{letterhead.slug}.{issue_number}",
        domain=letterhead.domain,
        signer=stationery.signer,
        urls=stationery.urls,
        issue_id=edition.issue_id,
        tracked=edition.key if tracking == "individual" else None,
    )


def draft_letter(prepared: PreparedEdition, recipient: Recipient) -> Draft:
    """Return the letter of one message, not signed yet. Its Message-ID is the same each time."""
    # one token for all of this letter's links: each costs an HMAC
    token = prepared.signer.sign("letter", pair(prepared.issue_id, recipient.subscriber_id))
    confirmed_at = recipient.confirmed_at
    values = {
        "email": display_address(recipient.address),
        "confirmed_on": _day(confirmed_at.date()) if confirmed_at else "the day that you chose",
        "letter": token,
    }
    if prepared.tracked is not None:
        values["track"] = prepared.signer.sign("click", pair(prepared.tracked, recipient.id))
    return prepared.form.draft(
        Mailbox(recipient.address, recipient.name),
        f"{prepared.prefix}.{recipient.id}@{prepared.domain}",
        values,
        leave_url=prepared.urls.leave(token),
    )


def _require_format(edition: Edition) -> None:
    """Raise OtherFormat for an edition whose markers mean something else in this version."""
    if edition.format != FORMAT:
        raise OtherFormat(
            f"Edition {edition.checksum[:12]} has format {edition.format}, "
            f"this version sends {FORMAT}. {OtherFormat.__doc__}"
        )


def _same_values(
    edition: Edition,
    issue_number: int,
    stationery: Stationery,
    tracking: str,
) -> dict[str, str]:
    """Return the values that are the same in all letters."""
    same = {"view_url": stationery.urls.issue(issue_number)}
    if tracking == "anonymous":
        # the token of no message: clicks are counted, and nobody can tell whose they were
        same["track"] = stationery.signer.sign("click", pair(edition.key, 0))
    return same


def _bodies(
    edition: Edition,
    urls: Urls,
    *,
    is_tracked: bool,
) -> tuple[str, str]:
    """Return HTML and text, their links made ready."""
    html = _spell_out_links(edition.html, urls)
    text = _spell_out_links(edition.text, urls)
    if is_tracked:
        html = track_html(html, edition.links, urls)
        text = track_text(text, edition.links, urls)
    return html, text


def _spell_out_links(text: str, urls: Urls) -> str:
    """Write out the links in which only the letter's token differs from reader to reader.

    So one value is joined in at all these places, and is quoted once.
    """
    for marker, link in _links_by_marker(urls).items():
        text = text.replace(f"[[{marker}]]", link)
    return text


def _links_by_marker(urls: Urls) -> Mapping[str, str]:
    """Return the links of a letter, each by the marker that it replaces."""
    votes = {marker: urls.vote(LETTER, answer) for marker, answer in POLL.markers.items()}
    return {
        "unsubscribe_url": urls.leave(LETTER),
        "preferences_url": urls.preferences(LETTER),
        **votes,
    }


def _list_headers(letterhead: Letterhead, issue_number: int) -> Mapping[str, str]:
    """Return the headers of a mailing list that are the same in all letters."""
    name = letterhead.name.replace("<", "").replace(">", "")
    return {
        # RFC 8058, 3.1: with it, the mail client's own button leaves by one POST. DKIM must cover
        # it and List-Unsubscribe (RFC 8058, 4), else large providers do not show the button.
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": f"{name} <{letterhead.slug}.{letterhead.domain}>",  # RFC 2919
        # by these four Google's Postmaster Tools group complaints
        "Feedback-ID": f"{issue_number}:{letterhead.slug}:issue:newsletter",
    }


def _merge_text(
    text: str,
    same: Mapping[str, str],
    *,
    escape: bool,
) -> MergeText:
    """Return a text with these values filled in; raises UnknownMarker if more than OWN is left."""
    segments = split_at_markers(text).fill(same, escape=escape)
    unknown = set(segments.markers) - OWN
    if unknown:
        raise UnknownMarker(min(unknown))
    return MergeText(segments.parts, segments.markers)


@cache
def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
