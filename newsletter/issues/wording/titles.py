"""Pure. Words about an issue, made of the chosen stories alone.

Up to three subjects and preheaders, and one sentence before the lead. Each says something of this
week, or there is none: a sentence that is true of every week is read once.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsletter.formats.prose.blurbs import NEVER_LAST

SUBJECT_CHARS = 60
PREHEADER_CHARS = 130
INTRO_CHARS = 200
ENOUGH_CHARS = 18  # a shorter head of a title says too little alone
MOST_OPTIONS = 3
SHOWN_BEFORE = 4  # stories that subject and preheader name; the intro names what is further down
MOST_NAMED = 3
LONGEST_HEADLINE = 500  # characters: what the column of a title holds
# Where a headline turns from what happened to more about it.
TURN = re.compile(
    r"\s+[–—-]\s+|[:;]\s+|[，、：；]"
    r"|,\s+(?=(as|after|but|while|citing|says?|said|which|who|with|and)\b)"
    r"|\s+\((?=[^()]*+\)$)"
)
# What stands before these words can stand alone.
PHRASES = frozenset(
    [
        *("across", "after", "against", "amid", "as", "at", "because", "before", "by", "despite"),
        *("during", "following", "for", "from", "in", "on", "over", "through", "to", "under"),
        *("until", "when", "which", "while", "who", "with", "without"),
        *("auf", "aus", "bei", "für", "mit", "nach", "um", "wegen", "weil", "à", "après", "avec"),
        *("dans", "pour", "sur", "con", "para", "por", "tras", "per", "dopo", "met", "voor"),
    ]
)


@dataclass(frozen=True, slots=True)
class IssueWords:
    """What may be above and beside an issue; the first of each is the proposed one."""

    subjects: tuple[str, ...]
    preheaders: tuple[str, ...]
    intro: str


def words_for(titles: Sequence[str]) -> IssueWords:
    """Word an issue of these titles, the lead first. There is at least one."""
    return IssueWords(
        subjects=options(_subjects(titles[0], titles[1:SHOWN_BEFORE])),
        preheaders=options(_preheaders(titles[1:SHOWN_BEFORE])),
        intro=_listed("Further down: ", titles[SHOWN_BEFORE:], INTRO_CHARS, "."),
    )


def fitted(text: str, limit: int) -> str:
    """Return a text, or its beginning up to where it may end, of at most `limit` characters.

    It ends before a turn, else before a phrase, else at a word that can be a last one; only a
    single word that is too long is broken.
    """
    if len(text) <= limit:
        return text
    text = text[:LONGEST_HEADLINE]
    ends = [turn.start() for turn in TURN.finditer(text)]
    whole = _last_within(ends, text, limit) or _last_within(_phrase_ends(text), text, limit)
    return whole or _words_within(text, limit)


def options(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the first three different texts that are not empty."""
    return tuple(dict.fromkeys(filter(None, texts)))[:MOST_OPTIONS]


def _subjects(lead: str, seconds: Sequence[str]) -> list[str]:
    """The lead, then whole titles, alone or two together; then what is cut."""
    pairs = [_pair(lead, second) for second in seconds]
    # A second story alone: an editor may want another subject than the lead.
    whole = [title for title in seconds if len(title) <= SUBJECT_CHARS]
    cut_short = [fitted(title, SUBJECT_CHARS) for title in seconds]
    return [fitted(lead, SUBJECT_CHARS), _short_head(lead), *pairs, *whole, *cut_short]


def _short_head(lead: str) -> str:
    head = _head(lead)
    return head if len(head) <= SUBJECT_CHARS else ""


def _preheaders(seconds: Sequence[str]) -> list[str]:
    # The subject shows the lead, so a preheader shows the others.
    return [
        _listed("Also: ", seconds, PREHEADER_CHARS),
        _listed("", seconds[::-1], PREHEADER_CHARS),
    ]


def _head(text: str) -> str:
    """Return the part of a headline before its first turn, if that says enough."""
    head = TURN.split(text[:LONGEST_HEADLINE], maxsplit=1)[0].rstrip(" ,;:")
    return head if len(head) >= ENOUGH_CHARS else text


def _pair(lead: str, second: str) -> str:
    """Return two heads in one subject, or "" if they do not fit whole."""
    # Cut, the second half would only puzzle.
    joined = f"{_head(lead)}; {_head(second)}"
    return joined if len(joined) <= SUBJECT_CHARS else ""


def _listed(
    before: str,
    titles: Sequence[str],
    limit: int,
    stop: str = "",
) -> str:
    """Return as many of the titles as fit whole, "" without any; one alone may be cut."""
    kept: list[str] = []
    left = limit - len(before) - len(stop)
    for title in titles:
        bare = title.rstrip(".")
        if bare and len("; ".join([*kept, bare])) <= left and len(kept) < MOST_NAMED:
            kept.append(bare)
    if not kept and titles:
        kept = [fitted(titles[0].rstrip("."), left)]
    return f"{before}{'; '.join(kept)}{stop}" if any(kept) else ""


def _last_within(ends: Iterable[int], text: str, limit: int) -> str:
    """Return the text up to the last of the ends that fits and says enough; "" if none does."""
    whole = [end for end in ends if ENOUGH_CHARS <= end <= limit and _may_end(text[:end])]
    return text[: whole[-1]].rstrip(" ,;:") if whole else ""


def _phrase_ends(text: str) -> list[int]:
    """Return the places before the words that begin a phrase."""
    ends = []
    at = 0
    for word in text.split(" "):
        if at and word.casefold() in PHRASES:
            ends.append(at - 1)
        at += len(word) + 1
    return ends


def _words_within(text: str, limit: int) -> str:
    """Return the words that fit, without those at the end that ask for another."""
    fits = text[: limit + 1].rpartition(" ")[0] or text[:limit]
    words = fits.split(" ")
    while len(words) > 1 and not _may_end(" ".join(words)):
        words.pop()
    return " ".join(words).rstrip(" ,;:–-") or text[:limit]


def _may_end(text: str) -> bool:
    """True if nothing is open at the end of a text: no preposition, quotation or bracket."""
    last = text.split()[-1:]
    if not last or last[0].casefold().strip("“”\"'(") in NEVER_LAST:
        return False
    return text.count("(") == text.count(")") and text.count("“") == text.count("”")
