"""Figures of a bench: each beside what is to be reached, and whether it falls short of that."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

REPORTED = "reported"  # instead of a reach: there is no goal
SHORT = "FALLS SHORT"
INFINITE = float("inf")


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured in one round; `reach` is "≤ 80" or "≥ 0.75", or REPORTED."""

    name: str
    value: float
    unit: str
    reach: str

    @property
    def is_short(self) -> bool:
        """True if it does not reach what it should."""
        if self.reach == REPORTED:
            return False
        sign, limit = self.reach.split()
        least, most = {"≥": (float(limit), INFINITE), "≤": (-INFINITE, float(limit))}[sign]
        return not least <= self.value <= most

    def as_json(self) -> Mapping[str, object]:
        """The figure as it is in the JSON."""
        return {
            "what": self.name,
            "value": self.value,
            "unit": self.unit,
            "reach": self.reach,
            "short": self.is_short,
        }


def median(figures: Sequence[Figure]) -> Figure:
    """Return the median of one figure's rounds."""
    first = figures[0]
    value = statistics.median(figure.value for figure in figures)
    return Figure(first.name, value, first.unit, first.reach)


def row(figures: Sequence[Figure]) -> str:
    """Return the line of one figure: the median of its rounds, its reach, the spread, a mark."""
    middle = median(figures)
    values = [figure.value for figure in figures]
    spread = f"({show(min(values))} … {show(max(values))})"
    mark = SHORT if middle.is_short else ""
    value = f"{show(middle.value):>9} {middle.unit:<10}"
    return f"{middle.name:<62} {value} {middle.reach:<10} {spread:<18} {mark}".rstrip()


def show(value: float) -> str:
    """Return a value with three digits, or as a whole number if it has more before the point."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
