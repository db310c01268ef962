"""Likeness: log-odds that two tell one story, the same for both, and few pairs that promise it."""

from datetime import timedelta
from itertools import combinations

from newsletter.choosing.folds.likeness import MODEL, STRANGERS, Evidence, Likeness
from tests.samples.stories import OWN, Item, read_items
from tests.samples.times import NOON

DAY = timedelta(days=1)
FUNDED = Item(
    "funded",
    "Orrery raises $40 million to plan laboratories",
    "The round was led by Quay Partners.",
    source="Wire",
)
AGAIN = Item(
    "again",
    "Laboratory planner Orrery gets $40m",
    "Quay Partners leads the round.",
    source="Ledger",
)
OTHER_SUM = Item(
    "other sum",
    "Orrery raises $95 million to plan laboratories",
    "Moss Capital was first to sign.",
    source="Ledger",
)
STRANGER = Item("stranger", "A kitchen robot learns to crack eggs", source="Notes")


def alike(*items: Item) -> Likeness:
    return Likeness(items, [item.dek for item in items])


def evidence(first: Item, second: Item) -> Evidence:
    found = alike(first, second, STRANGER).evidence(0, 1)
    assert found is not None
    return found


def test_two_reports_of_one_event_are_likely_one_story_and_strangers_are_not() -> None:
    window = alike(FUNDED, AGAIN, STRANGER)
    assert window.odds(0, 1) > 0 > window.odds(0, 2)
    assert window.odds(0, 2) == STRANGERS
    assert window.evidence(0, 2) is None


def test_the_odds_are_the_same_from_both_sides() -> None:
    items = read_items(OWN)[:60]
    window = alike(*items)
    for first, second in combinations(range(len(items)), 2):
        assert window.odds(first, second) == window.odds(second, first)


def test_the_odds_are_the_bias_and_what_each_piece_of_evidence_adds() -> None:
    window = alike(FUNDED, AGAIN, STRANGER)
    found = window.evidence(0, 1)
    assert found is not None
    added = (MODEL.coefficients[at] * found[at] for at in range(len(found)))
    assert abs(window.odds(0, 1) - (MODEL.bias + sum(added))) < 1e-9


def test_amounts_differ_only_if_none_of_both_agree() -> None:
    assert evidence(FUNDED, AGAIN).amounts_differ == 0.0
    assert evidence(FUNDED, OTHER_SUM).amounts_differ == 1.0


def test_days_and_a_source_of_both_speak_against_one_story() -> None:
    later = Item("later", AGAIN.title, AGAIN.dek, source="Wire", published_at=NOON + 9 * DAY)
    found = evidence(FUNDED, later)
    assert found.days > evidence(FUNDED, AGAIN).days == 0.0
    assert (found.one_source, evidence(FUNDED, AGAIN).one_source) == (1.0, 0.0)


def test_a_word_that_every_week_repeats_is_not_rare_in_a_small_one() -> None:
    past = [(f"Laboratories of {word}", "") for word in ("salt", "rope", "tide", "bell", "sail")]
    items = [FUNDED, AGAIN, STRANGER]
    with_past = Likeness(items, [item.dek for item in items], past=past * 4)
    assert "labora" in alike(*items).rare
    assert "labora" not in with_past.rare


def test_promising_pairs_are_few_the_lower_index_first_and_miss_hardly_a_likely_one() -> None:
    items = read_items(OWN)
    window = alike(*items)
    promising = set(window.promising())
    assert all(first < second for first, second in promising)
    pairs = list(combinations(range(len(items)), 2))
    likely = {pair for pair in pairs if window.odds(*pair) > 0}
    assert len(promising) < len(pairs) / 10
    assert len(likely - promising) <= len(likely) / 20
