"""Pure. What fills feeds without being news: recurring posts, job ads, sponsored posts, round-ups,
late retellings, lessons.

A recurring post is known by its rhythm: the same pattern of title at regular distances from the
same source. What words show for the first time that a post is seen is in the cue files (news/).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain, pairwise

from newsletter.choosing.cues import DIGIT, LONGEST, NUMBER, Cues, words_of
from newsletter.choosing.news.families import Kind, Sign
from newsletter.choosing.stories import Report

Series = Mapping[str, Sequence[datetime]]  # pattern of a title → when it came, of one source


@dataclass(frozen=True, slots=True)
class Mark:
    """What an article is instead of news: its kind, and a few words that name it for editors."""

    kind: Kind
    because: str
    by_cue: bool = False  # a cue file says so, rather than its form


BACK = "last week, last week's, last month, last month's, earlier this month, the other week"


BACK_CUES = Cues([(True, BACK)])

MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
DATE = re.compile(
    rf"\b(?:{MONTH} \d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th)? {MONTH})(?:,? \d{{4}})?\b"
    r"|\b\d+(?:[./-]\d+)*\b",
    re.IGNORECASE,
)
LABEL = re.compile(r"^(.{3,40}?)(?:\s*[:|(]|\s+[–—-]\s|\s+#)")
STOPS = frozenset(":|(–—-#")  # one of them ends a label
LIST_SIGNS = re.compile(r"[,;]\s+")
BRACKETS = re.compile(
    r"[\[(]\s*(sponsor(ed)?|ad|advertisement|promoted?|promotion|paid)\b",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"^(ep|episode|issue|no|vol|week)\.? ?#?\d+\b|#\d{1,4}$", re.IGNORECASE)
# The label of a page that is there all year; a headline says what happened to it.
STANDING = re.compile(
    r"(?:[A-Z\d][\w’'&.-]* ){0,2}"
    r"(?i:pricing|price list|leaderboards?|faq|glossary|documentation|status page|"
    r"(?:free|starter|hobby|builder|developer|pro|plus|team|business|enterprise|premium|standard)"
    r" (?:plan|tier)s?)"
    r"\s*(?:[:|–—]|\s-\s|$)"
)
RHYTHMS = (
    timedelta(days=1),
    timedelta(days=7),
    timedelta(days=14),
    timedelta(days=28),
    timedelta(days=30.4),
)
LOOSE = 0.2  # a post that is a day late in a week is still weekly
SHORTEST_GAP = timedelta(hours=18)  # posts that come oftener than daily have no rhythm
MANY = 3
MOST_CAPITALS = 0.8  # of the long words, from which on a title is a list of headlines


def mark_of(
    report: Report,
    series: Sequence[Series],
    signs: Sequence[Sign],
) -> Mark | None:
    """Return what `report` is instead of news, None for news.

    `series` are those of its sources, with this very report in them. `signs` are what it shows.
    """
    if _is_recurring(report.title, series):
        return Mark("filler", "recurring post")
    if _is_sponsored(report.title):
        return Mark("filler", "sponsored post")
    return _mark_by_cue(signs) or _mark_by_form(report.title)


def looks_back(title: str, dek: str) -> bool:
    """True if it speaks of last week.

    Of one source alone that is a late retelling; of several, it is a story that goes on.
    """
    return _has_back_cue(title) or _has_back_cue(dek)


def _has_back_cue(text: str) -> bool:
    # A look for what each cue ends with spares most texts the words.
    small = text[:LONGEST].casefold()
    return ("week" in small or "month" in small) and bool(BACK_CUES.found_in(words_of(text)))


@lru_cache(maxsize=1 << 15)  # a title is asked for twice: among its source's, and for itself
def patterns(title: str) -> tuple[tuple[str, int], ...]:
    """Return what stays the same in a recurring title, each with how often it must have come.

    Patterns are the whole without its numbers and dates, and the label at its head. A label of one
    bare word (“Review: …”, “Exclusive: …”) names a kind of article, not a post that comes again.
    One of several words may be a product that is often in the news, so it must come three times.
    """
    whole = _undated(title[:LONGEST])
    found = []
    if NUMBER in whole or len(whole.split()) >= MANY:
        found.append((whole, 2))
    label = _label(whole)
    if NUMBER in label:
        found.append((label, 2))
    elif len(label.split()) > 1:
        found.append((label, MANY))
    return tuple(found)


def series_of(titles: Iterable[tuple[str, datetime]]) -> Series:
    """Return when each pattern came, from all titles of one source, this week's among them."""
    times: dict[str, list[datetime]] = {}
    for title, at in titles:
        for pattern, _ in patterns(title):
            times.setdefault(pattern, []).append(at)
    return times


def lists_stories(title: str) -> bool:
    """True for a title that is a list of headlines.

    It has three or more parts of several words, nearly all of them with capitals.
    """
    if title.count(",") + title.count(";") < MANY - 1:
        return False
    parts = [part.split() for part in LIST_SIGNS.split(title[:LONGEST])]
    return _may_be_headlines(parts) and _is_capitalised(parts)


def _undated(title: str) -> str:
    """Return a title in small letters, with # for each number and date."""
    dateless = DATE.sub(NUMBER, title) if DIGIT.search(title) else title
    return " ".join(dateless.casefold().split())


def _label(title: str) -> str:
    """Return the label at the head of a title: "review" of "review: a boat"; "" without one."""
    # A look for the signs that end a label spares most titles the pattern.
    found = None if STOPS.isdisjoint(title) else LABEL.match(title)
    return found[1].strip() if found else ""


def _is_sponsored(title: str) -> bool:
    title = title[:LONGEST]
    has_brackets = "[" in title or "(" in title
    return has_brackets and BRACKETS.search(title) is not None


def _is_recurring(title: str, series: Sequence[Series]) -> bool:
    for pattern, least in patterns(title):
        for times in series:
            if _is_regular(times.get(pattern, ()), least):
                return True
    return False


def _is_regular(times: Sequence[datetime], least: int) -> bool:
    """True for times at a usual distance (a day, a week, a month), or many at equal distances."""
    if len(times) < least:  # as nearly all are
        return False
    gaps = sorted([later - earlier for earlier, later in pairwise(sorted(times))])
    usual = gaps[len(gaps) // 2]
    if gaps[0] < SHORTEST_GAP or not all(_is_about(gap, usual) for gap in gaps):
        return False
    return len(times) >= MANY or any(_is_about(usual, rhythm) for rhythm in RHYTHMS)


def _is_about(gap: timedelta, usual: timedelta) -> bool:
    """True for a gap that is the usual one, a little more or less."""
    return abs(gap - usual) <= usual * LOOSE


def _mark_by_cue(signs: Sequence[Sign]) -> Mark | None:
    """Return what a cue file calls it; what only a dek shows is too little for that."""
    marks = [
        Mark(
            sign.family.mark,
            sign.family.says,
            by_cue=True,
        )
        for sign in signs
        if sign.family.mark and sign.is_plain
    ]
    # Filler comes before a lesson, and the same words always give the same mark.
    return min(marks, key=lambda mark: (mark.kind, mark.because), default=None)


# Each look at a window asks again for nearly all of what the last look asked for.
@lru_cache(maxsize=1 << 14)
def _mark_by_form(title: str) -> Mark | None:
    """Return what a title without any cue is by the way in which it is built."""
    title = title[:LONGEST]
    if DIGIT.search(title) and NUMBERED.search(title):
        return Mark("filler", "recurring post")
    if STANDING.match(title):
        return Mark("lesson", "page that stands rather than news")
    return Mark("filler", "round-up") if lists_stories(title) else None


def _may_be_headlines(parts: Sequence[Sequence[str]]) -> bool:
    """True for many parts of several words."""
    words = [len(part) for part in parts]
    return len(parts) >= MANY and min(words) >= 2 and sum(words) >= MANY * len(parts)


def _is_capitalised(parts: Iterable[Sequence[str]]) -> bool:
    """True if nearly all long words begin with a capital or a figure."""
    long = [word for word in chain.from_iterable(parts) if len(word) > MANY]
    return sum(map(_begins_large, long)) >= MOST_CAPITALS * len(long)


def _begins_large(word: str) -> bool:
    return word[0].isupper() or word[0].isdigit()
