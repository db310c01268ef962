"""Pure. Letters as bytes: RFC 5322 headers, a multipart/alternative body (RFC 2046), CRLF.

A form letter is prepared once for all readers; one reader's letter costs a join, a hash and the
signatures. Both alternatives are quoted-printable, so every relay takes them, with 8BITMIME
(RFC 6152) or without, and no line needs dot-stuffing (quoting.py).
"""

import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from newsletter.mail.dkim import Header, SigningKey, Stamp, finish_field
from newsletter.mail.headers import Mailbox, encode_headers, encode_mailbox
from newsletter.mail.quoting import quote, quote_before_value, quote_value
from newsletter.text import one_line

BOUNDARY = "=_newsletter_alternative"  # "=_" never occurs in quoted-printable text (RFC 2045, 6.7)
CONTENT_TYPE = ("Content-Type", f'multipart/alternative; boundary="{BOUNDARY}"'.encode())
MARKUP = re.compile(r"[&<>\"']")  # what HTML wants escaped
LARGE = 4096  # octets: shorter pieces are joined, which costs less than to write each
MOST_REMEMBERED = 1024  # bodies of readers who are alike
Values = tuple[tuple[str, str], ...]  # markers, and what goes there


class ValuePlaces(NamedTuple):
    """Where one marker's value goes among the pieces of a body."""

    of_text: list[int]
    of_html: list[int]  # there it is escaped


class Letter(NamedTuple):
    """One letter ready for SMTP: an envelope (RFC 5321), and a message (RFC 5322), ending in CRLF.

    The message is in pieces, most of them the same objects in all letters of a form: they are
    written as they are, because to join forty kilobytes for each letter would cost.
    """

    mail_from: str
    rcpt_to: str
    pieces: Sequence[bytes]
    has_dots: bool = True  # a line may begin with a dot, which SMTP wants doubled

    @property
    def content(self) -> bytes:
        """The message as a whole."""
        return b"".join(self.pieces)

    @property
    def data(self) -> Sequence[bytes]:
        """What follows DATA, its lines that begin with a dot stuffed (RFC 5321, 4.5.2)."""
        content = [self.content.replace(b"\r\n.", b"\r\n..")] if self.has_dots else self.pieces
        return [*content, b".\r\n"]

    @property
    def size(self) -> int:
        """Octets of the message."""
        return sum(map(len, self.pieces))

    @property
    def needs_smtputf8(self) -> bool:
        """True if an address of the envelope is not ASCII (RFC 6531)."""
        return not (self.mail_from.isascii() and self.rcpt_to.isascii())


@dataclass(frozen=True, slots=True)
class MergeText:
    """A text in which readers' values are joined at markers: len(parts) == len(markers) + 1."""

    parts: tuple[str, ...]
    markers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormContent:
    """What all letters of a form have in common; `at` is their Date and their signatures' time."""

    sender: Mailbox
    subject: str
    html: MergeText
    text: MergeText
    at: datetime
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class Draft(NamedTuple):
    """A letter that lacks its signatures only, in pieces.

    `begun` has one DKIM-Signature field for each key, up to its signature; `digests` what these
    keys must sign; `rest` all that follows the signatures.
    """

    rcpt_to: str
    begun: Sequence[bytes]
    digests: Sequence[bytes]
    rest: Sequence[bytes]


class _Blank(NamedTuple):
    """A body in which the values of readers who are alike stand, and the places still empty."""

    pieces: list[bytes]
    places: Mapping[str, ValuePlaces]


class FormLetter:
    """A content prepared as wire bytes; `draft` puts one reader's values in.

    The body's first part, up to the first value, is the same in all letters: its hash is made once.
    What follows is a list of pieces: a place for a value, a constant part, a place, a part, …
    """

    def __init__(self, content: FormContent, keys: Sequence[SigningKey] = ()) -> None:
        self.keys = keys
        self._from = content.sender.address
        self._at = content.at
        self._headers = _shared_headers(content)
        self._shared = _fields(self._headers)
        self._first, *parts = _body_parts(content)
        self._hashed = hashlib.sha256(self._first)
        self._pieces = _with_empty_places(parts)
        self._runs = _runs_of_small(self._pieces)
        self._places = _places_by_marker(content)
        self._filled = lru_cache(MOST_REMEMBERED)(self._fill_alike)
        self._stamps: dict[tuple[str, ...], Sequence[Stamp]] = {}

    def letter(
        self,
        to: Mailbox,
        message_id: str,
        values: Mapping[str, str],
        *,
        leave_url: str = "",
    ) -> Letter:
        """Return one letter, signed here and now."""
        draft = self.draft(to, message_id, values, leave_url=leave_url)
        digests = zip(self.keys, draft.digests, strict=True)
        return self.finish(draft, [key.sign(digest) for key, digest in digests])

    def draft(
        self,
        to: Mailbox,
        message_id: str,
        values: Mapping[str, str],
        *,
        alike: Values = (),
        leave_url: str = "",
        leave_mailto: str = "",
    ) -> Draft:
        """Return one letter before it is signed; KeyError for a value that lacks.

        `values` are the reader's own, `alike` the values that many readers share.

        `message_id` is without brackets, and the same when the letter is sent again: who keeps
        letters by it then has one. `leave_url` is the List-Unsubscribe of RFC 2369; with
        List-Unsubscribe-Post among the form's headers it works by one click (RFC 8058).
        `leave_mailto` is a second way, for clients that send mail only.
        """
        own: list[Header] = [
            ("To", encode_mailbox(to)),
            ("Message-ID", f"<{message_id}>".encode()),
        ]
        if leave_url:
            own.append(("List-Unsubscribe", _ways_to_leave(leave_url, leave_mailto)))
        head = self._shared + _fields(own) + b"\r\n"
        pieces = self._fill(values, alike)
        if not self.keys:
            body = [b"".join(pieces[run]) for run in self._runs]
            return Draft(to.address, (), (), [head, self._first, *body])
        rest = b"".join(pieces)  # to be hashed as a whole: a call for each piece would cost more
        begun = self._begin(own, rest)
        return Draft(
            to.address,
            [field for field, _ in begun],
            [digest for _, digest in begun],
            [head, self._first, rest],
        )

    def _fill(self, values: Mapping[str, str], alike: Values) -> list[bytes]:
        """Return the body after its first part, with one reader's values in their places."""
        blank = self._filled(alike)
        pieces = blank.pieces.copy()
        for marker, places in blank.places.items():
            _put(pieces, places, values[marker])
        return pieces

    def _fill_alike(self, alike: Values) -> "_Blank":
        """Return the body after its first part, with these values in their places."""
        pieces = self._pieces.copy()
        empty = self._places.copy()
        for marker, value in alike:
            if places := empty.pop(marker, None):
                _put(pieces, places, value)
        return _Blank(pieces, empty)

    def finish(self, draft: Draft, signatures: Sequence[bytes]) -> Letter:
        """Return the letter of a draft, with a signature by each key."""
        pieces = draft.rest
        if draft.begun:
            begun = zip(draft.begun, signatures, strict=True)
            fields = [finish_field(field, signature) for field, signature in begun]
            pieces = [*fields, *pieces]
        return Letter(
            self._from,
            draft.rcpt_to,
            pieces,
            has_dots=False,
        )

    def _begin(self, own: Sequence[Header], rest: bytes) -> list[tuple[bytes, bytes]]:
        """Return each key's signature field up to the signature, and the digest to sign."""
        names = tuple(name for name, _ in own)
        if names not in self._stamps:
            self._stamps[names] = [Stamp(key, self._headers, names, self._at) for key in self.keys]
        hashed = self._hashed.copy()
        hashed.update(rest)
        body_digest = hashed.digest()
        return [stamp.begin(own, body_digest) for stamp in self._stamps[names]]


def _ways_to_leave(url: str, mailto: str) -> bytes:
    """Return the value of List-Unsubscribe: what we prefer comes first (RFC 2369, 2)."""
    # The POST works at once, and needs nobody to read mail. The fold keeps both lines short.
    first = f"<{one_line(url)}>"
    return f"{first},\r\n <{one_line(mailto)}>".encode() if mailto else first.encode()


def _fields(headers: Sequence[Header]) -> bytes:
    return b"".join([_field_name(name) + value + b"\r\n" for name, value in headers])


@lru_cache
def _field_name(name: str) -> bytes:
    return f"{name}: ".encode()


def _shared_headers(content: FormContent) -> list[Header]:
    headers = encode_headers(
        content.sender,
        content.subject,
        reply_to=content.reply_to,
        at=content.at,
        others=content.headers,
    )
    return [*headers, CONTENT_TYPE]


def _body_parts(content: FormContent) -> list[bytes]:
    """Return the constant parts of the body; between each two of them a value is joined in.

    The plain alternative comes first: RFC 2046, 5.1.4 wants the best one last.
    """
    plain, *plain_parts = _alternative("plain", content.text)
    between, *html_parts = _alternative("html", content.html)
    parts = [plain, *plain_parts]
    parts[-1] += between
    parts += html_parts
    parts[-1] += f"--{BOUNDARY}--\r\n".encode()
    return parts


def _alternative(kind: str, text: MergeText) -> list[bytes]:
    """Return the constant parts of one alternative, with its boundary and headers before it."""
    parts = [quote_before_value(part) for part in text.parts[:-1]]
    parts.append(quote(text.parts[-1]))
    parts[0] = _head(kind) + parts[0]
    parts[-1] += b"\r\n"
    return parts


def _head(kind: str) -> bytes:
    """Return what stands before an alternative: its boundary and its headers."""
    head = (
        f"--{BOUNDARY}\r\n"
        f"Content-Type: text/{kind}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n"
        "\r\n"
    )
    return head.encode()


def _with_empty_places(parts: Sequence[bytes]) -> list[bytes]:
    """Return these parts, each with an empty piece before it, where a value will be put."""
    pieces = []
    for part in parts:
        pieces += [b"", part]
    return pieces


def _runs_of_small(pieces: Sequence[bytes]) -> list[slice]:
    """Return the pieces in runs that are joined: a large one is a run of its own."""
    runs: list[slice] = []
    start = 0
    for place, piece in enumerate(pieces):
        if len(piece) >= LARGE:
            runs += [slice(start, place), slice(place, place + 1)]
            start = place + 1
    runs.append(slice(start, len(pieces)))
    return [run for run in runs if run.start < run.stop]


def _put(pieces: list[bytes], places: ValuePlaces, value: str) -> None:
    """Put one value in its places."""
    quoted = quote_value(value)  # once: the same value stands in many links
    for place in places.of_text:
        pieces[place] = quoted
    if MARKUP.search(value):
        quoted = quote_value(html.escape(value))
    for place in places.of_html:
        pieces[place] = quoted


def _places_by_marker(content: FormContent) -> dict[str, ValuePlaces]:
    """Return where in `_with_empty_places` each value goes: the text's come first."""
    places: dict[str, ValuePlaces] = {}
    markers = (*content.text.markers, *content.html.markers)
    for number, marker in enumerate(markers):
        of_marker = places.setdefault(marker, ValuePlaces([], []))
        is_html = number >= len(content.text.markers)
        (of_marker.of_html if is_html else of_marker.of_text).append(2 * number)
    return places
