"""Form letters and keys to make letters with, and a mail client's way to read them."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from hypothesis import strategies as st

from newsletter.mail.dkim import SigningKey
from newsletter.mail.headers import Mailbox
from newsletter.mail.letter import FormContent, FormLetter, Letter, MergeText
from tests.samples.times import NOON

TEXT = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\r"), max_size=200)
LEAVE = "https://x.example/leave/abc"
KEYS = (
    SigningKey("inference.example", "r1", generate_private_key(65537, 2048)),
    SigningKey("inference.example", "e1", Ed25519PrivateKey.generate()),
)


def form(
    subject: str = "Subject",
    html: MergeText = MergeText(("<p>Hi</p>",)),
    text: MergeText = MergeText(("Hi",)),
    keys: tuple[SigningKey, ...] = (),
) -> FormLetter:
    sender = Mailbox("editor@inference.example", "The Inference")
    headers = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return FormLetter(FormContent(sender, subject, html, text, NOON, headers=headers), keys)


def letter(to: str = "ada@readers.example", name: str = "Ada", **more: str) -> Letter:
    made = form(
        more.get("subject", "Subject"),
        MergeText((more.get("html", "<p>Hi</p>"),)),
        MergeText((more.get("text", "Hi"),)),
    )
    return made.letter(Mailbox(to, name), "m1@inference.example", {}, leave_url=LEAVE)


def read(content: bytes) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(content, policy=default))
