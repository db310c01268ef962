"""Pure. One message of an edition as a letter: a reader's values, and the list headers.

An edition is prepared once for all its letters: what is the same in all of them is filled in, and
the rest is a form (mail/letter.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from newsletter.delivery.claiming import Recipient
from newsletter.delivery.sender.grounds import ListImported, ground_of
from newsletter.editions.content import POLL
from newsletter.editions.marked import MarkedEdition, read_marked
from newsletter.editions.models import Edition
from newsletter.editions.personalising import LINK, Markers, Segments, UnknownMarker
from newsletter.editions.tracked import TRACK, track_html, track_text
from newsletter.mail.dkim import SigningKey, keys_of
from newsletter.mail.headers import Mailbox
from newsletter.mail.letter import Draft, FormContent, FormLetter, MergeText
from newsletter.publications.models import Letterhead
from newsletter.tokens import Signer, mail_tag, pair
from newsletter.urls import Urls
from subscribers.addresses import display_address

LETTER = "letter"  # the marker of a letter's token
# the markers whose values differ from reader to reader
OWN = frozenset({"email", "reason", "since", LETTER, TRACK})


@dataclass(frozen=True, slots=True)
class Stationery:
    """What letters are made with besides their edition: tokens, page addresses, DKIM keys."""

    signer: Signer
    urls: Urls
    keys: Sequence[SigningKey] = ()
    leave_mailbox: str = ""  # where mail that leaves is read; "": nowhere


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
    imports: Mapping[int, ListImported] = field(default_factory=dict)
    zone: tzinfo = UTC
    leave_mailbox: str = ""


def prepare_edition(
    letterhead: Letterhead,
    edition: Edition,
    issue_number: int,
    stationery: Stationery,
    *,
    now: datetime,
    tracking: str = "off",
    imports: Mapping[int, ListImported] | None = None,
    zone: tzinfo = UTC,
) -> PreparedEdition:
    """Make an edition ready; its letters carry the date `now`.

    `tracking` is that of the delivery: off, anonymous or individual. `imports` has those of
    the publication by their ids, `zone` is the one in which its letters name days. Raises
    OtherFormat, or UnknownMarker if the edition wants a value that no letter has.
    """
    marked = read_marked(edition)
    same = _same_values(edition, issue_number, stationery, tracking)
    html, text = _bodies(marked, stationery.urls, is_tracked=tracking != "off")
    content = FormContent(
        sender=Mailbox(letterhead.sender_address, letterhead.sender_name),
        subject=edition.subject,
        html=_merge_text(html.fill(same, escape=True)),
        text=_merge_text(text.fill(same, escape=False)),
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
        imports=imports or {},
        zone=zone,
        leave_mailbox=stationery.leave_mailbox,
    )


def draft_letter(prepared: PreparedEdition, recipient: Recipient) -> Draft:
    """Return the letter of one message, not signed yet. Its Message-ID is the same each time."""
    # one token for all of this letter's links: each costs an HMAC
    token = prepared.signer.sign("letter", pair(prepared.issue_id, recipient.subscriber_id))
    ground = ground_of(recipient, prepared.imports, prepared.zone)
    values = {"email": display_address(recipient.address), LETTER: token}
    if prepared.tracked is not None:
        values[TRACK] = prepared.signer.sign("click", pair(prepared.tracked, recipient.id))
    return prepared.form.draft(
        Mailbox(recipient.address, recipient.name),
        f"{prepared.prefix}.{recipient.id}@{prepared.domain}",
        values,
        alike=(("reason", ground.reason), ("since", ground.since)),
        leave_url=prepared.urls.leave(token),
        leave_mailto=_leave_mailto(prepared.leave_mailbox, token),
    )


def _leave_mailto(mailbox: str, token: str) -> str:
    """Return where a letter is left by mail (RFC 6068), by its token; "" if nobody reads there."""
    if not mailbox:
        return ""
    # A local part has 64 octets at most (RFC 5321, 4.5.3.1.1): 16 of the name, 47 of the tag.
    name, _, domain = mailbox.partition("@")
    return f"mailto:{name}+{mail_tag(token)}@{domain}?subject=unsubscribe"


def _same_values(
    edition: Edition,
    issue_number: int,
    stationery: Stationery,
    tracking: str,
) -> dict[str, str]:
    """Return the values that are the same in all letters."""
    same = {"view_url": stationery.urls.issue(issue_number), LINK: ""}
    if tracking == "anonymous":
        # the token of no message: clicks are counted, and nobody can tell whose they were
        same[TRACK] = stationery.signer.sign("click", pair(edition.key, 0))
    return same


def _bodies(
    marked: MarkedEdition,
    urls: Urls,
    *,
    is_tracked: bool,
) -> tuple[Segments, Segments]:
    """Return HTML and text, their links made ready."""
    markers = marked.markers
    html = _spell_out_links(marked.html, urls, markers)
    text = _spell_out_links(marked.text, urls, markers)
    if is_tracked:
        html = track_html(html, marked.links, urls, markers)
        text = track_text(text, marked.links, urls, markers)
    return markers.split(html), markers.split(text)


def _spell_out_links(
    text: str,
    urls: Urls,
    markers: Markers,
) -> str:
    """Write out the links in which only the letter's token differs from reader to reader.

    So one value is joined in at all these places, and is quoted once.
    """
    for name, link in _links_by_marker(urls, markers.spell(LETTER)).items():
        text = text.replace(markers.spell(name), link)
    return text


def _links_by_marker(urls: Urls, token: str) -> Mapping[str, str]:
    """Return the links of a letter, each by the marker that it replaces."""
    votes = {marker: urls.vote(token, answer) for marker, answer in POLL.markers.items()}
    return {
        "unsubscribe_url": urls.leave(token),
        "preferences_url": urls.preferences(token),
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


def _merge_text(segments: Segments) -> MergeText:
    """Return a text to be merged; raises UnknownMarker if more than OWN is left in it."""
    unknown = set(segments.markers) - OWN
    if unknown:
        raise UnknownMarker(min(unknown))
    return MergeText(segments.parts, segments.markers)
