"""Pure. The words by which lists speak of people, as they are compared.

The words themselves are data: languages.py.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from newsletter.lists.meaning import languages
from newsletter.lists.presets import REJECTED_HEADS, SHEET_HEAD

MOST_CHARS = 4000  # of a heading that is looked at: whole sentences of consent are headings
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
LETTERS = re.compile(r"[^\W_]+")
# Letters that no normal form takes apart, each as people without it write it.
PLAIN_LETTERS = str.maketrans({"ł": "l", "ı": "i", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})


def fold(text: str) -> str:
    """Return text as words without case, accents or marks: `EmailOptOut` is `email opt out`.

    Of a text that is longer than any heading, the beginning counts.
    """
    return fold_whole(CAMEL.sub(" ", text[:MOST_CHARS]))


def fold_whole(text: str) -> str:
    """Return text of any length as words; capitals within a word begin no other."""
    spaced = text.casefold().translate(PLAIN_LETTERS)
    bare = unicodedata.normalize("NFKD", spaced)
    return " ".join(LETTERS.findall("".join(c for c in bare if not unicodedata.combining(c))))


def _words(text: str) -> frozenset[str]:
    return frozenset(map(fold, text.split()))


def _phrases(text: str) -> frozenset[str]:
    return frozenset(map(fold, text.replace("\n", ",").split(","))) - {""}


def _cells(text: str) -> frozenset[str]:
    """Words, and marks that folding would take away."""
    return frozenset(text.split()) | (_words(text) - {""})


def _by_word(meanings: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {word: meaning for meaning, words in meanings.items() for word in words}


def _each(texts: Mapping[str, str]) -> dict[str, str]:
    return _by_word({meaning: _words(text) for meaning, text in texts.items()})


def _each_phrase(texts: Mapping[str, str]) -> dict[str, str]:
    return _by_word({meaning: _phrases(text) for meaning, text in texts.items()})


NOTHING = frozenset(languages.NOTHING.split()) | {""}
YES = _cells(languages.YES)
NO = _cells(languages.NO)
NEGATIONS = _words(languages.NEGATIONS)
STEMS = _each(languages.STEMS)
PHRASES = _each_phrase(languages.PHRASES)
PARTS = _each(languages.PARTS)
GROUPS = _each_phrase(languages.GROUPS)
CONSENT = tuple(_words(languages.CONSENT))
CONSENT_PARTS = tuple(_words(languages.CONSENT_PARTS))
CONSENT_PHRASES = tuple(_phrases(languages.CONSENT_PHRASES))
VAGUE = tuple(_words(languages.VAGUE))
MEMBERSHIPS = _words(languages.MEMBERSHIPS)
MEMBERSHIP_FILLERS = _words(languages.MEMBERSHIP_FILLERS)
OTHERS = _words(languages.OTHERS)
FREE = _words(languages.FREE)
# Where columns go by their headings. What we wrote beside rows that were rejected is left out.
COLUMNS: Mapping[str, str] = {
    **_each_phrase(languages.COLUMNS),
    **dict.fromkeys((*REJECTED_HEADS, SHEET_HEAD), ""),
}
