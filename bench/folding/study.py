"""The whole study: fit, cross-validate, look at the folds of real feeds, and time."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from bench.folding.fitting import fit_and_lean
from bench.folding.items import Part, of_source, of_stories, read_items
from bench.folding.running import TITLES, folded_weeks, timed
from bench.folding.validating import cross_validate, folds, mistakes
from bench.folding.views import OTHER_FIRMS, Score, View, views
from newsletter.choosing.folds.likeness import MODEL, Model

HELD_OUT = Path(__file__).parents[2] / "tests/samples/stories.jsonl"
FOLDS, STRICT_FOLDS = 10, 5


class Study:
    """One run over the labelled stories, with the real feeds behind them.

    It prints as it goes, since it takes a minute or two; `figures` are kept.
    """

    def __init__(self, stories: Path, behind: View) -> None:
        self.figures: dict[str, object] = {}
        self._items = read_items(stories / "items.jsonl")
        self._mixed = _easily_mixed_up(stories / "expectations.json")
        self._later = _later_developments({item.story for item in self._items})
        self._views = views(self._items)
        self._whole = self._views["whole"]
        self._behind = behind

    def run(self) -> None:
        """Take every figure."""
        model = fit_and_lean(self._views, self._behind)
        _print_model(model)
        by_story = self._judge_folds()
        self._judge_strict_folds()
        self._judge_sources()
        self._judge_held_out(model)
        worst = mistakes(self._whole, by_story, 10)
        print("the worst, with their log-odds:", *worst, sep="\n  ")
        self._fold_feeds()
        self._time("titles", deks=False)
        self._time("titles with deks", deks=True)

    def _judge_folds(self) -> Mapping[Part, Model]:
        """Return the model of each fold; the mistakes are theirs."""
        models = self._fit_folds(self._later, FOLDS)
        for name, view in self._views.items():
            if name != OTHER_FIRMS:
                score = cross_validate(view, models)
                self._report(f"{FOLDS} folds by family of stories, {name}", score)
        return models

    def _judge_strict_folds(self) -> None:
        models = self._fit_folds([*self._later, *self._mixed], STRICT_FOLDS)
        self._report(f"{STRICT_FOLDS} strict folds, whole", cross_validate(self._whole, models))

    def _judge_sources(self) -> None:
        sources = sorted({item.source for item in self._items})
        models = self._fit_without(of_source(source) for source in sources)
        self._report("leave one source out, whole", cross_validate(self._whole, models))
        for source, (part, model) in zip(sources, models.items(), strict=True):
            self._report(f"  {source}", self._whole.score(model, part))

    def _judge_held_out(self, model: Model) -> None:
        items = read_items(HELD_OUT)
        titles = [replace(item, dek="") for item in items]
        self._report("held-out set", View(items).score(model))
        self._report("held-out set, titles only", View(titles).score(model))

    def _fit_folds(self, tied: Iterable[tuple[str, str]], many: int) -> dict[Part, Model]:
        return self._fit_without(of_stories(part) for part in folds(self._whole, tied, many))

    def _fit_without(self, parts: Iterable[Part]) -> dict[Part, Model]:
        """Return for each part the model that is fitted to all others."""
        return {part: fit_and_lean(self._views, self._behind, part) for part in parts}

    def _report(self, name: str, score: Score) -> None:
        precision = score.precision
        recall = score.recall
        self.figures[name] = {"precision": round(precision, 3), "recall": round(recall, 3)}
        print(f"{name:<58} precision {precision:.3f}  recall {recall:.3f}", flush=True)

    def _fold_feeds(self) -> None:
        together = folded_weeks(self._behind.items)
        self.figures["folds of the real feeds"] = len(together)
        print("the folds of the real feeds, ten days at a time:", *together, sep="\n  ")

    def _time(self, kind: str, *, deks: bool) -> None:
        seconds, core_s, groups = timed(self._items, deks=deks)
        name = f"fold {TITLES:,} {kind}"
        self.figures[name] = {
            "seconds": round(seconds, 2),
            "core_s": round(core_s, 2),
            "groups": groups,
        }
        print(f"{name}: {seconds:.2f} s, of which {core_s:.2f} s on a core, {groups:,} groups")


def _easily_mixed_up(expectations: Path) -> list[tuple[str, str]]:
    pairs = json.loads(expectations.read_text("utf-8"))["hard_negatives"]
    return [(left, right) for left, right in pairs]


def _later_developments(stories: set[str]) -> list[tuple[str, str]]:
    """Return each story `x-b` with the story `x` that it develops."""
    later = [story for story in stories if story.endswith("-b")]
    return [(story, story[:-2]) for story in later if story[:-2] in stories]


def _print_model(model: Model) -> None:
    coefficients = model.coefficients._asdict()
    lines = [f"{name}={value}" for name, value in coefficients.items()]
    print(f"bias={model.bias}", *lines, sep="\n    ")
    print("so has the module" if model == MODEL else "the module has others: take these over")
