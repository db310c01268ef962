"""Cross-validation: how stories are shared out among folds, and what a model gets wrong."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from bench.folding.items import Part
from bench.folding.views import Judged, Score, View
from newsletter.choosing.folds.likeness import Model


def folds(shown: View, tied: Iterable[tuple[str, str]], many: int) -> list[set[str]]:
    """Share the families out, the largest first, each to the fold that has the fewest pairs."""
    counts = Counter(item.story for item in shown.items)
    pairs = {story: count * (count - 1) // 2 for story, count in counts.items()}

    def size(stories: Iterable[str]) -> int:
        return sum(pairs[story] for story in stories)

    shared: list[set[str]] = [set() for _ in range(many)]
    in_families = families(sorted(pairs), tied)
    for family in sorted(in_families, key=lambda family: (-size(family), min(family))):
        min(shared, key=lambda part: (size(part), len(part))).update(family)
    return shared


def families(stories: Iterable[str], tied: Iterable[tuple[str, str]]) -> list[set[str]]:
    """Return the stories in sets that hang together by `tied`."""
    found = {story: {story} for story in stories}
    for left, right in tied:
        if found[left] is not found[right]:
            found[left] |= found[right]
            for story in found[right]:
                found[story] = found[left]
    return list({id(family): family for family in found.values()}.values())


def cross_validate(view: View, models: Mapping[Part, Model]) -> Score:
    """Return the score of a view.

    Each part is judged by the model that saw none of its items.
    """
    return sum((view.score(model, part) for part, model in models.items()), Score())


def mistakes(view: View, models: Mapping[Part, Model], count: int) -> list[str]:
    """Return the worst in words: the surest false pairs, then the least sure missed ones.

    There is one for each pair of stories.
    """
    wrong = list(_misjudged(view, models))
    false = _worst(pair for pair in wrong if pair.is_folded)
    missed = _worst(pair for pair in wrong if pair.is_same)
    lines = [f"false   {weight:+5.1f}  {titles}" for weight, titles in false[: count // 2]]
    left = count - len(lines)
    return lines + [f"missed  {-weight:+5.1f}  {titles}" for weight, titles in missed[:left]]


def _misjudged(view: View, models: Mapping[Part, Model]) -> Iterator[Judged]:
    """Yield the wrong pairs with an item of the part that a model did not see."""
    for part, model in models.items():
        for pair in view.judged(model):
            if pair.is_same != pair.is_folded and (part(pair.left) or part(pair.right)):
                yield pair


def _worst(pairs: Iterable[Judged]) -> list[tuple[float, str]]:
    """Return how bad the worst mistake with each two stories is, with its titles; worst first."""
    found: dict[frozenset[str], tuple[float, str]] = {}
    for pair in pairs:
        stories = frozenset((pair.left.story, pair.right.story))
        weight = -pair.odds if pair.is_same else pair.odds
        mistake = (weight, f"{pair.left.title} | {pair.right.title}")
        found[stories] = max(found.get(stories, mistake), mistake)
    return sorted(found.values(), reverse=True)
