"""One mailbox is one reader: case, width and unseen letters make no other one; tags and i do."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscribers.addresses import BadAddress, normalise
from subscribers.mailboxes import MAILBOX_CHARS, fold, inbox_of, mailbox_of

LETTERS = st.characters(exclude_categories=("Cs",))
LOCAL = st.text(LETTERS, min_size=1, max_size=20)
ADDRESS = LOCAL.map(lambda local: f"{local}@readers.example")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ada@readers.example", "ADA@Readers.Example"),
        ("ada@readers.example", "ada@readers.example."),
        ("ada@readers.example", "ａｄａ@readers.example"),  # full width
        ("ada@readers.example", "ada\ufe0f@readers.example"),  # a variation selector is not seen
        ("ada@readers.example", '"Ada"@readers.example'),  # quotes that it does not need
        ('"ada b"@readers.example', '"ADA\\ B"@readers.example'),
        ("ada+x@readers.example", "ADA+X@readers.example"),
        ("kelvin@readers.example", "\u212aelvin@readers.example"),  # the sign of Kelvin
        ("résumé@readers.example", "RE\u0301SUME\u0301@readers.example"),
        ("straße@readers.example", "STRASSE@readers.example"),
        ("straße@readers.example", "STRA\u1e9eE@readers.example"),
        ("σας@readers.example", "ΣΑΣ@readers.example"),  # two small sigmas, one capital
        ("o\ufb03ce@readers.example", "OFFICE@readers.example"),
        ("ada@bücher.example", "Ada@BÜCHER.example"),
        ("ada@bücher.example", "ADA@XN--BCHER-KVA.EXAMPLE."),
        ("ada@bücher.example", "ada@bu\u0308cher。example"),
        ("İlkay@readers.example", "i\u0307lkay@readers.example"),  # the capital's own small letter
    ],
)
def test_two_spellings_are_one_mailbox(one: str, other: str) -> None:
    assert mailbox_of(normalise(one)) == mailbox_of(normalise(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ada@readers.example", "ada+x@readers.example"),
        ("a.da@gmail.com", "ada@gmail.com"),  # the reader chose a dot, as one chooses a tag
        # Who takes one for the other gives away accounts: capital I is the capital of both.
        ("mike@readers.example", "m\u0131ke@readers.example"),
        ("ada@readers.example", "adá@readers.example"),
        ("ada@readers.example", "\u0430da@readers.example"),  # Cyrillic
        ("ada@straße.example", "ada@strasse.example"),  # two domains since IDNA 2008
        ('"ada b"@readers.example', "adab@readers.example"),
    ],
)
def test_two_mailboxes_stay_apart(one: str, other: str) -> None:
    assert mailbox_of(normalise(one)) != mailbox_of(normalise(other))


@given(ADDRESS)
def test_no_case_and_no_composition_makes_another_mailbox(address: str) -> None:
    try:
        kept = normalise(address)
    except BadAddress:
        return
    mailbox = mailbox_of(kept)
    assert mailbox_of(mailbox) == mailbox
    assert len(mailbox) <= MAILBOX_CHARS
    # PostgreSQL takes it, and the lines of an import, which have tabulators between their values.
    assert not any(ord(letter) < 32 for letter in mailbox)
    spellings = [kept.lower(), kept.title(), kept.swapcase(), kept.casefold()]
    if "\u0131" not in kept:  # its capital is that of i
        spellings.append(kept.upper())
    spellings += [unicodedata.normalize(form, kept) for form in ("NFC", "NFD", "NFKC", "NFKD")]
    for spelling in spellings:
        assert mailbox_of(spelling) == mailbox, ascii(spelling)


def test_every_letter_folds_once_and_to_no_more_than_a_mailbox_holds() -> None:
    longest = 0.0
    for letter in map(chr, range(sys.maxunicode + 1)):
        if unicodedata.category(letter) in ("Cn", "Co", "Cs", "Lo"):
            continue  # no case, or no letter
        folded = fold(letter)
        assert fold(folded) == folded, ascii(letter)
        longest = max(longest, len(folded) / len(letter.encode()))
    ligature = "\ufdfa"
    longest = max(longest, len(fold(ligature)) / len(ligature.encode()))
    assert 64 * longest + len("@") + 254 <= MAILBOX_CHARS


@pytest.mark.parametrize(
    ("address", "other", "same"),
    [
        ("ada@readers.example", "ada+1@readers.example", True),
        ("Ada@readers.example", "ada@readers.example", True),
        ("ａda@readers.example", "ada+1@readers.example", True),
        ("a.d.a@gmail.com", "ada@gmail.com", True),
        ("a.d.a@readers.example", "ada@readers.example", False),
        ("+ada@readers.example", "+bob@readers.example", False),
    ],
)
def test_letters_are_counted_by_inbox(address: str, other: str, *, same: bool) -> None:
    assert (inbox_of(address) == inbox_of(other)) is same
