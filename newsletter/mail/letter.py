"""Pure. Letters as bytes: RFC 5322 headers, a multipart/alternative body (RFC 2046), quoted-printable, CRLF.

A form letter is prepared once for all readers; one reader's letter costs a join, a hash and the signatures.
"""

import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from newsletter.mail.dkim import Header, SigningKey, Stamp, finish_field
from newsletter.mail.quoting import quote, quote_before_value, quote_value

BOUNDARY = "=_newsletter_alternative"  # "=_" never occurs in quoted-printable text (RFC 2045, 6.7)
PLAIN_NAME = re.compile(r"[A-Za-z0-9]+(?: [A-Za-z0-9]+)*")
PLAIN_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9.-]+"
)
LONGEST_PLAIN = 120
MARKUP = re.compile(r"[&<>\"']")  # what HTML wants escaped


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and an address, as in a From or To field."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter ready for SMTP: envelope (RFC 5321) and message bytes (RFC 5322), ending in CRLF."""

    mail_from: str
    rcpt_to: str
    content: bytes
    has_dots: bool = True  # a line may begin with a dot, which SMTP wants doubled

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
    """What all letters of a form say; a letter signed at `at` carries that date."""

    sender: Mailbox
    subject: str
    html: MergeText
    text: MergeText
    at: datetime
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter that lacks its signatures only: each field up to it (`begun`), what is to be signed (`digests`), and all that follows."""

    rcpt_to: str
    begun: Sequence[bytes]
    digests: Sequence[bytes]
    rest: Sequence[bytes]


class FormLetter:
    """A writing prepared as wire bytes; `draft` joins one reader's values in."""

    def __init__(self, writing: FormContent, keys: Sequence[SigningKey] = ()) -> None:
        self.keys = keys
        self._from = writing.sender.address
        self._headers, self._at = _shared_headers(writing), writing.at
        self._shared = b"".join(
            f"{name}: ".encode() + value + b"\r\n" for name, value in self._headers
        )
        parts, slots = _body(writing)
        self._hashed = hashlib.sha256(parts[0])
        self._first = parts[0]
        self._rest = [
            b"" if n % 2 == 0 else parts[n // 2 + 1] for n in range(2 * len(slots))
        ]  # a value's place before each part
        self._places: dict[tuple[str, bool], list[int]] = {}
        for n, slot in enumerate(slots):
            self._places.setdefault(slot, []).append(2 * n)
        self._stamps: dict[tuple[str, ...], Sequence[Stamp]] = {}

    def letter(
        self, to: Mailbox, message_id: str, values: Mapping[str, str], *, leave_url: str = ""
    ) -> Letter:
        """Return one letter, signed here and now."""
        draft = self.draft(to, message_id, values, leave_url=leave_url)
        return self.finish(
            draft, [key.sign(digest) for key, digest in zip(self.keys, draft.digests, strict=True)]
        )

    def draft(
        self, to: Mailbox, message_id: str, values: Mapping[str, str], *, leave_url: str = ""
    ) -> Draft:
        """Return one letter before it is signed; KeyError for a value that lacks.

        `message_id` is without brackets and the same when sent again.
        Line breaks in a name become spaces, so that no header can be put in by one.
        """
        own: list[Header] = [("To", _mailbox(to)), ("Message-ID", f"<{message_id}>".encode())]
        if leave_url:
            own.append(("List-Unsubscribe", f"<{_one_line(leave_url)}>".encode()))
        quoted: dict[str, bytes] = {}
        pieces = self._rest.copy()
        for (marker, escaped), places in self._places.items():
            value = values[marker]
            if escaped and MARKUP.search(value):
                value = html.escape(value)
            if value not in quoted:
                quoted[value] = quote_value(value)
            for place in places:
                pieces[place] = quoted[value]
        rest = b"".join(pieces)
        heads = [
            self._shared,
            *[f"{name}: ".encode() + value + b"\r\n" for name, value in own],
            b"\r\n",
            self._first,
        ]
        begun = self._begin(own, rest) if self.keys else ()
        return Draft(
            to.address,
            [field for field, _ in begun],
            [digest for _, digest in begun],
            [*heads, rest],
        )

    def finish(self, draft: Draft, signatures: Sequence[bytes]) -> Letter:
        """Return the letter of a draft, with a signature by each key."""
        fields = [
            finish_field(field, signature)
            for field, signature in zip(draft.begun, signatures, strict=True)
        ]
        return Letter(
            self._from, draft.rcpt_to, b"".join([*fields, *draft.rest]), has_dots=False
        )  # quoted-printable has none

    def _begin(self, own: Sequence[Header], rest: bytes) -> list[tuple[bytes, bytes]]:
        names = tuple(name for name, _ in own)
        if names not in self._stamps:
            self._stamps[names] = [Stamp(key, self._headers, names, self._at) for key in self.keys]
        hashed = self._hashed.copy()
        hashed.update(rest)
        return [stamp.begin(own, hashed.digest()) for stamp in self._stamps[names]]


def _shared_headers(writing: FormContent) -> list[Header]:
    utf8 = not writing.sender.address.isascii()
    policy = SMTP.clone(utf8=utf8, max_line_length=200)
    message = EmailMessage(policy)
    message["From"] = _address(writing.sender)
    if writing.reply_to:
        message["Reply-To"] = _address(Mailbox(writing.reply_to))
    message["Subject"] = _one_line(writing.subject)
    message["Date"] = writing.at
    for name, value in writing.headers.items():
        message[name] = _one_line(value)
    message["MIME-Version"] = "1.0"
    folded = [
        (name, policy.fold_binary(name, value).rstrip(b"\r\n").split(b":", 1)[1].lstrip())
        for name, value in message.items()
    ]
    kind = f'multipart/alternative; boundary="{BOUNDARY}"'
    return [*folded, ("Content-Type", kind.encode())]


def _body(writing: FormContent) -> tuple[list[bytes], list[tuple[str, bool]]]:
    """Return the constant parts of both alternatives, and between them the markers: a name, and whether it is HTML-escaped."""
    parts, slots = [b""], []
    for kind, text, escaped in (("plain", writing.text, False), ("html", writing.html, True)):
        head = f"--{BOUNDARY}\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        quoted = [quote_before_value(part) for part in text.parts[:-1]] + [quote(text.parts[-1])]
        parts[-1] += head.encode() + quoted[0]
        parts += quoted[1:]
        parts[-1] += b"\r\n"
        slots += [(marker, escaped) for marker in text.markers]
    parts[-1] += f"--{BOUNDARY}--\r\n".encode()
    return parts, slots


def _mailbox(mailbox: Mailbox) -> bytes:
    """A To field's value; the common form without the library's cost."""
    address, name = mailbox.address, mailbox.name
    if len(address) + len(name) < LONGEST_PLAIN and PLAIN_ADDRESS.fullmatch(address):
        if not name:
            return address.encode()
        if PLAIN_NAME.fullmatch(name):
            return f"{name} <{address}>".encode()
    if address.startswith(
        '"'
    ):  # by itself: the library takes quotes away where only dots need them (a..b)
        return address.encode()
    policy = SMTP.clone(utf8=not address.isascii(), max_line_length=200)
    message = EmailMessage(policy)
    message["To"] = _address(mailbox)
    return policy.fold_binary("To", message["To"]).rstrip(b"\r\n").split(b":", 1)[1].lstrip()


def _address(mailbox: Mailbox) -> Address:
    local, _, domain = mailbox.address.rpartition("@")
    return Address(display_name=_one_line(mailbox.name), username=local, domain=domain)


def _one_line(text: str) -> str:
    if text.isprintable() and "  " not in text and text == text.strip():
        return text  # nearly always, and it is asked for each letter
    return " ".join(
        "".join(
            " " if ord(c) < 32 or ord(c) == 127 or c in "\x85\u2028\u2029" else c for c in text
        ).split()
    )
