"""Measure folding: fit the coefficients, cross-validate them, name the worst mistakes, and time ten
thousand titles.

python -m bench.folding [--stories ../shared/stories] [--feeds ../shared/feeds] [--json FILE]

The labelled items are read here and nowhere in the program. The coefficients are fitted to every
pair that folding would compare, in several views of the items: whole, half of them without a dek,
titles only, and each week alone. So no single length or size of window is learned. The same titles
with other names are other stories. Real feeds are the background: many products of one firm in
short titles, hardly anything told twice. Their pairs within a fortnight count as two stories, save
those of one title. Then the bias is raised as far as the training items keep LEAST_PRECISION, and
the threshold is even odds.

Cross-validation: the model of a fold, its bias too, never saw an item of it. A fold holds whole
families of stories (a story and its later developments). A strict fold also holds together what is
listed as easily mixed up. Everything is then folded at once; counted are the pairs with an item of
the fold, and half where the other is not of it. Nothing is fitted to the held-out set,
tests/samples/stories.jsonl.
"""

import argparse
import json
import math
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from newsletter.choosing.folding import fold, link
from newsletter.choosing.likeness import MODEL, Evidence, Likeness, Model
from newsletter.formats import feeds
from newsletter.formats.canonical import canonical

HELD_OUT = Path(__file__).parents[1] / "tests/samples/stories.jsonl"
RIDGE = 3.0
FOLDS, STRICT_FOLDS = 10, 5
OTHER_FIRMS = "the same news of other firms"
SHARES = {
    "whole": 0.4,
    "half the deks": 0.3,
    "titles only": 0.15,
    "week 1": 0.15,
    "week 2": 0.15,
    "week 3": 0.15,
    OTHER_FIRMS: 0.03,
}
BACKGROUND = 0.6  # the share of the real feeds
BACKGROUND_DAYS = 14.0  # two of their items count if they are so near in time
LEANS = [step / 4 for step in range(7)]
LEAST_PRECISION = 0.99
LEANT_ON = ("whole", "half the deks", "week 1", "week 2", "week 3")
TITLES = 10_000
SOUNDS = [
    "ba", "cor", "den", "fil", "gro", "hal", "jun", "kes", "lum", "mar", "nor", "pel", "quo", "ros",
    "tan", "vex", "wyn", "zim",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Labelled:
    """An item as folding sees it, and the story that it tells, which folding does not see."""

    id: str
    title: str
    dek: str
    url: str
    source: str
    published_at: datetime
    story: str


Part = Callable[[Labelled], bool]


@dataclass(frozen=True, slots=True)
class Score:
    """Pairs: rightly together, wrongly together, wrongly apart."""

    right: float = 0.0
    false: float = 0.0
    missed: float = 0.0

    def __add__(self, other: "Score") -> "Score":
        return Score(self.right + other.right, self.false + other.false, self.missed + other.missed)

    @property
    def precision(self) -> float:
        return self.right / max(1e-9, self.right + self.false)

    @property
    def recall(self) -> float:
        return self.right / max(1e-9, self.right + self.missed)


class View:
    """Some items, and the pairs of them that the coefficients are fitted to.

    These share something rare, and are within some days.
    """

    def __init__(
        self,
        items: Sequence[Labelled],
        share: float = 0.0,
        within_days: float = math.inf,
    ) -> None:
        self.items = items
        self.share = share
        alike = Likeness(items, [item.dek for item in items])
        days = [profile.day for profile in alike.profiles]
        compared = {}
        for left, right in combinations(range(len(items)), 2):
            if abs(days[left] - days[right]) <= within_days:
                compared[left, right] = alike.evidence(left, right)
        self.pairs = [pair for pair, evidence in compared.items() if evidence]
        self.evidence = np.array([compared[pair] for pair in self.pairs])
        self.same = np.array([float(self._is_same(*pair)) for pair in self.pairs])

    def without(self, out: Part) -> NDArray[np.bool_]:
        """Return for each pair whether it has no item that is out."""
        is_out = [out(item) for item in self.items]
        return np.array([not (is_out[left] or is_out[right]) for left, right in self.pairs])

    def judged(self, model: Model) -> Iterator[tuple[int, int, bool, bool, float]]:
        """Yield each pair: whether it is one story, whether it is folded, and its log-odds."""
        alike = Likeness(self.items, [item.dek for item in self.items], model)
        group = _group_of_each(link(alike))
        for left, right in combinations(range(len(self.items)), 2):
            same = self._is_same(left, right)
            folded = group[left] == group[right]
            if same or folded:
                yield left, right, same, folded, alike.odds(left, right)

    def score(self, model: Model, counted: Part = lambda _: True) -> Score:
        """Count the pairs with an item that is counted: whole if both are, half if one is."""
        tallies: Counter[tuple[bool, bool]] = Counter()
        for left, right, same, folded, _ in self.judged(model):
            both = counted(self.items[left]) + counted(self.items[right])
            tallies[same, folded] += both / 2
        return Score(tallies[True, True], tallies[False, True], tallies[True, False])

    def _is_same(self, left: int, right: int) -> bool:
        return self.items[left].story == self.items[right].story


def _group_of_each(groups: Iterable[Iterable[int]]) -> dict[int, int]:
    found = {}
    for at, members in enumerate(groups):
        found.update(dict.fromkeys(members, at))
    return found


def read_items(path: Path) -> list[Labelled]:
    """Read labelled items, one JSON object a line; other fields are left alone."""
    fields = [name for name in Labelled.__dataclass_fields__ if name != "published_at"]
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        Labelled(
            **{name: row[name] for name in fields},
            published_at=datetime.fromisoformat(row["published_at"]),
        )
        for row in rows
    ]


def views(items: Sequence[Labelled]) -> dict[str, View]:
    """Return the items as the coefficients are fitted to them."""
    begin = min(item.published_at.date() for item in items)
    weeks: dict[str, list[Labelled]] = {f"week {week + 1}": [] for week in range(3)}
    for item in items:
        week = (item.published_at.date() - begin).days // 7
        if week < 3:
            weeks[f"week {week + 1}"].append(item)
    chance = random.Random(1)
    half = [replace(item, dek="" if chance.random() < 0.5 else item.dek) for item in items]
    given = {
        "whole": items,
        "half the deks": half,
        "titles only": [replace(item, dek="") for item in items],
        **weeks,
    }
    given[OTHER_FIRMS] = [*items, *of_other_firms(items)]
    return {name: View(some, SHARES[name]) for name, some in given.items()}


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


def background(folder: Path) -> View:
    """Return the items of real feeds; those of one title are one story."""
    found = [
        (path.stem, item)
        for path in sorted(folder.glob("*.xml"))
        for item in feeds.read_feed(path.read_bytes(), "https://feeds.example/").found
    ]
    dated = [(source, item, item.published_at) for source, item in found if item.published_at]
    items = [
        Labelled(str(n), i.title, i.dek, i.url, source, at, i.title.casefold())
        for n, (source, i, at) in enumerate(dated)
    ]
    return View(items, BACKGROUND, BACKGROUND_DAYS)


def folded_weeks(items: Sequence[Labelled]) -> list[str]:
    """Return what is folded in each ten days of real feeds, with the hundred days before as past.

    So proposing folds them.
    """
    found: dict[frozenset[str], str] = {}
    end = max(item.published_at for item in items)
    while end > min(item.published_at for item in items):
        start = end - timedelta(days=10)
        window = {item.id: item for item in items if start <= item.published_at < end}
        past = [
            (item.title, item.dek)
            for item in items
            if start - timedelta(days=100) <= item.published_at < start
        ]
        for group in fold(window.values(), past=past, address=canonical):
            if len(group) > 1:
                members = [window[key] for key in sorted(group, key=int)]
                titles = " | ".join(f"{item.source}: {item.title}" for item in members)
                found.setdefault(group, f"{end:%Y-%m-%d}  {titles}")
        end -= timedelta(days=7)
    return list(found.values())


def fit(shown: Sequence[View], out: Part = lambda _: False) -> Model:
    """Return a logistic regression with a ridge, fitted by Newton's method.

    Only pairs without an item that is `out` count.
    """
    kept = [view.without(out) for view in shown]
    given = np.vstack([view.evidence[rows] for view, rows in zip(shown, kept, strict=True)])
    same = np.concatenate([view.same[rows] for view, rows in zip(shown, kept, strict=True)])
    share = np.concatenate(
        [np.full(int(rows.sum()), view.share) for view, rows in zip(shown, kept, strict=True)]
    )
    middle, spread = given.mean(0), given.std(0) + 1e-9
    columns = np.column_stack([(given - middle) / spread, np.ones(len(given))])
    ridge = np.full(columns.shape[1], RIDGE)
    ridge[-1] = 1e-6
    weights = np.zeros(columns.shape[1])
    for _ in range(50):
        sure = 1 / (1 + np.exp(-np.clip(columns @ weights, -30, 30)))
        slope = columns.T @ (share * (sure - same)) + ridge * weights
        step = np.linalg.solve(
            (columns.T * (share * sure * (1 - sure))) @ columns + np.diag(ridge), slope
        )
        weights -= step
        if np.abs(step).max() < 1e-8:
            break
    # The columns were centred and scaled; the model takes them as they are.
    plain = weights[:-1] / spread
    return Model(
        bias=round(float(weights[-1] - (plain * middle).sum()), 2),
        coefficients=Evidence(*(round(float(weight), 2) for weight in plain)),
    )


def fit_and_lean(labelled: Mapping[str, View], behind: View, out: Part = lambda _: False) -> Model:
    """Fit, then raise the bias as far as what is not out keeps its precision.

    It was fitted too low: nearly all pairs of the background are two stories.
    """
    model = fit([*labelled.values(), behind], out)
    leaning = [model._replace(bias=round(model.bias + lean, 2)) for lean in LEANS]

    def precision(candidate: Model) -> float:
        scores = (labelled[name].score(candidate, lambda item: not out(item)) for name in LEANT_ON)
        return sum(scores, Score()).precision

    precise = (lean for lean in reversed(leaning[1:]) if precision(lean) >= LEAST_PRECISION)
    return next(precise, model)


def families(stories: Iterable[str], tied: Iterable[tuple[str, str]]) -> list[set[str]]:
    """Return the stories in sets that hang together by `tied`."""
    found = {story: {story} for story in stories}
    for left, right in tied:
        if found[left] is not found[right]:
            found[left] |= found[right]
            for story in found[right]:
                found[story] = found[left]
    return list({id(family): family for family in found.values()}.values())


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


def cross_validate(
    labelled: Mapping[str, View], models: Mapping[Part, Model], judged: Sequence[str]
) -> dict[str, Score]:
    """Return the score in each of the views `judged`.

    Each part is judged by the model that saw none of its items.
    """
    return {
        name: sum((labelled[name].score(model, part) for part, model in models.items()), Score())
        for name in judged
    }


def mistakes(view: View, models: Mapping[Part, Model], count: int) -> list[str]:
    """Return the worst in words: the surest false pairs, then the least sure missed ones.

    There is one for each pair of stories.
    """
    found: dict[tuple[bool, str, str], tuple[float, str]] = {}
    for part, model in models.items():
        for left, right, same, folded, odds in view.judged(model):
            a = view.items[left]
            b = view.items[right]
            if same == folded or not (part(a) or part(b)):
                continue
            key = (same, min(a.story, b.story), max(a.story, b.story))
            mistake = (-odds if same else odds, f"{a.title} | {b.title}")
            found[key] = max(found.get(key, (-99.0, "")), mistake)
    false = sorted((value for key, value in found.items() if not key[0]), reverse=True)
    missed = sorted((value for key, value in found.items() if key[0]), reverse=True)
    worst = [f"false   {value:+5.1f}  {titles}" for value, titles in false[: count // 2]]
    left = count - len(worst)
    return worst + [f"missed  {-value:+5.1f}  {titles}" for value, titles in missed[:left]]


def recombined(
    items: Sequence[Labelled], many: int, *, deks: bool, seed: int = 7
) -> list[Labelled]:
    """Return `many` items of a made-up fortnight: words of `items`, mixed, and made-up names.

    A third of them retell an earlier one with two thirds of its words. That is denser than real
    feeds, where few items of a fortnight do.
    """
    chance = random.Random(seed)
    tail = [
        "".join(chance.choices(SOUNDS, k=chance.choice((2, 3, 3, 4)))).capitalize()
        for _ in range(10 * many)
    ]
    usual = [word for item in items for word in item.title.split()]

    def made_words(count: int) -> str:
        # A few firms are in the news all the time.
        ranks = (int(len(tail) ** chance.random() ** 0.4) - 1 for _ in range(count))
        return " ".join(
            tail[rank] if chance.random() < 0.55 else chance.choice(usual) for rank in ranks
        )

    made: list[Labelled] = []
    for number in range(many):
        source = f"source {chance.randrange(200)}"
        url = f"https://{source[7:]}.example/{number}"
        if made and chance.random() < 0.33:
            old = chance.choice(made[-300:])
            words = old.title.split()
            title = " ".join([*chance.sample(words, len(words) * 2 // 3), made_words(3)])
            made.append(replace(old, id=str(number), title=title, url=url, source=source))
        else:
            at = items[0].published_at + timedelta(minutes=chance.randrange(14 * 24 * 60))
            dek = made_words(chance.randrange(25)) if deks else ""
            made.append(
                Labelled(
                    str(number),
                    made_words(chance.randrange(5, 14)),
                    dek,
                    url,
                    source,
                    at,
                    str(number),
                )
            )
    return made


def timed(items: Sequence[Labelled], *, deks: bool) -> tuple[float, float, int]:
    """Return the seconds of the clock and of a core that folding takes, and the count of groups.

    The seconds are the least of three. Each round folds other articles, because those of an earlier
    round are remembered.
    """
    took, worked = [], []
    for seed in (5, 6, 7):
        made = recombined(items, TITLES, seed=seed, deks=deks)
        began, idle = time.perf_counter(), time.process_time()
        groups = fold(made, address=canonical)
        took.append(time.perf_counter() - began)
        worked.append(time.process_time() - idle)
    return min(took), min(worked), len(groups)


def measure(stories: Path, behind: View) -> dict[str, object]:
    """Fit, cross-validate and time; return the figures.

    It prints as it goes, since it takes a minute or two.
    """
    items = read_items(stories / "items.jsonl")
    expectations = json.loads((stories / "expectations.json").read_text("utf-8"))
    mixed = [(left, right) for left, right in expectations["hard_negatives"]]
    names = {item.story for item in items}
    later = [(story, story[:-2]) for story in names if story.endswith("-b") and story[:-2] in names]
    shown = views(items)
    whole = shown["whole"]
    model = fit_and_lean(shown, behind)
    print(
        f"bias={model.bias}",
        *(f"{name}={value}" for name, value in model.coefficients._asdict().items()),
        sep="\n    ",
    )
    print("so has the module" if model == MODEL else "the module has others: take these over")
    figures: dict[str, object] = {}

    def report(name: str, score: Score) -> None:
        figures[name] = {"precision": round(score.precision, 3), "recall": round(score.recall, 3)}
        print(f"{name:<58} precision {score.precision:.3f}  recall {score.recall:.3f}", flush=True)

    def models(parts: Iterable[Part]) -> dict[Part, Model]:
        return {part: fit_and_lean(shown, behind, part) for part in parts}

    by_story = models(of_stories(part) for part in folds(whole, later, FOLDS))
    judged = [name for name in shown if name != OTHER_FIRMS]
    for name, score in cross_validate(shown, by_story, judged).items():
        report(f"{FOLDS} folds by family of stories, {name}", score)
    strict = models(of_stories(part) for part in folds(whole, [*later, *mixed], STRICT_FOLDS))
    report(f"{STRICT_FOLDS} strict folds, whole", cross_validate(shown, strict, ["whole"])["whole"])
    by_source = models(of_source(source) for source in sorted({item.source for item in items}))
    report("leave one source out, whole", cross_validate(shown, by_source, ["whole"])["whole"])
    for part, model_without in by_source.items():
        source = next(item.source for item in items if part(item))
        report(f"  {source}", whole.score(model_without, part))
    held_out = read_items(HELD_OUT)
    report("held-out set", View(held_out).score(model))
    report(
        "held-out set, titles only", View([replace(item, dek="") for item in held_out]).score(model)
    )
    print("the worst, with their log-odds:", *mistakes(whole, by_story, 10), sep="\n  ")
    together = folded_weeks(behind.items)
    figures["folds of the real feeds"] = len(together)
    print("the folds of the real feeds, ten days at a time:", *together, sep="\n  ")
    for name, deks in (("titles", False), ("titles with deks", True)):
        seconds, core, groups = timed(items, deks=deks)
        figures[f"fold {TITLES:,} {name}"] = {
            "seconds": round(seconds, 2),
            "core_s": round(core, 2),
            "groups": groups,
        }
        print(
            f"fold {TITLES:,} {name}: {seconds:.2f} s, "
            f"of which {core:.2f} s on a core, {groups:,} groups"
        )
    return figures


def of_stories(stories: Container[str]) -> Part:
    """Return the part of the items that tell `stories`."""
    return lambda item: item.story in stories


def of_source(source: str) -> Part:
    """Return the part of the items that are of `source`."""
    return lambda item: item.source == source


def main() -> int:
    """Run from the shell."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--stories", type=Path, default=Path("../shared/stories"), metavar="FOLDER")
    parser.add_argument("--feeds", type=Path, default=Path("../shared/feeds"), metavar="FOLDER")
    parser.add_argument("--json", type=Path, metavar="FILE")
    given = parser.parse_args()
    if not (given.stories / "items.jsonl").is_file():
        print(
            f"There is no items.jsonl in {given.stories}: "
            "say where the labelled stories are with --stories FOLDER.",
            file=sys.stderr,
        )
        return 2
    if not list(given.feeds.glob("*.xml")):
        print(
            f"There are no *.xml in {given.feeds}: say where real feeds are with --feeds FOLDER.",
            file=sys.stderr,
        )
        return 2
    figures = measure(given.stories, background(given.feeds))
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
