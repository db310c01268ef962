"""Robots are told from people by one request, or by its neighbours; in doubt it is a person."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.tracking.robots import (
    NETWORK_AGENTS,
    NETWORK_CLICKS,
    OPEN,
    Visit,
    judge_visits,
    sign_of,
)

FIREFOX = b"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
LINKS = 12


@pytest.mark.parametrize(
    ("method", "headers", "sign"),
    [
        ("GET", {b"user-agent": FIREFOX}, ""),
        ("HEAD", {b"user-agent": FIREFOX}, "head"),
        ("GET", {b"user-agent": FIREFOX, b"sec-purpose": b"prefetch;prerender"}, "prefetch"),
        ("GET", {b"user-agent": FIREFOX, b"purpose": b"prefetch"}, "prefetch"),
        ("GET", {b"user-agent": FIREFOX, b"x-purpose": b"preview"}, "prefetch"),
        ("GET", {b"user-agent": b"curl/8.5.0"}, "agent"),
        ("GET", {b"user-agent": b"Mozilla/5.0 (compatible; LinkBot/1.0)"}, "agent"),
        ("GET", {b"user-agent": b"Mozilla/5.0"}, "agent"),
        ("GET", {}, "agent"),
        (
            "GET",
            {
                b"user-agent": b"Mozilla/5.0 (Linux; Android 15; Cubot X90) "
                b"AppleWebKit/537.36 Chrome/139.0 Mobile"
            },
            "",
        ),
        (
            "GET",
            {
                b"user-agent": b"Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 "
                b"(via ggpht.com GoogleImageProxy)"
            },
            "",
        ),
    ],
)
def test_one_request_may_give_a_robot_away(
    method: str, headers: dict[bytes, bytes], sign: str
) -> None:
    assert sign_of(method, headers) == sign


def clicks(*links: int, every_s: float, start: float = 1000.0, **same: Any) -> list[Visit]:
    return [Visit(start + every_s * n, link, 7, **same) for n, link in enumerate(links)]


def test_a_person_who_reads_and_clicks_is_a_person() -> None:
    assert judge_visits([Visit(990.0, OPEN, 7), *clicks(0, 3, 5, 3, every_s=40)], LINKS) == [""] * 5


def test_a_person_may_open_three_stories_at_a_stroke() -> None:
    assert judge_visits(clicks(0, 1, 2, every_s=0.5), LINKS) == [""] * 3


def test_many_links_in_a_burst_are_a_robots_and_so_are_all_of_the_burst() -> None:
    assert judge_visits(clicks(0, 1, 2, 3, every_s=0.5), LINKS) == ["burst"] * 4


def test_every_link_of_a_letter_is_a_robots_even_slowly() -> None:
    assert judge_visits(clicks(*range(LINKS - 1), every_s=20), LINKS) == ["whole set"] * (LINKS - 1)


def test_every_link_of_a_short_letter_may_be_a_persons() -> None:
    assert judge_visits(clicks(0, 1, 2, every_s=20), 3) == [""] * 3


@pytest.mark.parametrize("sign", ["honey", "head"])
def test_who_falls_into_the_hidden_link_or_asks_for_heads_is_a_robot_minutes_before_and_after(
    sign: str,
) -> None:
    seen = [
        *clicks(0, 1, every_s=100),
        Visit(1300.0, LINKS, 7, sign=sign),
        Visit(1500.0, 2, 7),
        Visit(3000.0, 4, 7),
    ]
    assert judge_visits(seen, LINKS) == ["company", "company", sign, "company", ""]


def test_a_scan_of_a_letter_does_not_take_its_readers_later_click() -> None:
    scan = [Visit(1000.0 + link / 10, link, 99, message_id=5) for link in range(LINKS + 1)]
    reader = Visit(1090.0, 3, 7, message_id=5)
    assert judge_visits([*scan, reader], LINKS)[-1] == ""


def test_a_scanner_that_changes_its_face_with_each_request_is_known_by_the_letter() -> None:
    scan = [Visit(1000.0 + link * 4, link, link, message_id=5) for link in range(LINKS)]
    assert judge_visits(scan, LINKS) == ["whole set"] * LINKS


def test_nobody_clicks_in_the_seconds_after_delivery_nor_two_links_in_the_first_minute() -> None:
    assert judge_visits([Visit(1003.0, 0, 7, message_id=5, accepted_at=1000.0)], LINKS) == [
        "at once"
    ]
    assert judge_visits([Visit(999.0, 0, 7, message_id=5, accepted_at=1000.0)], LINKS) == [
        "at once"
    ]
    assert judge_visits([Visit(1030.0, 0, 7, message_id=5, accepted_at=1000.0)], LINKS) == [""]
    two = [
        Visit(at, link, 7, message_id=5, accepted_at=1000.0)
        for at, link in ((1030.0, 0), (1045.0, 1))
    ]
    assert judge_visits(two, LINKS) == ["soon", "soon"]


def test_one_program_that_opens_the_letters_of_many_readers_at_once_is_a_robot() -> None:
    crowd = [Visit(1000.0 + n / 10, 0, 7, message_id=n + 1) for n in range(8)]
    assert judge_visits(crowd, LINKS) == ["crowd"] * 8
    assert judge_visits(crowd[:7], LINKS) == [""] * 7


def test_readers_behind_one_network_who_click_the_same_story_are_people() -> None:
    """Anonymous: of a company's fifty readers nothing but network and program is known."""
    assert judge_visits([Visit(1000.0 + 3 * n, n % 3, 7) for n in range(50)], LINKS) == [""] * 50


@pytest.mark.parametrize("message_id", [0, 5])
@pytest.mark.parametrize("every_s", [0.001, 1.0, 60.0])
def test_a_network_with_more_programs_than_people_have_is_a_robot_whatever_they_call_themselves(
    message_id: int, every_s: float
) -> None:
    storm = [Visit(1000.0 + every_s * n, 3, n, message_id, network=9) for n in range(40)]
    assert set(judge_visits(storm, LINKS)) == {"network"}
    household = storm[: NETWORK_AGENTS - 1]
    assert judge_visits(household, LINKS) == [""] * len(household)


def test_a_network_that_clicks_more_than_people_can_is_a_robot_though_it_keeps_its_name() -> None:
    storm = [Visit(1000.0 + n, 3, 7, network=9) for n in range(NETWORK_CLICKS)]
    assert set(judge_visits(storm, LINKS)) == {"network"}
    assert set(judge_visits(storm[1:], LINKS)) == {""}


def test_a_mail_provider_that_loads_pictures_for_its_readers_is_none() -> None:
    opens = [Visit(1000.0 + n, OPEN, 7, network=9) for n in range(2 * NETWORK_CLICKS)]
    assert set(judge_visits(opens, LINKS)) == {""}


def test_many_networks_and_one_that_is_not_known_are_no_single_robot() -> None:
    for networks in (range(1, 41), [0] * 40):
        visits = [Visit(1000.0 + n, 3, n, network=network) for n, network in enumerate(networks)]
        assert judge_visits(visits, LINKS) == [""] * 40


def test_the_readers_of_one_company_are_people_by_their_letters() -> None:
    visits = [Visit(1000.0 + 9 * n, 3, n, message_id=n + 1, network=9) for n in range(40)]
    assert judge_visits(visits, LINKS) == [""] * 40


@given(
    st.lists(
        st.tuples(
            st.floats(0, 2000),
            st.integers(-1, LINKS),
            st.integers(1, 3),
            st.integers(0, 3),
            st.sampled_from(["", "head", "honey"]),
        ),
        max_size=60,
    ),
    st.randoms(),
)
def test_the_order_in_which_events_come_does_not_matter(
    given: list[tuple[float, int, int, int, str]], chance: random.Random
) -> None:
    seen = [
        Visit(at, link, visitor, message_id, sign) for at, link, visitor, message_id, sign in given
    ]
    mixed = list(range(len(seen)))
    chance.shuffle(mixed)
    again = judge_visits([seen[place] for place in mixed], LINKS)
    assert [bool(verdict) for verdict in again] == [
        bool(verdict) for verdict in (judge_visits(seen, LINKS)[place] for place in mixed)
    ]


@given(st.lists(st.tuples(st.floats(0, 900), st.integers(0, LINKS - 1)), max_size=40))
def test_more_visits_never_make_a_robot_a_person(given: list[tuple[float, int]]) -> None:
    seen = [Visit(at, link, 7) for at, link in given]
    fewer, more = judge_visits(seen[:-1], LINKS), judge_visits(seen, LINKS)
    assert all(later or not earlier for earlier, later in zip(fewer, more, strict=False))
