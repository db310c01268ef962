"""The measures of a code base, each with its limit and the places that exceed it."""

import math
import operator
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from bench.house_sources import House, read_house

LONG_LINE = 100
NODES_MEDIAN = "nodes per function, median"
NODES_MAX = "nodes per function, max"
TOKENS = "tokens per line"
LONG_LINES = f"lines over {LONG_LINE} characters"
COMMENTS = "comments per 100 lines"
SHARED_NAMES = "class names in several modules"
PACKAGE_MODULES = "modules in the largest package"
PACKAGE_SHARE = "largest package's lines, %"
MIRRORS = "modules with their test file, %"
WORDS = ("told", "said", "one")

MOST: dict[str, float] = {
    NODES_MEDIAN: 50,
    NODES_MAX: 250,
    TOKENS: 6.5,
    LONG_LINES: 0,
    SHARED_NAMES: 0,
    PACKAGE_MODULES: 15,
    PACKAGE_SHARE: 10,
}
LEAST: dict[str, float] = {COMMENTS: 4, MIRRORS: 95}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that counts against the code base."""

    where: str
    name: str
    count: float

    def __str__(self) -> str:
        return f"{self.where} {self.name} {show(self.count)}"


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure, and the spots that count against it, the worst first."""

    name: str
    value: float
    worst: Sequence[Spot] = ()
    note: str = ""  # which package, or of how many

    @property
    def reach(self) -> str:
        if self.name in MOST:
            return f"≤ {MOST[self.name]}"
        return f"≥ {LEAST[self.name]}" if self.name in LEAST else ""

    @property
    def is_short(self) -> bool:
        most = MOST.get(self.name, math.inf)
        least = LEAST.get(self.name, -math.inf)
        return not least <= self.value <= most

    def __str__(self) -> str:
        return f"{show(self.value)} {self.note}".strip()


def show(value: float) -> str:
    """A whole number as it is, any other with one decimal."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def measure(root: Path) -> Sequence[Measure]:
    """Take every measure of the checkout at `root`, in the order of the table."""
    house = read_house(root)
    return [
        Measure("files", len(house.modules)),
        Measure("lines", sum(len(module.lines) for module in house.modules)),
        *_measure_functions(house),
        _measure_tokens(house),
        *_measure_long_lines(house),
        _measure_comments(house),
        _measure_names(house),
        *_measure_packages(house),
        _measure_mirrors(house),
        *_measure_words(house),
    ]


def _measure_functions(house: House) -> Iterator[Measure]:
    lines = [Spot(function.where, function.name, function.lines) for function in house.functions]
    nodes = [Spot(function.where, function.name, function.nodes) for function in house.functions]
    yield from _spread("lines", lines)
    yield from _spread("nodes", nodes)
    large = _worst(nodes, MOST[NODES_MAX])
    yield Measure(f"functions over {MOST[NODES_MAX]} nodes", len(large), large)


def _spread(unit: str, spots: Sequence[Spot]) -> Iterator[Measure]:
    sizes = sorted(spot.count for spot in spots) or [0]
    figures = {
        "median": statistics.median(sizes),
        "p90": sizes[int(len(sizes) * 0.9)],
        "p99": sizes[int(len(sizes) * 0.99)],
        "max": sizes[-1],
    }
    for part, figure in figures.items():
        name = f"{unit} per function, {part}"
        yield Measure(name, figure, _worst(spots, MOST.get(name, math.inf)))


def _measure_tokens(house: House) -> Measure:
    """Tokens of each line that is not blank."""
    full = sum(module.full_lines for module in house.code) or 1
    spots = [
        Spot(f"{module.path}:1", TOKENS, module.tokens / (module.full_lines or 1))
        for module in house.code
    ]
    tokens = sum(module.tokens for module in house.code)
    return Measure(TOKENS, tokens / full, _worst(spots, MOST[TOKENS]))


def _measure_long_lines(house: House) -> Iterator[Measure]:
    spots = []
    total = 0
    for module in house.code:
        total += len(module.lines)
        for number, line in enumerate(module.lines, 1):
            spots.append(Spot(f"{module.path}:{number}", "characters", len(line)))
    long = _worst(spots, LONG_LINE)
    yield Measure(LONG_LINES, len(long), long)
    yield Measure(f"{LONG_LINES}, %", 100 * len(long) / (total or 1))


def _measure_comments(house: House) -> Measure:
    """Comments of a hundred lines that are not blank, those behind code too."""
    full = sum(module.full_lines for module in house.code) or 1
    spots = []
    for module in house.code:
        missing = module.full_lines * LEAST[COMMENTS] / 100 - module.comments
        spots.append(Spot(f"{module.path}:1", "comments missing", missing))
    comments = sum(module.comments for module in house.code)
    return Measure(COMMENTS, 100 * comments / full, _worst(spots))


def _measure_names(house: House) -> Measure:
    places: dict[str, dict[str, str]] = defaultdict(dict)
    for module in house.modules:
        for name, where in module.classes:
            places[name].setdefault(module.path, where)
    spots = [Spot(" ".join(found.values()), name, len(found)) for name, found in places.items()]
    shared = _worst(spots, 1)
    return Measure(SHARED_NAMES, len(shared), shared)


def _measure_packages(house: House) -> Iterator[Measure]:
    """A package is the modules of a folder itself; its sub-folders are packages of their own."""
    modules: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    for module in house.modules:
        modules[module.package] += module.stem != "__init__"
        lines[module.package] += len(module.lines)
    share = 100 / (lines.total() or 1)
    sizes = [Spot(package, "modules", count) for package, count in modules.items()]
    shares = [Spot(package, "% of the lines", count * share) for package, count in lines.items()]
    for name, spots in ((PACKAGE_MODULES, sizes), (PACKAGE_SHARE, shares)):
        largest = max(spots, key=operator.attrgetter("count"))
        package = PurePath(largest.where)
        note = "/".join(package.parts[1:]) or package.name
        yield Measure(name, largest.count, _worst(spots, MOST[name]), note)


def _measure_mirrors(house: House) -> Measure:
    large = [module for module in house.code if module.needs_mirror]
    bare = [module for module in large if not house.has_mirror(module)]
    spots = [Spot(f"{module.path}:1", "lines", len(module.lines)) for module in bare]
    found = len(large) - len(bare)
    share = 100 * found / len(large) if large else 100
    return Measure(MIRRORS, share, _worst(spots), f"({found} of {len(large)})")


def _measure_words(house: House) -> Iterator[Measure]:
    for word in WORDS:
        spots = [Spot(f"{module.path}:1", word, module.identifiers[word]) for module in house.code]
        yield Measure(f"`{word}` as a name", sum(spot.count for spot in spots), _worst(spots))


def _worst(spots: Iterable[Spot], above: float = 0) -> Sequence[Spot]:
    over = [spot for spot in spots if spot.count > above]
    return sorted(over, key=operator.attrgetter("count"), reverse=True)
