"""Pure. What keeps two articles apart, however much they share.

A number of a series, a list of many stories and a guide fold with nothing. Two holes with codes of
their own are two things, and so are two versions.
"""

import re
from functools import lru_cache

from newsletter.choosing.cues import LONGEST
from newsletter.choosing.filler import lists_stories
from newsletter.choosing.folds.profiles import Profile

SERIES = re.compile(
    r"\b("
    r"round-?up|recap|digest|weekly (report|links|update|news)|"
    r"(this|of the|the) week(’s|'s| in)|of the week|week in|\w+day links|"
    r"links:|best of|best .* this week|"
    r"wochenrückblick|presseschau|revue de presse|la semaine en|resumen semanal|rassegna"
    r")\b|#\s?\d+",
    re.IGNORECASE,
)
DATED = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|[\d\W_]+")
# Who is taught how to use a thing is not told that it came: no such post folds with another.
GUIDE = re.compile(
    r"^(how (to|we|i)|tips|guide|so geht|comment|cómo|guida|come)\b"
    r"|\b(best practices|getting started|tutorial|cookbook|hackathon)\b",
    re.IGNORECASE,
)
LONG_TITLE = 20  # characters of a title that is found again within another only if it is the same
LONG_TITLE_WORDS = 4
SAME_WORDS_DAYS = 3  # the very same words within so many days are a syndicated copy


def are_apart(first: Profile, second: Profile) -> bool:
    """True if two cannot be one story.

    They are numbers of a series, a list of many stories, a guide, reports of two things with codes
    or of two versions, or articles of one source about two things with names. A syndicated copy is
    one story all the same, unless a series repeats its very words on another day.
    """
    if first.text == second.text and abs(first.day - second.day) < SAME_WORDS_DAYS:
        return False
    if _is_series_or_guide(first.text[0]) or _is_series_or_guide(second.text[0]):
        return True
    if first.codes and second.codes and first.codes.isdisjoint(second.codes):
        return True
    if _versions_differ(first, second):
        return True
    if not first.source or first.source != second.source:
        return False
    if _skeleton(first.text[0]) == _skeleton(second.text[0]):
        return True
    # A source that tells a thing twice names it twice; with another name it is another thing. Its
    # own name may stand or not.
    names_differ = first.names - second.keys or second.names - first.keys
    return bool(names_differ and names_differ - first.own) and not repeats_title(first, second)


def repeats_title(first: Profile, second: Profile) -> bool:
    """True if one title has the whole of the other in it: “Paper summary: …”."""
    shorter, longer = first.plain_title, second.plain_title
    if len(shorter) > len(longer):
        shorter, longer = longer, shorter
    if len(shorter) < LONG_TITLE or shorter not in longer:
        return False
    return len(shorter.split()) >= LONG_TITLE_WORDS


def _versions_differ(first: Profile, second: Profile) -> bool:
    shared = first.versions.keys() & second.versions.keys()
    return any(first.versions[name].isdisjoint(second.versions[name]) for name in shared)


@lru_cache(maxsize=1 << 14)
def _is_series_or_guide(title: str) -> bool:
    beginning = title[:LONGEST]
    if SERIES.search(beginning) or GUIDE.search(beginning):
        return True
    return lists_stories(title)


def _skeleton(title: str) -> str:
    """Return a title without dates and numbers: the numbers of a series have one skeleton."""
    return DATED.sub(" ", title[:LONGEST].casefold()).strip()
