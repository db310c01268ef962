"""Which tools are shown: caps hold, rivals are apart, what was sold is shown, and the same values
give the same choice."""

from collections import Counter
from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from newsletter.tools.rotation import BookedSlot, Contender, ToolChoice, are_rivals, choose
from tests.samples.times import NOON

DAY = date(2026, 5, 12)
OTHER = DAY + timedelta(days=7)


def shown(choice: ToolChoice) -> list[int]:
    return [pick.tool_id for pick in choice.shown]


def why_not(choice: ToolChoice, tool_id: int) -> str:
    return dict(choice.passed)[tool_id]


def test_never_featured_comes_first_then_longest_ago() -> None:
    tools = [
        Contender(1, "A", featured_at=NOON),
        Contender(2, "B", featured_at=NOON - timedelta(days=9)),
        Contender(3, "C"),
    ]
    choice = choose(tools, (), DAY, 2)
    assert shown(choice) == [3, 2]
    assert choice.shown[0].reason == "its turn: never featured yet"
    assert why_not(choice, 1) == "no place left: the plan has 2"


def test_a_paid_slot_comes_before_a_featured_one_and_both_before_the_rotation() -> None:
    tools = [Contender(key, f"T{key}") for key in (1, 2, 3)]
    places = [
        BookedSlot(7, 2, "featured", DAY, DAY),
        BookedSlot(8, 3, "paid", DAY, OTHER, cap=2, used=1),
    ]
    choice = choose(tools, places, DAY, 3)
    assert [(pick.tool_id, pick.slot_id, pick.kind) for pick in choice.shown] == [
        (3, 8, "paid"),
        (2, 7, "featured"),
        (1, None, "turn"),
    ]
    assert choice.shown[0].reason == "a paid slot, 2026-05-12 to 2026-05-19, time 2 of 2"


def test_a_slot_counts_from_its_first_to_its_last_day_and_on_no_other() -> None:
    tools = [Contender(1, "A", is_only_by_slot=True)]
    place = BookedSlot(7, 1, "paid", DAY, OTHER)
    days = [DAY - timedelta(days=1), DAY, OTHER, OTHER + timedelta(days=1)]
    assert [shown(choose(tools, [place], day, 1)) for day in days] == [[], [1], [1], []]


def test_a_cap_that_is_reached_ends_a_slot_and_says_so() -> None:
    tools = [Contender(1, "A"), Contender(2, "B")]
    choice = choose(tools, [BookedSlot(7, 1, "paid", DAY, DAY, cap=2, used=2)], DAY, 2)
    assert shown(choice) == [2], "and who paid for these days is not shown without a label either"
    assert why_not(choice, 1) == "its slot was used 2 times, the cap is 2"


def test_rivals_are_never_in_one_issue() -> None:
    tools = [
        Contender(1, "Quill", "Writing"),
        Contender(2, "Nib", " writing"),
        Contender(3, "Loom", "Video"),
        Contender(4, "Free", ""),
    ]
    choice = choose(tools, (), DAY, 4)
    assert shown(choice) == [1, 3, 4]
    assert why_not(choice, 2) == "a rival of Quill, which is shown: both are Writing"


def test_paid_rivals_take_turns() -> None:
    tools = [Contender(1, "Quill", "Writing"), Contender(2, "Nib", "Writing")]
    places = [
        BookedSlot(7, 1, "paid", DAY, OTHER, used=1),
        BookedSlot(8, 2, "paid", DAY, OTHER, used=0),
    ]
    assert shown(choose(tools, places, DAY, 2)) == [2]


def test_what_was_sold_is_shown_even_if_the_plan_has_fewer_places() -> None:
    tools = [Contender(key, f"T{key}") for key in (1, 2, 3)]
    choice = choose(tools, [BookedSlot(key, key, "paid", DAY, DAY) for key in (1, 2)], DAY, 1)
    assert shown(choice) == [1, 2]


def test_a_sponsor_has_no_turn() -> None:
    choice = choose([Contender(1, "S", is_only_by_slot=True)], (), DAY, 2)
    assert not choice.shown
    assert "slots only" in why_not(choice, 1)


TOOLS = st.lists(
    st.builds(
        Contender,
        id=st.integers(1, 9),
        name=st.sampled_from(["A", "B"]),
        category=st.sampled_from(["", "Writing", "writing", "Video"]),
        featured_at=st.none() | st.integers(0, 5).map(lambda days: NOON - timedelta(days=days)),
        is_only_by_slot=st.booleans(),
    ),
    max_size=9,
    unique_by=lambda tool: tool.id,
)
DAYS = st.integers(-3, 3).map(lambda days: DAY + timedelta(days=days))
PLACES = st.lists(
    st.builds(
        BookedSlot,
        id=st.integers(1, 30),
        tool_id=st.integers(1, 9),
        kind=st.sampled_from(["paid", "featured"]),
        starts_on=DAYS,
        ends_on=DAYS,
        cap=st.integers(0, 2),
        used=st.integers(0, 3),
    ),
    max_size=8,
    unique_by=lambda place: place.id,
)


@given(TOOLS, PLACES, st.integers(0, 4), st.randoms())
def test_whatever_is_given_the_rules_hold(
    tools: list[Contender], places: list[BookedSlot], count: int, random: Random
) -> None:
    choice = choose(tools, places, DAY, count)
    by_id, slots = {tool.id: tool for tool in tools}, {place.id: place for place in places}
    chosen = [by_id[pick.tool_id] for pick in choice.shown]
    assert len({tool.id for tool in chosen}) == len(chosen)
    assert not any(
        are_rivals(one, other) for one in chosen for other in chosen if one.id != other.id
    )
    for pick in choice.shown:
        place = slots.get(pick.slot_id or 0)
        assert place is None or (place.covers(DAY) and not 0 < place.cap <= place.used), (
            "no day of its own, or over its cap"
        )
        assert place is not None or not by_id[pick.tool_id].is_only_by_slot
    for place in places:
        due = (
            place.tool_id in by_id
            and place.covers(DAY)
            and place.kind == "paid"
            and not place.is_used_up
        )
        if due and place.tool_id not in shown(choice):
            paid = [by_id[pick.tool_id] for pick in choice.shown if pick.kind == "paid"]
            assert any(are_rivals(by_id[place.tool_id], rival) for rival in paid), (
                "a paid slot yields to a paid rival only"
            )
    assert sum(pick.kind != "paid" for pick in choice.shown) <= max(
        0, count - sum(pick.kind == "paid" for pick in choice.shown)
    )
    assert set(shown(choice)) | {key for key, _ in choice.passed} == set(by_id), (
        "each tool is shown or has a reason"
    )
    assert not set(shown(choice)) & {key for key, _ in choice.passed}
    random.shuffle(tools)
    random.shuffle(places)
    assert choose(tools, places, DAY, count) == choice


@given(TOOLS, PLACES, st.integers(1, 4))
def test_over_many_issues_no_cap_is_exceeded(
    tools: list[Contender], places: list[BookedSlot], count: int
) -> None:
    used: Counter[int] = Counter()
    for week in range(6):
        now = [
            BookedSlot(
                p.id,
                p.tool_id,
                p.kind,
                DAY - timedelta(days=99),
                DAY + timedelta(days=99),
                p.cap,
                used[p.id],
            )
            for p in places
        ]
        used.update(
            pick.slot_id
            for pick in choose(tools, now, DAY + timedelta(weeks=week), count).shown
            if pick.slot_id
        )
    assert all(used[place.id] <= place.cap for place in places if place.cap)
