"""Items that were never published: news of other firms, and a made-up fortnight."""

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bench.folding.items import Labelled
from newsletter.choosing.folds.likeness import Likeness

SOUNDS = [
    "ba", "cor", "den", "fil", "gro", "hal", "jun", "kes", "lum", "mar", "nor", "pel", "quo", "ros",
    "tan", "vex", "wyn", "zim",
]  # fmt: skip


def of_other_firms(items: Sequence[Labelled]) -> list[Labelled]:
    """Return, for every title that bears a name, the same news of another firm.

    It has other names and another source, the same day and the same sums. Two rounds of 40 million
    on one day come in the news, but not in the labelled items.
    """
    chance = random.Random(3)
    profiles = Likeness(items, [item.dek for item in items]).profiles
    invented = {
        name: "".join(chance.choices(SOUNDS, k=4)).capitalize()
        for name in sorted(set().union(*(p.names for p in profiles)))
    }
    longest_first = sorted(invented, key=len, reverse=True)
    named = re.compile(
        "|".join(rf"\b{re.escape(name)}\b" for name in longest_first),
        re.IGNORECASE,
    )

    def renamed(text: str) -> str:
        return named.sub(lambda found: invented[found[0].lower()], text)

    return [
        replace(
            item,
            id=f"~{item.id}",
            title=renamed(item.title),
            dek="",
            source="another",
            story=f"~{item.story}",
        )
        for item, profile in zip(items, profiles, strict=True)
        if any(name.isalpha() for name in profile.names)
    ]


def recombined(
    items: Sequence[Labelled], many: int, *, deks: bool, seed: int = 7
) -> list[Labelled]:
    """Return `many` items of a made-up fortnight: words of `items`, mixed, and made-up names.

    A third of them retell an earlier one with two thirds of its words. That is denser than real
    feeds, where few items of a fortnight do.
    """
    press = _Press(items, many, deks=deks, seed=seed)
    for number in range(many):
        press.write(number)
    return press.written


class _Press:
    """Writes items of made-up names and of words from real titles, by chance of its own."""

    def __init__(self, items: Sequence[Labelled], many: int, *, deks: bool, seed: int) -> None:
        self.written: list[Labelled] = []
        self._chance = random.Random(seed)
        self._names = [self._name() for _ in range(10 * many)]
        self._usual = [word for item in items for word in item.title.split()]
        self._begin = items[0].published_at
        self._has_deks = deks

    def write(self, number: int) -> None:
        """Write the item of this number."""
        source = self._chance.randrange(200)
        is_retold = self.written and self._chance.random() < 0.33
        item = self._retell() if is_retold else self._invent(str(number))
        self.written.append(
            replace(
                item,
                id=str(number),
                url=f"https://{source}.example/{number}",
                source=f"source {source}",
            )
        )

    def _retell(self) -> Labelled:
        item = self._chance.choice(self.written[-300:])
        words = item.title.split()
        kept = self._chance.sample(words, len(words) * 2 // 3)
        return replace(item, title=" ".join([*kept, self._words(3)]))

    def _invent(self, story: str) -> Labelled:
        at = self._begin + timedelta(minutes=self._chance.randrange(14 * 24 * 60))
        dek = self._words(self._chance.randrange(25)) if self._has_deks else ""
        title = self._words(self._chance.randrange(5, 14))
        return Labelled("", title, dek, "", "", at, story)

    def _words(self, count: int) -> str:
        return " ".join(self._word() for _ in range(count))

    def _word(self) -> str:
        # A few firms are in the news all the time.
        rank = int(len(self._names) ** self._chance.random() ** 0.4) - 1
        if self._chance.random() < 0.55:
            return self._names[rank]
        return self._chance.choice(self._usual)

    def _name(self) -> str:
        syllables = self._chance.choice((2, 3, 3, 4))
        return "".join(self._chance.choices(SOUNDS, k=syllables)).capitalize()
