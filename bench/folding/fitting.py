"""The coefficients: a logistic regression, fitted to all pairs of the views."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.folding.items import Part
from bench.folding.views import Score, View
from newsletter.choosing.folds.likeness import Evidence, Model

Floats = NDArray[np.floating[Any]]
RIDGE = 3.0
LEANS = [step / 4 for step in range(7)]
LEAST_PRECISION = 0.975
LEANT_ON = ("whole", "half the deks", "week 1", "week 2", "week 3")


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


def fit(shown: Sequence[View], out: Part = lambda _: False) -> Model:
    """Return a logistic regression with a ridge, fitted by Newton's method.

    Only pairs without an item that is `out` count.
    """
    pairs = _pairs(shown, out)
    middle = pairs.evidence.mean(0)
    spread = pairs.evidence.std(0) + 1e-9
    columns = np.column_stack([(pairs.evidence - middle) / spread, np.ones(len(pairs.evidence))])
    weights = _regress(columns, pairs)
    # The columns were centred and scaled; the model takes them as they are.
    plain = weights[:-1] / spread
    return Model(
        bias=round(float(weights[-1] - (plain * middle).sum()), 2),
        coefficients=Evidence(*(round(float(weight), 2) for weight in plain)),
    )


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs, a row each: their evidence, 1.0 for those of one story, and how much each counts."""

    evidence: Floats
    same: Floats
    share: Floats


def _pairs(shown: Sequence[View], out: Part) -> Pairs:
    kept = [(view, view.without(out)) for view in shown]
    return Pairs(
        np.vstack([view.evidence[rows] for view, rows in kept]),
        np.concatenate([view.same[rows] for view, rows in kept]),
        np.concatenate([np.full(int(rows.sum()), view.share) for view, rows in kept]),
    )


def _regress(columns: Floats, pairs: Pairs) -> Floats:
    """Return the weights of the columns, the last of which is the bias: the ridge spares it."""
    ridge = np.full(columns.shape[1], RIDGE)
    ridge[-1] = 1e-6
    weights = np.zeros(columns.shape[1])
    for _ in range(50):
        step = _newton_step(columns, pairs, ridge, weights)
        weights -= step
        if np.abs(step).max() < 1e-8:
            break
    return weights


def _newton_step(
    columns: Floats,
    pairs: Pairs,
    ridge: Floats,
    weights: Floats,
) -> Floats:
    sure = 1 / (1 + np.exp(-np.clip(columns @ weights, -30, 30)))
    slope = columns.T @ (pairs.share * (sure - pairs.same)) + ridge * weights
    curvature = (columns.T * (pairs.share * sure * (1 - sure))) @ columns + np.diag(ridge)
    return np.linalg.solve(curvature, slope)
