"""Folding, measured: fit the weights, cross-validate them, name the worst mistakes, and time ten thousand titles.

python -m bench.folding [--stories ../shared/stories] [--feeds ../shared/feeds] [--json FILE]

The labelled items are read here and nowhere in the program. The weights are fitted to every pair that folding would compare, in several
views of the items: whole, half of them without a dek, titles only, and each week alone, so that no single length or size of window is
learned. The same titles with other names are other stories. Real feeds are the background: one firm's many products, told in short
titles, hardly anything told twice; their pairs within a fortnight count as two stories, save those of one title. Then the bias is raised
as far as the training items keep LEAST_PRECISION, and the threshold is even odds.

Cross-validated: the model of a fold, its bias too, never saw an item of it. A fold holds whole families of stories (a story and its
later developments); strict folds hold together what is listed as easily mixed up, too. Everything is then folded at once, and counted
are the pairs with an item of the fold, half where the other is not of it. The held-out set, tests/samples/stories.jsonl, is fitted to
by nobody.
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
BACKGROUND, BACKGROUND_DAYS = (
    0.6,
    14.0,
)  # the share of the real feeds, and how near in time two of their items are to count
LEANS = [step / 4 for step in range(7)]
LEAST_PRECISION = 0.99
LEANT_ON = ("whole", "half the deks", "week 1", "week 2", "week 3")
TITLES = 10_000
SOUNDS = [
    "ba",
    "cor",
    "den",
    "fil",
    "gro",
    "hal",
    "jun",
    "kes",
    "lum",
    "mar",
    "nor",
    "pel",
    "quo",
    "ros",
    "tan",
    "vex",
    "wyn",
    "zim",
]


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
    """Some items with the pairs that the weights are fitted to: those that share something rare, and are within some days."""

    def __init__(
        self, items: Sequence[Labelled], share: float = 0.0, within_days: float = math.inf
    ) -> None:
        self.items, self.share = items, share
        alike = Likeness(items, [item.dek for item in items])
        days = [profile.day for profile in alike.profiles]
        near = (
            pair
            for pair in combinations(range(len(items)), 2)
            if abs(days[pair[0]] - days[pair[1]]) <= within_days
        )
        compared = {pair: alike.evidence(*pair) for pair in near}
        self.pairs = [pair for pair, evidence in compared.items() if evidence]
        self.evidence = np.array([compared[pair] for pair in self.pairs])
        self.same = np.array(
            [float(items[one].story == items[other].story) for one, other in self.pairs]
        )

    def without(self, out: Part) -> NDArray[np.bool_]:
        """Say which pairs have no item that is out."""
        return np.array(
            [not (out(self.items[one]) or out(self.items[other])) for one, other in self.pairs]
        )

    def judged(self, model: Model) -> Iterator[tuple[int, int, bool, bool, float]]:
        """Yield each pair with whether it is one story, whether folding says so, and its log-odds."""
        alike = Likeness(self.items, [item.dek for item in self.items], model)
        group = {index: at for at, members in enumerate(link(alike)) for index in members}
        for one, other in combinations(range(len(self.items)), 2):
            same, folded = (
                self.items[one].story == self.items[other].story,
                group[one] == group[other],
            )
            if same or folded:
                yield one, other, same, folded, alike.odds(one, other)

    def score(self, model: Model, counted: Part = lambda _: True) -> Score:
        """Count the pairs with an item that is counted: whole if both are, half if one is."""
        tallies: Counter[tuple[bool, bool]] = Counter()
        for one, other, same, folded, _ in self.judged(model):
            tallies[same, folded] += (counted(self.items[one]) + counted(self.items[other])) / 2
        return Score(tallies[True, True], tallies[False, True], tallies[True, False])


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
    """Return the items as the weights are fitted to them."""
    begin = min(item.published_at.date() for item in items)
    weeks = {
        f"week {week + 1}": [i for i in items if (i.published_at.date() - begin).days // 7 == week]
        for week in range(3)
    }
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
    """Return, for every title that bears a name, the same news of another firm: other names, another source, the same day and sums.

    Two rounds of 40 million on one day are what the labelled items lack, and the news has.
    """
    chance = random.Random(3)
    profiles = Likeness(items, [item.dek for item in items]).profiles
    invented = {
        name: "".join(chance.choices(SOUNDS, k=4)).capitalize()
        for name in sorted(set().union(*(p.names for p in profiles)))
    }
    named = re.compile(
        "|".join(rf"\b{re.escape(name)}\b" for name in sorted(invented, key=len, reverse=True)),
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
    """Return what is folded in each ten days of real feeds, as proposing folds them: with what the hundred days before said."""
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
                told = " | ".join(
                    f"{window[key].source}: {window[key].title}" for key in sorted(group, key=int)
                )
                found.setdefault(group, f"{end:%Y-%m-%d}  {told}")
        end -= timedelta(days=7)
    return list(found.values())


def fit(shown: Sequence[View], out: Part = lambda _: False) -> Model:
    """Return a logistic regression with a ridge on the pairs without an item that is out (Newton's method)."""
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
    plain = weights[:-1] / spread
    return Model(
        round(float(weights[-1] - (plain * middle).sum()), 2),
        Evidence(*(round(float(weight), 2) for weight in plain)),
    )


def fit_and_lean(labelled: Mapping[str, View], behind: View, out: Part = lambda _: False) -> Model:
    """Fit, then raise the bias by the most that keeps the precision of what is not out: the background's pairs are nearly all two."""
    model = fit([*labelled.values(), behind], out)
    leaning = [model._replace(bias=round(model.bias + lean, 2)) for lean in LEANS]

    def precision(one: Model) -> float:
        return sum(
            (labelled[name].score(one, lambda item: not out(item)) for name in LEANT_ON), Score()
        ).precision

    return next((one for one in reversed(leaning[1:]) if precision(one) >= LEAST_PRECISION), model)


def families(stories: Iterable[str], tied: Iterable[tuple[str, str]]) -> list[set[str]]:
    """Return the stories in sets that hang together by `tied`."""
    found = {story: {story} for story in stories}
    for one, other in tied:
        if found[one] is not found[other]:
            found[one] |= found[other]
            for story in found[other]:
                found[story] = found[one]
    return list({id(family): family for family in found.values()}.values())


def folds(shown: View, tied: Iterable[tuple[str, str]], many: int) -> list[set[str]]:
    """Share the families out, the largest first, each to the fold that has the fewest pairs."""
    told = [item.story for item in shown.items]
    pairs = {story: told.count(story) * (told.count(story) - 1) // 2 for story in told}
    shared: list[set[str]] = [set() for _ in range(many)]
    for family in sorted(
        families(sorted(pairs), tied), key=lambda one: (-sum(pairs[s] for s in one), min(one))
    ):
        min(shared, key=lambda one: (sum(pairs[s] for s in one), len(one))).update(family)
    return shared


def cross_validate(
    labelled: Mapping[str, View], models: Mapping[Part, Model], judged: Sequence[str]
) -> dict[str, Score]:
    """Return the score in each of the views `judged`, each part by the model that saw none of its items."""
    return {
        name: sum((labelled[name].score(model, part) for part, model in models.items()), Score())
        for name in judged
    }


def mistakes(view: View, models: Mapping[Part, Model], count: int) -> list[str]:
    """Return the worst in words: the surest false pairs, then the least sure missed ones, one for a pair of stories."""
    found: dict[tuple[bool, str, str], tuple[float, str]] = {}
    for part, model in models.items():
        for one, other, same, folded, odds in view.judged(model):
            a, b = view.items[one], view.items[other]
            if (part(a) or part(b)) and same != folded:
                key = (same, min(a.story, b.story), max(a.story, b.story))
                found[key] = max(
                    found.get(key, (-99.0, "")), (-odds if same else odds, f"{a.title} | {b.title}")
                )
    false = sorted((value for key, value in found.items() if not key[0]), reverse=True)
    missed = sorted((value for key, value in found.items() if key[0]), reverse=True)
    worst = [f"false   {value:+5.1f}  {said}" for value, said in false[: count // 2]]
    return worst + [
        f"missed  {-value:+5.1f}  {said}" for value, said in missed[: count - len(worst)]
    ]


def recombined(
    items: Sequence[Labelled], many: int, *, deks: bool, seed: int = 7
) -> list[Labelled]:
    """Return `many` items of a made-up fortnight: words of `items` in new company, and a long tail of made-up names.

    A third retell one that was made before, with two thirds of its words: denser than real feeds, where few items of a fortnight do.
    """
    chance = random.Random(seed)
    tail = [
        "".join(chance.choices(SOUNDS, k=chance.choice((2, 3, 3, 4)))).capitalize()
        for _ in range(10 * many)
    ]
    usual = [word for item in items for word in item.title.split()]

    def say(words: int) -> str:
        ranks = (
            int(len(tail) ** chance.random() ** 0.4) - 1 for _ in range(words)
        )  # a few firms are in the news all the time
        return " ".join(
            tail[rank] if chance.random() < 0.55 else chance.choice(usual) for rank in ranks
        )

    made: list[Labelled] = []
    for number in range(many):
        source = f"source {chance.randrange(200)}"
        url = f"https://{source[7:]}.example/{number}"
        if made and chance.random() < 0.33:
            old = chance.choice(made[-300:])
            said = old.title.split()
            title = " ".join([*chance.sample(said, len(said) * 2 // 3), say(3)])
            made.append(replace(old, id=str(number), title=title, url=url, source=source))
        else:
            at = items[0].published_at + timedelta(minutes=chance.randrange(14 * 24 * 60))
            dek = say(chance.randrange(25)) if deks else ""
            made.append(
                Labelled(
                    str(number), say(chance.randrange(5, 14)), dek, url, source, at, str(number)
                )
            )
    return made


def timed(items: Sequence[Labelled], **how: bool) -> tuple[float, float, int]:
    """Return the seconds that folding takes, of the clock and of a core, the least of three, and the groups that it makes.

    Each round folds other articles: what was read before would be remembered.
    """
    took, worked = [], []
    for seed in (5, 6, 7):
        made = recombined(items, TITLES, seed=seed, **how)
        began, idle = time.perf_counter(), time.process_time()
        groups = fold(made, address=canonical)
        took.append(time.perf_counter() - began)
        worked.append(time.process_time() - idle)
    return min(took), min(worked), len(groups)


def measure(stories: Path, behind: View) -> dict[str, object]:
    """Fit, cross-validate, and time; prints as it goes, since it takes a minute or two, and returns the figures."""
    items = read_items(stories / "items.jsonl")
    mixed = [
        (one, other)
        for one, other in json.loads((stories / "expectations.json").read_text("utf-8"))[
            "hard_negatives"
        ]
    ]
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
    told: dict[str, object] = {}

    def say(name: str, score: Score) -> None:
        told[name] = {"precision": round(score.precision, 3), "recall": round(score.recall, 3)}
        print(f"{name:<58} precision {score.precision:.3f}  recall {score.recall:.3f}", flush=True)

    def models(parts: Iterable[Part]) -> dict[Part, Model]:
        return {part: fit_and_lean(shown, behind, part) for part in parts}

    by_story = models(of_stories(part) for part in folds(whole, later, FOLDS))
    for name, score in cross_validate(
        shown, by_story, [name for name in shown if name != OTHER_FIRMS]
    ).items():
        say(f"{FOLDS} folds by family of stories, {name}", score)
    strict = models(of_stories(part) for part in folds(whole, [*later, *mixed], STRICT_FOLDS))
    say(f"{STRICT_FOLDS} strict folds, whole", cross_validate(shown, strict, ["whole"])["whole"])
    by_source = models(of_source(source) for source in sorted({item.source for item in items}))
    say("leave one source out, whole", cross_validate(shown, by_source, ["whole"])["whole"])
    for part, one in by_source.items():
        say(f"  {next(item.source for item in items if part(item))}", whole.score(one, part))
    held_out = read_items(HELD_OUT)
    say("held-out set", View(held_out).score(model))
    say(
        "held-out set, titles only", View([replace(item, dek="") for item in held_out]).score(model)
    )
    print("the worst, with their log-odds:", *mistakes(whole, by_story, 10), sep="\n  ")
    together = folded_weeks(behind.items)
    told["folds of the real feeds"] = len(together)
    print("the folds of the real feeds, ten days at a time:", *together, sep="\n  ")
    for name, deks in (("titles", False), ("titles with deks", True)):
        seconds, core, groups = timed(items, deks=deks)
        told[f"fold {TITLES:,} {name}"] = {
            "seconds": round(seconds, 2),
            "core_s": round(core, 2),
            "groups": groups,
        }
        print(
            f"fold {TITLES:,} {name}: {seconds:.2f} s, of which {core:.2f} s on a core, {groups:,} groups"
        )
    return told


def of_stories(stories: Container[str]) -> Part:
    """Return the part of the items that tell `stories`."""
    return lambda item: item.story in stories


def of_source(source: str) -> Part:
    """Return the part of the items that `source` told."""
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
            f"There is no items.jsonl in {given.stories}: say where the labelled stories are with --stories FOLDER.",
            file=sys.stderr,
        )
        return 2
    if not list(given.feeds.glob("*.xml")):
        print(
            f"There are no *.xml in {given.feeds}: say where real feeds are with --feeds FOLDER.",
            file=sys.stderr,
        )
        return 2
    told = measure(given.stories, background(given.feeds))
    if given.json:
        given.json.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
