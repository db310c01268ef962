"""Pure. Directions: which way a language is written, and a text."""

import unicodedata
from collections.abc import Mapping
from typing import Literal

Direction = Literal["ltr", "rtl"]
# ISO 639: Arabic, Persian, Hebrew (also by its old code), Yiddish, Urdu, Pashto, Sindhi, Uyghur,
# Divehi, Central Kurdish, Syriac.
RIGHT_TO_LEFT = frozenset(
    ("ar", "fa", "he", "iw", "yi", "ji", "ur", "ps", "sd", "ug", "dv", "ckb", "syr")
)
# Scripts that are written so, whatever the language (RFC 5646: "az-Arab").
SCRIPTS = frozenset(("arab", "hebr", "thaa", "syrc"))
# Which way each kind of strong character runs (UAX 9, table 4).
STRONG: Mapping[str, Direction] = {"L": "ltr", "R": "rtl", "AL": "rtl"}
ENOUGH_CHARS = 300  # a text that has no letter in so many has no direction of its own


def language_direction(language: str) -> Direction:
    """Return which way texts of a language run; the language is a tag like "ar" or "he-IL"."""
    first, *subtags = language.lower().replace("_", "-").split("-")
    scripts = [tag for tag in subtags if len(tag) == 4 and tag.isalpha()]
    if scripts:
        return "rtl" if scripts[0] in SCRIPTS else "ltr"
    return "rtl" if first in RIGHT_TO_LEFT else "ltr"


def text_direction(text: str) -> Direction | None:
    """Return which way a text runs: that of its first letter (UAX 9, P2). None without a letter."""
    for char in text[:ENOUGH_CHARS]:
        found = STRONG.get(unicodedata.bidirectional(char))
        if found:
            return found
    return None
