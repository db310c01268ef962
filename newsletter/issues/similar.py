"""Pure. Similar reading: other articles whose words are nearest to what is already chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.issues.folding import cosine, rarity, stems


@dataclass(frozen=True, slots=True)
class Text:
    """The words that are compared."""

    title: str
    dek: str

    @property
    def words(self) -> str:
        return f"{self.title} {self.dek}"


def nearest(to: Text, among: Sequence[Text], count: int) -> list[int]:
    """Return up to `count` indexes of `among`, nearest first; a text that shares no word is not near."""
    bags = [stems(text.words) for text in (to, *among)]
    weights = rarity(bags)
    near = [(cosine(bags[0], bag, weights), index) for index, bag in enumerate(bags[1:])]
    return [index for likeness, index in sorted(near, key=lambda pair: (-pair[0], pair[1])) if likeness > 0][:count]
