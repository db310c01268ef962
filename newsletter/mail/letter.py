"""Pure. One letter as bytes: RFC 5322 headers, a multipart/alternative body (RFC 2046), quoted-printable, CRLF."""

import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy

BOUNDARY = "=_newsletter_alternative"  # "=_" never occurs in quoted-printable text (RFC 2045, 6.7)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and an address, as in a From or To field."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter ready for SMTP: envelope (RFC 5321) and message bytes (RFC 5322)."""

    mail_from: str
    rcpt_to: str
    content: bytes

    @property
    def needs_smtputf8(self) -> bool:
        """True if an address of the envelope is not ASCII (RFC 6531)."""
        return not (self.mail_from.isascii() and self.rcpt_to.isascii())


@dataclass(frozen=True, slots=True)
class Writing:
    """What a letter says and to whom; `message_id` is without angle brackets and stays the same when sent again."""

    sender: Mailbox
    to: Mailbox
    subject: str
    html: str
    text: str
    message_id: str
    at: datetime
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def compose(writing: Writing) -> Letter:
    """Return the letter. Line breaks in a name or subject become spaces, so that no header can be put in by one."""
    utf8 = not (writing.sender.address.isascii() and writing.to.address.isascii())
    policy = SMTP.clone(utf8=utf8, max_line_length=200)
    content = _headers(writing, policy) + _body(writing)
    return Letter(writing.sender.address, writing.to.address, content)


def _headers(writing: Writing, policy: "EmailPolicy[EmailMessage]") -> bytes:
    message = EmailMessage(policy)
    message["From"] = _address(writing.sender)
    message["To"] = _address(writing.to)
    if writing.reply_to:
        message["Reply-To"] = _address(Mailbox(writing.reply_to))
    message["Subject"] = _one_line(writing.subject)
    message["Date"] = writing.at
    message["Message-ID"] = f"<{writing.message_id}>"
    for name, value in writing.headers.items():
        message[name] = _one_line(value)
    message["MIME-Version"] = "1.0"
    kind = f'Content-Type: multipart/alternative; boundary="{BOUNDARY}"'  # by hand: as_bytes would write an empty body for it
    return message.as_bytes().rstrip(b"\r\n") + f"\r\n{kind}\r\n\r\n".encode()


def _body(writing: Writing) -> bytes:
    parts = (("plain", writing.text), ("html", writing.html))
    pieces = [_part(kind, text) for kind, text in parts]
    return b"".join(pieces) + f"--{BOUNDARY}--\r\n".encode()


def _part(kind: str, text: str) -> bytes:
    head = f"--{BOUNDARY}\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    lines = text.replace("\r\n", "\n").replace("\r", "\n").encode()
    encoded = binascii.b2a_qp(lines, istext=True)
    return head.encode() + encoded.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + b"\r\n"


def _address(mailbox: Mailbox) -> Address:
    local, _, domain = mailbox.address.rpartition("@")
    return Address(display_name=_one_line(mailbox.name), username=local, domain=domain)


def _one_line(text: str) -> str:
    return " ".join("".join(" " if ord(c) < 32 or ord(c) == 127 or c in "\x85\u2028\u2029" else c for c in text).split())
