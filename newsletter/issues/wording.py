"""Pure. Words about an issue, made of the chosen stories alone: three subjects, three preheaders, one sentence before the lead."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

SUBJECT_CHARS, PREHEADER_CHARS = 60, 130
ENOUGH = 18  # characters: a shorter head of a title says too little alone
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
TURN = re.compile(
    r"\s+[–—-]\s+|[:;]\s+|,\s+(?=(as|after|but|while|citing|says?|said|which|who|with|and)\b)|\s+\((?=[^)]*\)$)"
)


@dataclass(frozen=True, slots=True)
class IssueWords:
    """What may stand above and beside an issue; the first of each is the proposed one."""

    subjects: tuple[str, ...]
    preheaders: tuple[str, ...]
    intro: str


def words_for(titles: Sequence[str], sources: int, tools: int) -> IssueWords:
    """Word an issue of these titles (the lead first, at least one), told by so many sources, with so many tools."""
    lead, seconds = titles[0], list(titles[1:4])
    subjects = [cut(lead, SUBJECT_CHARS), cut(_head(lead), SUBJECT_CHARS)]
    subjects += [joined for second in seconds if (joined := _both(lead, second))]
    subjects += [cut(second, SUBJECT_CHARS) for second in seconds]
    further = _count(len(titles) - 1, "more story", "more stories")
    preheaders = [_list("Also: ", seconds), _list("", seconds[::-1]), f"With {further}."]
    preheaders = [one for one in preheaders if one] if seconds else ["The week in one story."]
    return IssueWords(_three(subjects), _three(preheaders), _intro(titles, sources, tools))


def cut(text: str, limit: int) -> str:
    """Cut at a word, with an ellipsis, if `text` is over `limit` characters."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:.–-") + "…"


def _head(text: str) -> str:
    """The part of a headline before its first turn, if that says enough."""
    head = TURN.split(text)[0].rstrip(" ,;:")
    return head if len(head) >= ENOUGH else text


def _both(lead: str, second: str) -> str:
    """Two heads in one subject, if they fit whole."""
    joined = f"{_head(lead)}; {_head(second)}"
    return joined if len(joined) <= SUBJECT_CHARS else ""


def _list(before: str, titles: Sequence[str]) -> str:
    """As many titles as fit whole; the first is cut if it alone does not."""
    text = before
    for title in titles:
        longer = f"{text}{'; ' if text != before else ''}{title.rstrip('.')}"
        if len(longer) > PREHEADER_CHARS:
            break
        text = longer
    return (
        text if text != before else cut(f"{before}{titles[0]}", PREHEADER_CHARS) if titles else ""
    )


def _three(options: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, options)))[:3]


def _intro(titles: Sequence[str], sources: int, tools: int) -> str:
    """True whatever the week was: only counts, and which story leads."""
    if len(titles) == 1:
        text = "A quiet week: one story, and it is worth your time."
    else:
        text = f"One story first, then {_count(len(titles) - 1, 'more', 'more')}"
        text += f", gathered from {_count(sources, 'source', 'sources')}." if sources > 1 else "."
    return f"{text} At the end, {_count(tools, 'tool', 'tools')} to try." if tools else text


def _count(number: int, one: str, many: str) -> str:
    return f"{NUMBERS[number] if number < len(NUMBERS) else number} {one if number == 1 else many}"
