"""Pure. Whether an article is in another language than the publication.

Feeds often say "en" and have titles in three languages, so the words come first: little words
("the", "für", "dans"), and the script. What a feed says counts where the words do not tell.

A name may have little words of another language: "Cirque de la Mer", "Die Hard". So a single such
word without an accent tells nothing, and one little word of our own language settles it.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

from newsletter.choosing.cues import LONGEST
from newsletter.choosing.stories import Report
from newsletter.choosing.words import LANGUAGES, LITTLE
from newsletter.text import without_accents

WORD = re.compile(r"[^\W\d_]+")
KANA = ("\u3040", "\u30ff")  # Japanese alone is written with them
# Scripts: the first letter of each, its last, and the languages that are written in it. Of several
# the first is meant where nobody says which.
SCRIPTS = (
    (*KANA, ("ja",)),
    ("\uac00", "\ud7af", ("ko",)),
    ("\u3400", "\u9fff", ("zh", "ja", "yue")),
    ("\u0400", "\u04ff", ("ru", "uk", "bg", "sr", "mk", "be", "kk", "ky", "mn", "tg", "tt")),
    ("\u0370", "\u03ff", ("el",)),
    ("\u0600", "\u06ff", ("ar", "fa", "ur", "ps", "ckb", "sd", "ug")),
    ("\u0590", "\u05ff", ("he", "yi")),
    ("\u0900", "\u097f", ("hi", "mr", "ne", "sa")),
    ("\u0e00", "\u0e7f", ("th",)),
)
MOSTLY = 0.5  # of the letters
FEW = 2  # little words of another language that tell, where the feed says nothing
MANY = 3  # the same, where the feed says that it is in ours: “Cirque de la Mer” may be a name


def foreign_language(
    title: str,
    dek: str,
    declared: str,
    ours: str,
) -> str:
    """Return the language of an article if it is another than ours, "" if not or if nobody knows.

    Languages are tags (BCP 47), of which only the first part counts; `declared` may be "".
    """
    declared = tongue_of(declared)
    ours = tongue_of(ours)
    written = _tongues_of_script(title)
    if written:
        return _foreign_in_script(written, declared, ours)
    if ours not in LITTLE:  # its words are not known, so they cannot be told from others
        return declared if declared != ours else ""
    return _foreign_words(
        title,
        dek,
        declared,
        ours,
    )


def strange_language(
    report: Report,
    ours: str,
) -> str:
    """Return the language of an article if neither the publication nor its source wants it."""
    found = foreign_language(
        report.title,
        report.dek,
        report.language,
        ours,
    )
    if not found:  # as nearly all are in ours
        return ""
    # Of several languages with one script the source may name none.
    named = tongue_of(report.language)
    written = _tongues_of_script(report.title)
    may_be = {tongue_of(found), *(written if named not in written else ())}
    allowed = any(not may_be.isdisjoint(voice.languages) for voice in report.voices)
    return "" if allowed else found


@lru_cache(maxsize=1 << 15)
def tongue_of(language: str) -> str:
    """Return a language without its region: "en" for "en-GB"."""
    return language.split("-")[0].casefold()


def _foreign_in_script(
    written: Sequence[str],
    declared: str,
    ours: str,
) -> str:
    """Return the language of a title whose script is that of these languages, "" if it is ours.

    What the feed says counts among them, and what is ours where it says another or nothing.
    """
    if declared in written:
        return declared if declared != ours else ""
    return "" if ours in written else written[0]


def _foreign_words(
    title: str,
    dek: str,
    declared: str,
    ours: str,
) -> str:
    """Return the language that the little words show, or that the feed says."""
    counts, is_sure = _count_little_words(title, dek)
    mine = counts[ours]
    most = max(counts.values(), default=0)
    if mine and mine >= most:
        return ""
    tongue = min((name for name, count in counts.items() if count == most), default="")
    if tongue and not mine and (is_sure or most >= (MANY if declared == ours else FEW)):
        return declared if counts[declared] == most else tongue
    return "" if declared in ("", ours) or mine else declared


@lru_cache(maxsize=1 << 14)  # each look asks for nearly all texts of the look before again
def _count_little_words(
    title: str,
    dek: str,
) -> tuple[Counter[str], bool]:
    """Count the little words of each language; True if one has an accent, as no other has."""
    text = f"{title} {dek}"[:LONGEST]
    found = list(map(_little_words, text.split()))
    counts = Counter(chain.from_iterable([tongues for tongues, _ in found]))
    # Nearly all titles are written without accents.
    return counts, not text.isascii() and any(has_accent for _, has_accent in found)


@lru_cache(maxsize=1 << 15)  # what stands between two spaces comes again and again
def _little_words(written: str) -> tuple[tuple[str, ...], bool]:
    """Return the languages of the little words in it; True if one has an accent."""
    words = WORD.findall(written.casefold())
    little = [(word, without_accents(word)) for word in words]
    little = [(word, plain) for word, plain in little if plain in LANGUAGES]
    tongues = chain.from_iterable([LANGUAGES[plain] for _, plain in little])
    return tuple(tongues), any(word != plain for word, plain in little)


@lru_cache(maxsize=1 << 14)
def _tongues_of_script(title: str) -> tuple[str, ...]:
    """Return the languages with the script that most letters have; none for the Latin one."""
    if title.isascii():
        return ()
    letters = "".join(WORD.findall(title[:LONGEST]))
    # Japanese is written with signs of Chinese between its own.
    if _share_of(letters, *KANA) and _share_of(letters, KANA[0], "\u9fff") > MOSTLY:
        return ("ja",)
    for first, last, tongues in SCRIPTS:
        if _share_of(letters, first, last) > MOSTLY:
            return tongues
    return ()


def _share_of(
    letters: str,
    first: str,
    last: str,
) -> float:
    """Return which share of the letters stands between two."""
    return sum(first <= letter <= last for letter in letters) / len(letters) if letters else 0.0
