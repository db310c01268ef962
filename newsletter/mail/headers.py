"""Pure. Header fields as bytes (RFC 5322, 2.2). No reader's name can begin a field of its own."""

import re
from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import NamedTuple

from newsletter.mail.dkim import Header
from newsletter.text import one_line

# What needs neither quoting nor encoding nor folding in a To field: an atom or several as a name,
# a dot-atom as a local part (RFC 5322, 3.2.3).
PLAIN_NAME = re.compile(r"[A-Za-z0-9]++(?: [A-Za-z0-9]++)*+")
PLAIN_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++)*+@[A-Za-z0-9.-]++"
)
LONGEST_PLAIN = 120
# octets of a line before it is folded: fewer folds than at the library's 78; 998 are allowed
# (RFC 5322, 2.1.1)
LONGEST_LINE = 200


class Mailbox(NamedTuple):
    """A name and an address, as in a From or To field."""

    address: str
    name: str = ""


def encode_headers(
    sender: Mailbox,
    subject: str,
    *,
    reply_to: str,
    at: datetime,
    others: Mapping[str, str],
) -> list[Header]:
    """Return the fields that all letters of a form share, without MIME's Content-Type."""
    # RFC 6532: with a sender outside ASCII the fields are UTF-8 as they are
    message = _message(utf8=not sender.address.isascii())
    message["From"] = _address(sender)
    if reply_to:
        message["Reply-To"] = _address(Mailbox(reply_to))
    message["Subject"] = one_line(subject)
    message["Date"] = at
    for name, value in others.items():
        message[name] = one_line(value)
    message["MIME-Version"] = "1.0"
    return [(name, _encoded(message, name, value)) for name, value in message.items()]


def encode_mailbox(mailbox: Mailbox) -> bytes:
    """Return the value of a To field.

    It is asked for each letter, so the common form does without the library's cost.
    """
    address = mailbox.address
    name = mailbox.name
    if len(address) + len(name) < LONGEST_PLAIN and PLAIN_ADDRESS.fullmatch(address):
        if not name:
            return address.encode()
        if PLAIN_NAME.fullmatch(name):
            return f"{name} <{address}>".encode()
    if address.startswith('"'):
        # the library takes quotes away where only dots need them: "a..b"@x would be a..b@x
        return address.encode()
    message = _message(utf8=not address.isascii())
    message["To"] = _address(mailbox)
    return _folded(message, "To", message["To"])


def _message(*, utf8: bool) -> EmailMessage:
    return EmailMessage(SMTP.clone(utf8=utf8, max_line_length=LONGEST_LINE))


def _encoded(message: EmailMessage, name: str, value: str) -> bytes:
    return _list_id(message, value) if name == "List-Id" else _folded(message, name, value)


def _list_id(message: EmailMessage, value: str) -> bytes:
    """Return the value of a List-Id field, a name and `<id>` (RFC 2919, 3).

    Its name is a phrase like that of a mailbox, and is quoted or encoded as such.
    """
    name, _, list_id = value.rpartition("<")
    if not name.strip():
        return value.encode()
    quoting = EmailMessage(message.policy)
    quoting["To"] = _address(Mailbox("list@id", name.strip()))
    return _folded(quoting, "To", quoting["To"]).replace(b"<list@id>", f"<{list_id}".encode())


def _folded(message: EmailMessage, name: str, value: str) -> bytes:
    """Return a field's value as on the wire: folds included, without its last line break."""
    field = message.policy.fold_binary(name, value).rstrip(b"\r\n")
    _, folded = field.split(b":", 1)
    return folded.lstrip()


def _address(mailbox: Mailbox) -> Address:
    local, _, domain = mailbox.address.rpartition("@")
    # a line break in a reader's name would begin a header of theirs
    return Address(display_name=one_line(mailbox.name), username=local, domain=domain)
