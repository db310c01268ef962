"""Pure. What fills feeds without being news: recurring posts, job ads, sponsored posts, round-ups, late retellings, lessons.

A recurring post is known by its rhythm: the same pattern of title at regular distances from the same source. Words are only
the second witness, for the first time that a post is seen; they are English.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from newsletter.choosing.cues import DIGIT, Cues, words_of
from newsletter.choosing.stories import Report

Kind = Literal["filler", "lesson"]
Series = Mapping[str, Sequence[datetime]]  # pattern of a title → when it came, of one source

MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
DATE = re.compile(
    rf"\b(?:{MONTH} \d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th)? {MONTH})(?:,? \d{{4}})?\b|\b\d+(?:[./-]\d+)*\b",
    re.IGNORECASE,
)
LABEL = re.compile(r"^(.{3,40}?)(?:\s*[:|(]|\s+[–—-]\s|\s+#)")
STOPS = frozenset(":|(–—-#")  # one of them ends a label
RHYTHMS = (
    timedelta(days=1),
    timedelta(days=7),
    timedelta(days=14),
    timedelta(days=28),
    timedelta(days=30.4),
)
LOOSE = 0.2  # a post that is a day late in a week is still weekly


@dataclass(frozen=True, slots=True)
class Mark:
    """What an article is instead of news, as a sentence says it."""

    kind: Kind
    because: str


BRACKETS = re.compile(
    r"[\[(]\s*(sponsor(ed)?|ad|advertisement|promoted?|promotion|paid)\b", re.IGNORECASE
)
NUMBERED = re.compile(r"^(ep|episode|issue|no|vol|week)\.? ?#?\d+\b|#\d{1,4}$", re.IGNORECASE)
SPONSORED, JOBS, AGAIN, LATE = (
    Mark("filler", because)
    for because in ("sponsored post", "job ad", "recurring post", "late retelling")
)
EVERYWHERE: Sequence[tuple[Mark, str]] = (  # in a title, or at the head of a dek
    (
        SPONSORED,
        "^sponsored, ^advertorial, ^promoted, ^partner post, ^partner content, ^paid post, ^paid content, ^promotional content, "
        "^sponsored content, "
        "^presented by, ^a message from, ^this post is sponsored, ^in partnership with",
    ),
    (
        JOBS,
        "open roles, open positions, # open roles, job board, jobs board, now hiring, ^we're hiring, ^join us, ^join our team, "
        "^careers, ^# open",
    ),
    (LATE, "^late to this, ^catching up, ^icymi, ^in case you missed, ^revisiting, ^looking back"),
)
DEKS: Cues[Mark] = Cues(EVERYWHERE)
TITLES: Cues[Mark] = Cues(
    (
        *EVERYWHERE,
        (
            JOBS,
            "startup jobs, ai jobs, tech jobs, who is hiring, applications open, applications are open, applications now open, internship*",
        ),
        (
            AGAIN,
            "weekend links, weekend reads, weekend reading, week's links, weekly links, weekly reads, weekly digest, weekly report, "
            "weekly briefing, "
            "weekly recap, weekly newsletter, weekly thread, weekly notes, weekly picks, weekly update, weekly round-up, "
            "weekly roundup, monthly digest, "
            "monthly report, monthly recap, monthly update, monthly newsletter, daily digest, daily briefing, daily brief, daily links, "
            "this week in, last week in, the week in, this month in, the month in, of the week, of the month, this week's, ^bonus, "
            "podcast*, "
            "open thread, office hours, webinar*, livestream*, meetup*, newsletter",
        ),
        (
            Mark("filler", "round-up"),
            "round-up*, roundup*, best of, year in review, link dump, reading list",
        ),
        (
            Mark("filler", "list of changes"),
            "changelog*, change log, release notes, patch notes, merge report, what's new in, bug fixes",
        ),
        (
            Mark("filler", "opinion without news"),
            "^please stop, ^please don't, ^stop using, ^stop calling, ^in praise of, ^in defence of, ^in defense of, ^why i, "
            "^you probably don't, "
            "^you don't, ^you shouldn't, ^you should, ^the case for, ^the case against, ^unpopular opinion, ^opinion, ^op-ed, "
            "^confessions of, ^a plea, "
            "rant",
        ),
        (
            Mark("lesson", "how-to rather than news"),
            "^how to, ^use, ^using, ^build a, ^build an, ^build your, ^building a, ^building an, ^building intelligent, "
            "^building better, ^getting started, "
            "^deploying, ^guide, ^a guide, ^the guide, ^a practical guide, ^lessons from, ^# ways, ^# tips, ^# things, ^# questions, "
            "^# lessons, ^# steps, "
            "^# reasons, ^# mistakes, ^# tricks, best practices, tutorial*, playbook*, cheat sheet, cheatsheet, tips, primer, "
            "walkthrough*, explained with, "
            "where to start, ^review, guide to, shortcuts, step by step",
        ),
        (
            Mark("lesson", "story of one customer or team"),
            "customer story, customer stories, customer spotlight, case study, case studies, success story, recap, ^welcoming, ^meet, "
            "^inside, "
            "^how we, ^how our",
        ),
    )
)
TEAM = re.compile(
    r"^how [\w’'&. -]{2,60} (uses?|used|built|builds?|rebuilt|runs?|scaled|ships?|saved|cut|automate[sd]?|transform(s|ed)|enables?|"
    r"partners|teams?|works)\b",
    re.IGNORECASE,
)
TOPICS: Mapping[str, str] = {
    "sponsored": "sponsored post", "advertisement": "sponsored post", "advertorial": "sponsored post", "roundup": "round-up",
    "round-up": "round-up", "digest": "round-up", "links": "round-up", "podcast": "recurring post", "webinar": "recurring post",
}  # fmt: skip
BACK: Cues[bool] = Cues(
    [(True, "last week, last week's, last month, last month's, earlier this month, the other week")]
)
STANDING = re.compile(
    r"(?:[A-Z\d][\w’'&.-]* ){0,2}(?i:pricing|price list|leaderboards?|faq|glossary|documentation|status page|"
    r"(?:free|starter|hobby|builder|developer|pro|plus|team|business|enterprise|premium|standard) (?:plan|tier)s?)\s*(?:[:|–—]|\s-\s|$)"
)  # the label of a page that is there all year; a headline says what happened to it
MANY = 3
HEAD = 12  # words of a dek in which it says what it is


def mark_of(report: Report, series: Sequence[Series]) -> Mark | None:
    """Return what `report` is instead of news, if it is. `series` are those of its sources, with this very article in them."""
    told = next(
        (TOPICS[topic] for one in report.topics if (topic := one.casefold().strip()) in TOPICS),
        None,
    )
    if told:
        return Mark("filler", told)
    if any(
        _is_regular(times.get(pattern, ()), least)
        for times in series
        for pattern, least in patterns(report.title)
    ):
        return Mark("filler", "recurring post")
    if ("[" in report.title or "(" in report.title) and BRACKETS.search(report.title):
        return SPONSORED
    return _worded(report.title, report.dek)


@lru_cache(
    maxsize=1 << 14
)  # each look at a window asks again for nearly all of what the last one asked for
def _worded(title: str, dek: str) -> Mark | None:
    """What the words alone tell."""
    words = words_of(title)
    if "#" in words and NUMBERED.search(title):
        return AGAIN
    found = TITLES.found_in(words) | DEKS.found_in(words_of(dek)[:HEAD])
    if found:
        return min(found, key=lambda one: (one.kind, one.because))
    if title[:4].casefold() == "how " and TEAM.search(title):
        return Mark("lesson", "story of one customer or team")
    if STANDING.match(title):
        return Mark("lesson", "page that stands rather than news")
    return Mark("filler", "round-up") if lists_stories(title) else None


@lru_cache(maxsize=1 << 14)
def looks_back(title: str, dek: str) -> bool:
    """True if it speaks of last week: alone, that is a late retelling; with others, a story that goes on."""
    return bool(BACK.found_in(words_of(title)) or BACK.found_in(words_of(dek)))


@lru_cache(maxsize=1 << 15)  # a title is asked for twice: among its source's, and for itself
def patterns(title: str) -> tuple[tuple[str, int], ...]:
    """Return what stays the same in a recurring title, and how often it must have come before that means anything: the whole
    without its numbers and dates, and the label at its head.

    A label of one bare word (“Review: …”, “Exclusive: …”) names a kind of article, not a post that comes again; one of
    several may be the name of a product that there is often news of, so it must come at least three times.
    """
    whole = " ".join((DATE.sub("#", title) if DIGIT.search(title) else title).casefold().split())
    found = [(whole, 2)] if "#" in whole or len(whole.split()) >= MANY else []
    head = None if STOPS.isdisjoint(whole) else LABEL.match(whole)
    if head and (len(head[1].split()) > 1 or "#" in head[1]):
        found.append((head[1].strip(), 2 if "#" in head[1] else MANY))
    return tuple(found)


def series_of(titles: Iterable[tuple[str, datetime]]) -> Series:
    """Return when each pattern came, from all titles of one source, this week's among them."""
    times: dict[str, list[datetime]] = {}
    for title, at in titles:
        for pattern, _ in patterns(title):
            times.setdefault(pattern, []).append(at)
    return times


def _is_regular(times: Sequence[datetime], least: int) -> bool:
    """Twice at a usual distance (a day, a week, a month), or at least three times with all distances alike."""
    gaps = [later - earlier for earlier, later in pairwise(sorted(times))]
    if len(gaps) < least - 1 or min(gaps) < timedelta(hours=18):
        return False
    usual = sorted(gaps)[len(gaps) // 2]
    alike: bool = all(abs(gap - usual) <= usual * LOOSE for gap in gaps)
    is_usual: bool = any(abs(usual - rhythm) <= rhythm * LOOSE for rhythm in RHYTHMS)
    return alike and (is_usual or len(gaps) >= MANY - 1)


def lists_stories(title: str) -> bool:
    """True for a title that is itself a list of headlines: three or more parts of several words, nearly all of them capitalised."""
    if title.count(",") + title.count(";") < MANY - 1:
        return False
    parts = [part.split() for part in re.split(r"[,;]\s+", title)]
    if (
        len(parts) < MANY
        or any(len(part) < 2 for part in parts)
        or sum(map(len, parts)) < MANY * len(parts)
    ):
        return False
    long = [word for part in parts for word in part if len(word) > MANY]
    capitals: int = sum(word[0].isupper() or word[0].isdigit() for word in long)
    return capitals >= 0.8 * len(long)
