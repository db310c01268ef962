"""Pure. One article as it is compared with others: its words, names, amounts and kinds of news."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple, Protocol

from newsletter.choosing.cues import LONGEST
from newsletter.choosing.filler import lists_stories
from newsletter.choosing.folds.plain_words import is_plain
from newsletter.choosing.words import (
    CODE,
    SCALES,
    SPELLED,
    Amount,
    ParsedText,
    Word,
    guess_language,
    parse_text,
    stem,
)

Key = str | float  # a name or stem, or the value of an amount

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
# “Corvid 4”, “Corvid v4.1”, “Corvid-4”: two versions of one thing are two things.
VERSION = re.compile(r"\b([A-Z]\w{1,30})[ -]v?(\d{1,4}(?:\.\d{1,4}){0,3})(?![\w%]|[.,]\d)")
# “Eight pigs”, “12-lab study”: what was counted, by a number too small to tell a story itself.
MOST_COUNTED_DIGITS = 3
SHORTEST_THING = 3
COUNTED_EVERYWHERE = frozenset(
    [
        *("way", "tip", "step", "reason", "thing", "time", "lesson", "question", "idea", "rule"),
        *("year", "month", "week", "day", "hour", "minute", "second", "people", "new", "more"),
        *("of", "in", "to", "and", "or", "not", "is", "are"),
    ]
)
# “A letter asks Commerce”: a capital in mid-sentence, after a small word, is a name even of a plain
# word. Headlines may have capitals everywhere, so only leads are looked at.
IN_SENTENCE = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,30}\b")
NAME_PART = re.compile(r"[^\W_]+")
MONTHS = frozenset(
    [
        *("january", "february", "march", "april", "may", "june", "july", "august"),
        *("september", "october", "november", "december", "jan", "feb", "mar", "apr"),
        *("jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"),
    ]
)
LONG_TITLE = 20  # characters of a title that is found again within another only if it is the same
LONG_TITLE_WORDS = 4
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SAME_WORDS_DAYS = 3  # the very same words within so many days are a syndicated copy
SHORT_TEXT_WORDS = 4  # a text of fewer words is no headline in capitals
MOST_CAPITALS = 0.6  # of the words: with more of them, a text is a headline in capitals
SHORTEST_OPENING_NAME = 4


class Comparable(Protocol):
    """An article to compare. `source` is the name of the source or ""; `published_at` is aware,
    or taken for UTC."""

    @property
    def title(self) -> str: ...
    @property
    def dek(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def published_at(self) -> datetime: ...


class ParsedArticle(NamedTuple):
    """A title and the lead that follows it, and what they show whatever else is in their window.

    `language` is "" if nobody knows. `small` are the words that are written small, `likely_names`
    those that look like names; some may be both. `sure_names` have a capital in mid-sentence.
    `kinds` are the kinds of news that they tell, `counted` small numbers with what they count.
    """

    title: ParsedText
    lead: ParsedText
    language: str
    small: tuple[str, ...]
    likely_names: tuple[str, ...]
    sure_names: tuple[str, ...]
    kinds: frozenset[str]
    counted: frozenset[tuple[Key, str]]


@dataclass(frozen=True, slots=True)
class Profile:
    """One article as it is compared.

    `day` counts from 1970. `keys` are all names, stems and amounts, `in_title` those of the title,
    `names` its names. `own` are the words of the source's own name. `codes` are like
    CVE-2026-31877, `measured` are amounts of money and shares, sorted. `versions` has by name in
    the title which of its versions are there.
    """

    source: str
    day: float
    text: tuple[str, str]
    plain_title: str
    is_series: bool
    is_guide: bool
    language: str
    keys: frozenset[Key]
    in_title: frozenset[Key]
    names: frozenset[str]
    own: frozenset[str]
    versions: Mapping[str, frozenset[str]]
    codes: frozenset[str]
    measured: tuple[float, ...]
    kinds: frozenset[str]
    counted: frozenset[tuple[Key, str]]


# Each look at a window parses nearly all articles of the look before again.
@lru_cache(maxsize=1 << 14)
def parse_article(title: str, lead: str) -> ParsedArticle:
    """Take a title and its lead apart."""
    parsed_title = parse_text(title)
    parsed_lead = parse_text(lead)
    language = guess_language(parsed_title, parsed_lead)
    words = parsed_title.words + parsed_lead.words
    return ParsedArticle(
        parsed_title,
        parsed_lead,
        language,
        small=tuple([word.plain for word in words if not word.capital]),
        likely_names=(
            *_likely_names(parsed_title.words, language),
            *_likely_names(parsed_lead.words, language),
        ),
        sure_names=_sure_names(lead, language),
        kinds=frozenset([word.kind for word in words if word.kind]),
        counted=counted_in(f"{title} {lead}"),
    )


def profile_of(
    item: Comparable,
    lead: str,
    parsed: ParsedArticle,
    names: frozenset[str],
) -> Profile:
    """Return the profile of an article; `names` are the words that are names in its window."""
    title = parsed.title
    return Profile(
        source=item.source,
        day=(_aware(item.published_at) - EPOCH) / DAY,
        text=(item.title, lead),
        plain_title=item.title[:LONGEST].casefold(),
        is_series=_is_series(item.title),
        is_guide=bool(GUIDE.search(item.title[:LONGEST])),
        language=parsed.language,
        keys=keys_of(parsed, names),
        in_title=_keys(title, names),
        names=names.intersection([word.plain for word in title.words]),
        own=_words_of_name(item.source),
        versions=_versions(item.title, names),
        codes=frozenset(_codes(title.words + parsed.lead.words)),
        measured=_measured(title.amounts | parsed.lead.amounts),
        kinds=parsed.kinds,
        counted=parsed.counted,
    )


def keys_of(parsed: ParsedArticle, names: frozenset[str]) -> frozenset[Key]:
    """Return the names, the stems of the other words, and the amounts."""
    return _keys(parsed.title, names) | _keys(parsed.lead, names)


def _keys(text: ParsedText, names: frozenset[str]) -> frozenset[Key]:
    keys: set[Key] = {word.plain if word.plain in names else word.stem for word in text.words}
    return frozenset(keys.union([amount.value for amount in text.amounts]))


def names_in(articles: Collection[ParsedArticle]) -> frozenset[str]:
    """Return the words that are names: they look so oftener than not, and are no plain words."""
    small = Counter(chain.from_iterable([article.small for article in articles]))
    likely = Counter(chain.from_iterable([article.likely_names for article in articles]))
    sure = Counter(chain.from_iterable([article.sure_names for article in articles]))
    return frozenset(
        [
            name
            for name, count in likely.items()
            if count > small[name] and (sure[name] > small[name] or not is_plain(name))
        ]
    )


def are_apart(first: Profile, second: Profile) -> bool:
    """True if two cannot be one story.

    They are numbers of a series, a list of many stories, a guide, reports of two things with codes
    or of two versions, or articles of one source about two things with names. A syndicated copy is
    one story all the same, unless a series repeats its very words on another day.
    """
    if first.text == second.text and abs(first.day - second.day) < SAME_WORDS_DAYS:
        return False
    if first.is_series or second.is_series or first.is_guide or second.is_guide:
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
    shorter, longer = sorted((first.plain_title, second.plain_title), key=len)
    if len(shorter) < LONG_TITLE or shorter not in longer:
        return False
    return len(shorter.split()) >= LONG_TITLE_WORDS


def _versions_differ(first: Profile, second: Profile) -> bool:
    for name, versions in first.versions.items():
        others = second.versions.get(name)
        if others and versions.isdisjoint(others):
            return True
    return False


def _versions(title: str, names: frozenset[str]) -> Mapping[str, frozenset[str]]:
    """Return by name which versions of it a title has."""
    found: dict[str, frozenset[str]] = {}
    for written, version in VERSION.findall(title[:LONGEST]):
        name = written.casefold()
        # The fourth of May is no version of May; the names of a window are no plain words.
        if name not in MONTHS and name in names:
            found[name] = found.get(name, frozenset()) | {version.removesuffix(".0")}
    return found


@lru_cache(maxsize=1 << 12)
def _words_of_name(source: str) -> frozenset[str]:
    return frozenset(NAME_PART.findall(source[:LONGEST].casefold()))


@lru_cache(maxsize=1 << 14)
def _is_series(title: str) -> bool:
    return bool(SERIES.search(title[:LONGEST])) or lists_stories(title)


def counted_in(text: str) -> frozenset[tuple[Key, str]]:
    """Return the small numbers of a text, each with the stem of what it counts."""
    words = NAME_PART.findall(text[:LONGEST].lower())
    return frozenset(
        [
            (_small_number(number), stem(thing).rstrip("s"))
            for number, thing in pairwise(words)
            if (number in SPELLED or _is_small(number)) and _is_thing(thing)
        ]
    )


def _is_small(word: str) -> bool:
    return word.isdecimal() and len(word) <= MOST_COUNTED_DIGITS


def _small_number(word: str) -> float:
    return SPELLED[word] if word in SPELLED else float(word)


def _is_thing(word: str) -> bool:
    is_word = word.isalpha() and len(word) >= SHORTEST_THING and word not in SCALES
    return is_word and word.rstrip("s") not in COUNTED_EVERYWHERE


def _measured(amounts: Iterable[Amount]) -> tuple[float, ...]:
    return tuple(sorted([amount.value for amount in amounts if amount.measured]))


def _codes(words: Iterable[Word]) -> Iterator[str]:
    for word in words:
        # Asking for a digit first spares nearly all words the pattern.
        if word.digit and CODE.fullmatch(word.plain):
            yield word.plain


def _likely_names(words: Sequence[Word], language: str) -> list[str]:
    """Return the words with a digit, and those whose capital means that they are names."""
    names = [word.plain for word in words if word.digit]
    if language != "de" and words:  # German writes every noun with a capital
        names += _names_by_capital(words)
    return names


def _sure_names(lead: str, language: str) -> tuple[str, ...]:
    if language == "de" or not lead:
        return ()
    return tuple([name.casefold() for name in IN_SENTENCE.findall(lead[:LONGEST])])


def _names_by_capital(words: Sequence[Word]) -> list[str]:
    """Return the words of a text, at least one, whose capital means that they are names."""
    names = []
    # The first word has a capital anyway. It may be a name if it is not a usual word of news.
    first = words[0]
    if first.capital and len(first.plain) >= SHORTEST_OPENING_NAME and not first.kind:
        names.append(first.plain)
    capitals = [word.plain for word in words if word.capital]
    if len(words) < SHORT_TEXT_WORDS or len(capitals) <= MOST_CAPITALS * len(words):
        names.extend(capitals[1:] if first.capital else capitals)
    return names


def _skeleton(title: str) -> str:
    """Return a title without dates and numbers: the numbers of a series have one skeleton."""
    return DATED.sub(" ", title[:LONGEST].casefold()).strip()


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
