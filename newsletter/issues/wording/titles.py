"""Pure. Words about an issue, made of the chosen stories alone.

Three subjects, three preheaders, and one sentence before the lead.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SUBJECT_CHARS = 60
PREHEADER_CHARS = 130
ENOUGH_CHARS = 18  # a shorter head of a title says too little alone
MOST_OPTIONS = 3
NUMBERS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
LONGEST_HEADLINE = 500  # characters: what the column of a title holds
# Where a headline turns from what happened to more about it.
TURN = re.compile(
    r"\s+[–—-]\s+|[:;]\s+"
    r"|,\s+(?=(as|after|but|while|citing|says?|said|which|who|with|and)\b)"
    r"|\s+\((?=[^()]*+\)$)"
)


@dataclass(frozen=True, slots=True)
class IssueWords:
    """What may be above and beside an issue; the first of each is the proposed one."""

    subjects: tuple[str, ...]
    preheaders: tuple[str, ...]
    intro: str


def words_for(
    titles: Sequence[str],
    sources: int,
    tools: int,
) -> IssueWords:
    """Word an issue of these titles, the lead first, from so many sources, with so many tools.

    There is at least one title.
    """
    return IssueWords(
        subjects=options(_subjects(titles[0], titles[1:4])),
        preheaders=options(_preheaders(titles)),
        intro=_intro(len(titles), sources, tools),
    )


def cut(text: str, limit: int) -> str:
    """Cut at a word, with an ellipsis, if `text` is over `limit` characters."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:.–-") + "…"


def options(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the first three different texts that are not empty."""
    return tuple(dict.fromkeys(filter(None, texts)))[:MOST_OPTIONS]


def _subjects(lead: str, seconds: Sequence[str]) -> list[str]:
    """The lead alone, whole and by its head; with a second story, if both fit; a second alone."""
    pairs = [_pair(lead, second) for second in seconds]
    # A second story alone: an editor may want another subject than the lead.
    singles = [cut(title, SUBJECT_CHARS) for title in seconds]
    return [cut(lead, SUBJECT_CHARS), cut(_head(lead), SUBJECT_CHARS), *pairs, *singles]


def _preheaders(titles: Sequence[str]) -> list[str]:
    seconds = titles[1:4]
    if not seconds:
        return ["The week in one story."]
    further = _count(len(titles) - 1, "more story", "more stories")
    # The subject shows the lead, so a preheader shows the others.
    return [_list("Also: ", seconds), _list("", seconds[::-1]), f"With {further}."]


def _head(text: str) -> str:
    """Return the part of a headline before its first turn, if that says enough."""
    head = TURN.split(text[:LONGEST_HEADLINE], maxsplit=1)[0].rstrip(" ,;:")
    return head if len(head) >= ENOUGH_CHARS else text


def _pair(lead: str, second: str) -> str:
    """Return two heads in one subject, or "" if they do not fit whole."""
    # Cut, the second half would only puzzle.
    joined = f"{_head(lead)}; {_head(second)}"
    return joined if len(joined) <= SUBJECT_CHARS else ""


def _list(before: str, titles: Sequence[str]) -> str:
    """Return as many titles as fit whole, at least one; the first is cut if it alone does not."""
    text = before
    for title in titles:
        separator = "" if text == before else "; "
        longer = f"{text}{separator}{title.rstrip('.')}"
        if len(longer) > PREHEADER_CHARS:
            break
        text = longer
    return text if text != before else cut(f"{before}{titles[0]}", PREHEADER_CHARS)


def _intro(stories: int, sources: int, tools: int) -> str:
    """Return a sentence that is true of every week: only counts, and which story leads."""
    text = _opening(stories, sources)
    if not tools:
        return text
    return f"{text} At the end, {_count(tools, 'tool', 'tools')} to try."


def _opening(stories: int, sources: int) -> str:
    if stories == 1:
        return "A quiet week: one story, and it is worth your time."
    text = f"One story first, then {_count(stories - 1, 'more', 'more')}"
    if sources > 1:
        text += f", gathered from {_count(sources, 'source', 'sources')}"
    return f"{text}."


def _count(number: int, singular: str, plural: str) -> str:
    """Return a number with its noun, in words up to twelve."""
    words = NUMBERS[number] if number < len(NUMBERS) else str(number)
    return f"{words} {singular if number == 1 else plural}"
