"""OpenConnections: the house is never fuller than it may be, and who waits longest makes room."""

from ipaddress import ip_network

from hypothesis import given
from hypothesis import strategies as st

from newsletter.serving.connections import Awaited, ConnectionLimits, OpenConnections

SMALL = ConnectionLimits(
    head_s=10, body_s=20, least_bytes_a_s=1000, taking_s=30, most=4, most_of_network=2
)


def house() -> OpenConnections[str]:
    return OpenConnections(SMALL, (ip_network("10.0.0.0/24"),))


def test_who_waits_longest_of_the_network_that_holds_most_makes_room() -> None:
    all_of_them = house()
    assert all_of_them.let_in("a reader", "198.51.100.1", 0) is None
    assert all_of_them.let_in("first", "192.0.2.1", 1) is None
    assert all_of_them.let_in("second", "192.0.2.2", 2) is None
    assert all_of_them.let_in("another", "203.0.113.1", 3) is None
    assert all_of_them.let_in("one more", "203.0.113.2", 4) == "first"


def test_one_network_takes_places_from_itself_only() -> None:
    all_of_them = house()
    for number in range(2):
        assert all_of_them.let_in(f"{number}", "192.0.2.1", number) is None
    assert all_of_them.let_in("third", "192.0.2.255", 2) == "0"
    assert all_of_them.let_in("elsewhere", "192.0.3.1", 2) is None


def test_a_ipv6_network_is_a_48() -> None:
    all_of_them = house()
    networks = {all_of_them.network_of(f"2001:db8:1:{part:x}::1") for part in range(9)}
    assert networks == {"2001:db8:1::/48"}


def test_a_proxy_brings_everybody_and_has_no_limit_of_its_own() -> None:
    all_of_them = house()
    for number in range(4):
        assert all_of_them.let_in(f"{number}", "10.0.0.7", number) is None
    assert all_of_them.let_in("one more", "10.0.0.7", 9) == "0"


def test_who_is_answered_stays_and_the_new_one_goes_if_all_are() -> None:
    all_of_them = house()
    for number in range(4):
        all_of_them.let_in(f"{number}", f"192.0.{number}.1", number)
        all_of_them.work(f"{number}")
    assert all_of_them.let_in("new", "198.51.100.1", 9) == "new"


def test_a_wait_has_the_time_that_it_needs_and_no_more() -> None:
    all_of_them = house()
    all_of_them.let_in("silent", "192.0.2.1", 0)
    all_of_them.let_in("sends", "192.0.3.1", 0)
    all_of_them.wait("sends", Awaited.BODY, 0)
    all_of_them.hear("sends", 5000)
    all_of_them.let_in("reads", "192.0.4.1", 0)
    all_of_them.wait("reads", Awaited.TAKING, 0)
    late = {now: {name for name, _ in all_of_them.late(now)} for now in (9, 10, 24, 25, 30)}
    assert late[9] == set()
    assert late[10] == {"silent"} == late[24]
    assert late[25] == {"silent", "sends"}
    assert late[30] == {"silent", "sends", "reads"}


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["let in", "work", "wait", "leave", "hear"]),
        st.integers(0, 12),
        st.sampled_from(["192.0.2.1", "192.0.3.1", "10.0.0.1", "10.0.0.9", "2001:db8::1", "", "?"]),
    )
)


@given(ACTS)
def test_the_house_is_never_fuller_than_it_may_be_and_forgets_nobody(
    acts: list[tuple[str, int, str]],
) -> None:
    all_of_them: OpenConnections[int] = OpenConnections(SMALL, (ip_network("10.0.0.0/24"),))
    inside: dict[int, str] = {}
    for now, (act, who, host) in enumerate(acts):
        if act == "let in" and who not in inside:
            inside[who] = host
            leaver = all_of_them.let_in(who, host, now)
            if leaver is not None:
                all_of_them.leave(leaver)
                del inside[leaver]
        elif act == "work":
            all_of_them.work(who)
        elif act == "wait":
            all_of_them.wait(who, Awaited.BODY, now)
        elif act == "hear":
            all_of_them.hear(who, 10)
        elif act == "leave":
            all_of_them.leave(who)
            inside.pop(who, None)
        assert len(all_of_them) == len(inside) <= SMALL.most
        networks = [all_of_them.network_of(host) for host in inside.values()]
        assert all(networks.count(one) <= 2 for one in networks if one != "proxies")
    for who in list(inside):
        all_of_them.leave(who)
    assert not all_of_them.late(10**9)
