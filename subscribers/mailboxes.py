"""Pure. The mailbox behind an address: one mailbox is one reader, however it is spelled.

RFC 5321 (2.4) lets a server tell Ada@ from ada@; none that people have letters at does. So readers
are known by their mailbox, and written to by the address that they gave. No other module folds
addresses: rows keep what `mailbox_of` makes, so a change here needs a migration that makes all of
them again (docs/adr/0044).
"""

import re
import unicodedata

# The longest one: each of 64 octets of a local part (RFC 5321, 4.5.3.1.1) may unfold to six letters
# (U+FDFA has three octets and eighteen letters), and 254 are left for the domain.
MAILBOX_CHARS = 640
# Unicode's Default_Ignorable_Code_Point: nobody sees them, so no two mailboxes differ by them.
UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
LONGEST = 10_000  # characters that are folded: any address, or any name, is far shorter
ONE_INBOX = frozenset({"gmail.com", "googlemail.com"})  # they deliver a.d.a@ and ada@ alike


def mailbox_of(address: str) -> str:
    """Return the mailbox of a normalised address: by it, and by nothing else, readers are compared.

    A mailbox is its own mailbox. A tag after "+" makes another one: that is a choice of the reader.
    """
    return fold(address)


def inbox_of(address: str) -> str:
    """Return the inbox that a normalised address leads to, to count letters by.

    A tag after "+" makes no other inbox, nor does a dot where ONE_INBOX delivers.
    """
    local, _, domain = mailbox_of(address).rpartition("@")
    # An address like +x@example.org has nothing before its tag.
    inbox = local.partition("+")[0] or local
    if domain in ONE_INBOX:
        inbox = inbox.replace(".", "")
    return f"{inbox}@{domain}"


def fold(text: str) -> str:
    """Return text without regard to case and width: Unicode's NFKC_Casefold (UAX 31, 5.1).

    "Ａ" is "a", "Straße" is "strasse"; a dotless i stays another letter than i, as in a mailbox.
    """
    # Nearly all are ASCII, and an import folds a million of them.
    if text.isascii():
        return text.lower()
    text = text[:LONGEST]
    while (folded := _fold_once(text)) != text:
        text = folded
    return text


def _fold_once(text: str) -> str:
    # Decomposed first: the casefold of a Greek letter with iota depends on the order of its marks.
    seen = UNSEEN.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFKC", seen.casefold())
