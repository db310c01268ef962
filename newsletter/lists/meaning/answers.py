"""Pure. Answers: what the words of a column mean, as a program documents it or a person said it.

For a person at the terminal an answer is text: `Blacklisted=yes:unsubscribed,no:active`. A word is
a cell, in any case, or a kind of cells: `yes` and `no` in all their spellings, `date`, `empty`, and
`*` for all that have no answer of their own. Of an object (JSON) it is `key=word`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from newsletter.errors import Refused
from newsletter.lists.meaning.objects import read_pairs
from newsletter.lists.meaning.words import kind_of, plain_word, word_of

KINDS = ("yes", "no", "date", "empty")
ANY = "*"
# What a word can mean. "active" says nothing against a person: the strictest of all columns counts.
MEANINGS: Mapping[str, str] = {
    "active": "gets letters",
    "unconfirmed": "has not confirmed",
    "unsubscribed": "left",
    "bounce": "bounced",
    "complaint": "complained",
    "manual": "must not be mailed",
}
DAY_FIRST = "day"
MONTH_FIRST = "month"
DATE_ORDERS = ("", DAY_FIRST, MONTH_FIRST)

# White space around a word is left to `word_of`: no part may give back what it took.
ANSWER = re.compile(rf"(.*?):\s*+({'|'.join(MEANINGS)})\s*+(?:,|\Z)", re.DOTALL)

Meanings = Mapping[str, str]  # of words, in lower case


class BadAnswer(Refused):
    """--status is COLUMN=WORD:MEANING,WORD:MEANING, like
    --status "Opted out=yes:unsubscribed,no:active"."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person said of a file: of columns by their place, of everybody, of the dates.

    `everybody` is a meaning for all rows, or "". `dates` is one of DATE_ORDERS.
    """

    columns: Mapping[int, Meanings] = field(default_factory=dict)
    everybody: str = ""
    dates: str = ""

    def written(self) -> dict[str, Any]:
        """Return the answers as JSON has them; `read_answers` reads them."""
        columns = {str(place): dict(meanings) for place, meanings in self.columns.items()}
        return {"columns": columns, "everybody": self.everybody, "dates": self.dates}


def read_answers(values: Mapping[str, Any]) -> Answers:
    """Return the answers that were written; none for an import from before there were any."""
    columns = {int(place): meanings for place, meanings in values.get("columns", {}).items()}
    return Answers(columns, values.get("everybody", ""), values.get("dates", ""))


def meaning_of(
    meanings: Meanings,
    cell: str,
    key: str = "",
) -> str:
    """Return what a cell means by these answers; "" if none of them is for it.

    `key` is that of an object, whose words are `key=word`.
    """
    before = word_before(key)
    own = meanings.get(before + word_of(cell), "")
    return own or meanings.get(before + kind_of(cell), "") or meanings.get(before + ANY, "")


def word_before(key: str) -> str:
    """What stands before a word of an object's key: `gdpr=`, and nothing without a key."""
    return f"{word_of(key)}=" if key else ""


def standing_of(meanings: Meanings, cell: str) -> Sequence[str]:
    """Return what a cell means, or each value of an object; "" where nobody said it.

    Keys of an object that nobody was asked about say nothing.
    """
    pairs = read_pairs(cell)
    if not pairs:
        meaning = meaning_of(meanings, cell)
        # Where objects alone were asked about, other cells say nothing.
        return [] if not meaning and all("=" in word for word in meanings) else [meaning]
    found = [(key, meaning_of(meanings, text, key) or meanings.get(ANY, "")) for key, text in pairs]
    return [meaning for key, meaning in found if meaning or not key]


def read_meanings(text: str) -> Meanings:
    """Read `WORD:MEANING,WORD:MEANING`. Raises BadAnswer."""
    meanings: dict[str, str] = {}
    at = 0
    # A word may have commas and colons of its own: it ends where a meaning follows.
    while found := ANSWER.match(text, at):
        word = plain_word(found[1])
        # Those of an object are two words.
        meanings[word if "=" in word else word_of(word)] = found[2]
        at = found.end()
    if at < len(text) or not meanings:
        raise BadAnswer(f"{BadAnswer()} Meanings: {', '.join(MEANINGS)}. Got {text[at:]!r}.")
    return meanings
