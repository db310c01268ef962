"""No text makes a pattern slow: each has its worst case here, at 1 MB."""

import ast
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from newsletter.editions.personalising import Markers
from tests.architecture.patterns import (
    SIZE,
    WORST,
    AnyPattern,
    Worst,
    calls_of_re,
    compiled,
)
from tests.architecture.sources import modules

# Of processor time, for 1 MB: 0.05 on a quiet machine, some times of it beside other tests. A
# pattern that is not linear takes hours.
MOST_S = 0.25
TRIES = 20  # the quickest counts: the machine has other things to do
COMPILED = compiled()
# The code of an edition, escaped, is in these patterns: they are made anew for each edition.
BUILT = {"newsletter/editions/marked.py", "newsletter/editions/personalising.py"}


def test_each_pattern_has_a_worst_case() -> None:
    # Whoever adds a pattern adds the text that takes it longest to tests/architecture/patterns.py.
    assert COMPILED.keys() == WORST.keys(), COMPILED.keys() ^ WORST.keys()


def test_patterns_are_compiled_where_they_have_a_name() -> None:
    known = {id(call) for module in modules() for node in module.tree.body for call in _top(node)}
    astray = [
        f"{module.path}:{call.lineno}"
        for module in modules()
        for call in calls_of_re(module)
        if id(call) not in known and module.path not in BUILT
    ]
    assert not astray, astray


@pytest.mark.parametrize(
    ("name", "worst"),
    [(name, worst) for name, each in sorted(WORST.items()) for worst in each],
    ids=lambda value: value if isinstance(value, str) else repr(value.before + value.unit),
)
def test_no_text_of_a_megabyte_takes_a_pattern_long(name: str, worst: Worst) -> None:
    work = _work(COMPILED[name], worst)
    # A text that is long enough to be slow at all is slow at a hundredth of it: no need to wait.
    assert _seconds(_work(COMPILED[name], worst, SIZE // 100)) <= MOST_S
    taken = _quickest(work)
    assert taken <= MOST_S, f"{taken * 1000:.0f} ms"


@pytest.mark.parametrize("unit", ["[[a1:a", "[[", "[[a1:a]]a"])
def test_the_markers_of_an_edition_are_found_soon_in_any_text(unit: str) -> None:
    text = Worst(Markers("a1").split, unit).text(SIZE // 10)
    assert _quickest(partial(Markers("a1").split, text)) <= MOST_S


def _quickest(work: Callable[[], object]) -> float:
    """Return the least time of a few tries; one that is good enough needs no other."""
    taken = _seconds(work)
    for _ in range(TRIES):
        if taken <= MOST_S:
            break
        taken = min(taken, _seconds(work))
    return taken


def _work(pattern: AnyPattern, worst: Worst, size: int = SIZE) -> Callable[[], object]:
    text = worst.text(size)
    if callable(worst.use):
        return partial(worst.use, text)
    method = getattr(pattern, worst.use)
    is_bytes = isinstance(pattern.pattern, bytes)
    given = text.encode("latin-1") if is_bytes else text
    return partial(method, given[:0], given) if worst.use == "sub" else partial(method, given)


def _seconds(work: Callable[[], object]) -> float:
    """Return what a work takes of the processor."""
    began = time.process_time()
    work()
    return time.process_time() - began


def _top(node: ast.stmt) -> Iterator[ast.Call]:
    """The calls in an assignment to a name of a module."""
    if isinstance(node, ast.Assign):
        yield from (inner for inner in ast.walk(node) if isinstance(inner, ast.Call))
