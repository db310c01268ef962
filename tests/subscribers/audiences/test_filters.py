"""Filters are read from what was typed, kept, shown and read again; what cannot be read is named."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscribers.audiences.filters import (
    BadFilter,
    Filter,
    describe_filter,
    filter_from_row,
    filter_to_row,
    read_filter,
)

WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Z")), min_size=1, max_size=20)


def test_a_filter_is_read_with_commas_or_one_by_one() -> None:
    typed = {
        "topics": " AI,  Policy ,AI",
        "domains": "@Example.org",
        "attributes": ["plan=pro, yearly"],
        "joined_from": "2026-05-01",
        "quiet_days": "90",
    }
    read = read_filter(typed)
    assert read == Filter(
        ("AI", "Policy"),
        (),
        ("example.org",),
        (("plan", "pro, yearly"),),
        date(2026, 5, 1),
        quiet_days=90,
    )
    assert describe_filter(read) == (
        "topic AI or Policy, address at example.org, plan is pro, yearly, joined from 1 May 2026, quiet for 90 days"
    )
    assert describe_filter(Filter()) == "everybody"


@given(
    st.builds(
        Filter,
        topics=st.lists(WORDS, unique=True, max_size=3).map(tuple),
        sources=st.lists(WORDS, unique=True, max_size=3).map(tuple),
        domains=st.lists(
            st.sampled_from(["example.org", "a-b.example", "xn--4ca.example"]), unique=True
        ).map(tuple),
        attributes=st.lists(
            st.tuples(WORDS.filter(lambda one: "=" not in one), WORDS), unique=True, max_size=3
        ).map(tuple),
        joined_from=st.none() | st.dates(max_value=date(2026, 1, 1)),
        joined_to=st.none() | st.dates(min_value=date(2026, 1, 1)),
        active_days=st.none() | st.integers(1, 3650),
        quiet_days=st.none() | st.integers(1, 3650),
    )
)
def test_what_is_kept_of_a_filter_is_the_filter(one: Filter) -> None:
    assert filter_from_row(filter_to_row(one)) == one


@pytest.mark.parametrize(
    "typed",
    [
        {"domains": "not a domain"}, {"domains": "example"}, {"attributes": "plan"}, {"attributes": "=pro"}, {"joined_from": "May"},
        {"joined_from": "2026-05-02", "joined_to": "2026-05-01"}, {"active_days": "0"}, {"active_days": "-3"}, {"quiet_days": "3651"},
        {"quiet_days": "٣"}, {"topics": "x" * 201}, {"topics": ",".join(map(str, range(51)))},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_its_name(typed: dict[str, str]) -> None:
    with pytest.raises(BadFilter, match=list(typed)[-1]):
        read_filter(typed)
