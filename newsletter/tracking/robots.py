"""Pure. Robots told apart from people: scanners and prefetchers open links, too.

They often open every link within a second of delivery. Some requests give themselves away
(`sign_of`). Others are known by their neighbours: what the same letter, or the same network and
program, did in the minutes around it (`judge_visits`). In doubt it is a person.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

OPEN = -1  # the "link" of an open
SPAN_S = 600.0  # neighbours: what happened so near
FAST_S = 5.0
SOON_S = 60.0
AT_ONCE_S = 5.0
BURST_LINKS = 4  # so many different links of one letter within FAST_S
SOON_LINKS = 2  # … within SOON_S, all of it in the first minute after the letter was accepted
CROWD_LETTERS = 8  # one program of one network follows links of so many letters within FAST_S
NETWORK_AGENTS = 10  # so many programs of one network visit within SPAN_S, by one letter
NETWORK_CLICKS = 100  # or so many clicks come from there
FEW_LINKS = 4  # every link of a letter with no more may be a person's
AGENT_NAMES = (
    # what calls itself a robot; "cubot" is a telephone
    r"(?<!cu)bot\b|crawl|spider|scanner|preview|headless|phantom|slurp|validator",
    # scanners of companies' mail
    "barracuda|mimecast|proofpoint|ironport|symantec|fortinet|sophos|trendmicro|zscaler",
    # libraries of programs
    "curl|wget|python|java/|okhttp|go-http|libwww|axios|node-fetch|urllib|httpclient",
    # previews of messengers, and a proxy
    "facebookexternalhit|whatsapp|telegram|slack|discord|skype|embedly|yahoomailproxy",
)
LONGEST_AGENT = 1000  # bytes that are looked at: browsers send some two hundred
AGENTS = re.compile("|".join(AGENT_NAMES), re.IGNORECASE)
# No browser sends so little. Privacy proxies do.
BARE = frozenset(("", "Mozilla/4.0", "Mozilla/5.0"))
# With these a browser or a mail program says that it loads ahead of its reader.
PREFETCH = (b"purpose", b"x-purpose", b"sec-purpose", b"x-moz")
# No person's browser does either, so whatever else came from there is a robot's.
TAINTING = frozenset(("honey", "head"))


@dataclass(frozen=True, slots=True)
class Visit:
    """An event as it is judged; times are in seconds since the epoch.

    `accepted_at` is when the relay took the letter, None if that is not known.
    """

    at: float
    link: int
    visitor: int
    message_id: int = 0
    sign: str = ""
    accepted_at: float | None = None
    network: int = 0  # 0: not known


def sign_of(method: str, headers: Mapping[bytes, bytes]) -> str:
    """Return what one request shows of a robot: head, prefetch, agent, or "" for nothing.

    Header names are in lower case.
    """
    if method == "HEAD":
        return "head"
    # Kept short: it is asked several thousand times a second.
    if any(b"pre" in headers[name].lower() for name in PREFETCH if name in headers):
        return "prefetch"
    return "agent" if _is_program(headers.get(b"user-agent", b"")) else ""


@lru_cache(4096)
def _is_program(agent: bytes) -> bool:
    """True if a program names itself, or says less than any browser."""
    name = agent[:LONGEST_AGENT].decode("latin-1").strip()
    return name in BARE or AGENTS.search(name) is not None


@dataclass(frozen=True, slots=True)
class _Rule:
    """Visits with the same `key` that show `least` different values within `span_s` are a robot's.

    A visit whose key is None is left out; a value that is None does not count.
    """

    verdict: str
    key: Callable[[Visit], Hashable]
    value: Callable[[Visit], Hashable]
    span_s: float
    least: int


def judge_visits(visits: Sequence[Visit], links: int) -> list[str]:
    """Return a verdict for each visit of one edition with so many links.

    It is "" for a person, else what gave the robot away. It is right for visits whose neighbours
    within SPAN_S are among the others.
    """
    verdicts = _own_verdicts(visits)
    for rule in _rules(max(FEW_LINKS + 1, links - 1)):
        for place in _caught(visits, rule):
            verdicts[place] = verdicts[place] or rule.verdict
    return verdicts


def _own_verdicts(visits: Sequence[Visit]) -> list[str]:
    """What each visit shows by itself."""
    return [visit.sign or ("at once" if _age(visit) < AT_ONCE_S else "") for visit in visits]


def _rules(whole: int) -> tuple[_Rule, ...]:
    """The rules; the first that catches a visit names it. `whole` links are all of a letter.

    A scanner that keeps its network and program is known by these for minutes. One that changes
    them between requests is known by its letter, within the minute.
    """
    return (
        _Rule("company", _source, _taint, SPAN_S, 1),
        _Rule("company", _letter, _taint, SOON_S, 1),
        _Rule(
            "burst",
            _letter_or_visitor,
            _link,
            FAST_S,
            BURST_LINKS,
        ),
        _Rule("whole set", _source, _link, SPAN_S, whole),
        _Rule("whole set", _letter, _link, SOON_S, whole),
        # A program that calls itself otherwise each time is many visitors. It stays in its network.
        _Rule("network", _network, _visitor, SPAN_S, NETWORK_AGENTS),
        _Rule(
            "network",
            _clicking_network,
            _click,
            SPAN_S,
            NETWORK_CLICKS,
        ),
        _Rule("soon", _fresh_letter, _link, SOON_S, SOON_LINKS),
        _Rule(
            "crowd",
            _visitor,
            _letter,
            FAST_S,
            CROWD_LETTERS,
        ),
    )


def _caught(visits: Sequence[Visit], rule: _Rule) -> Iterator[int]:
    """Give the places of visits in a stretch of time that the rule catches.

    Each visit is looked at a few times, however many there are.
    """
    for places in _places_by_key(visits, rule):
        places.sort(key=lambda place: visits[place].at)
        yield from _stretches(visits, places, rule)


def _places_by_key(visits: Sequence[Visit], rule: _Rule) -> Iterable[list[int]]:
    """The places of the visits that have the same key."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for place, visit in enumerate(visits):
        if (key := rule.key(visit)) is not None:
            groups[key].append(place)
    return groups.values()


def _stretches(
    visits: Sequence[Visit],
    places: Sequence[int],
    rule: _Rule,
) -> Iterator[int]:
    """Give the places that the rule catches, of visits with one key in the order of their times.

    A window of `span_s` moves over the visits; `inside` counts the values in it.
    """
    times = [visits[place].at for place in places]
    values = [rule.value(visits[place]) for place in places]
    inside: Counter[Hashable] = Counter()
    first = 0
    given = 0  # so many places were given already: stretches overlap
    for last, value in enumerate(values):
        if value is not None:
            inside[value] += 1
        while times[last] - times[first] > rule.span_s:
            _take_out(inside, values[first])
            first += 1
        if len(inside) >= rule.least:
            yield from places[max(first, given) : last + 1]
            given = last + 1


def _take_out(inside: Counter[Hashable], value: Hashable) -> None:
    """Take a value out of a window."""
    if value is None:
        return
    inside[value] -= 1
    # What is gone from the window must not be counted among the different values.
    if not inside[value]:
        del inside[value]


def _age(visit: Visit) -> float:
    """Seconds since the letter was accepted."""
    if visit.accepted_at is None:
        return float("inf")
    return visit.at - visit.accepted_at


def _letter(visit: Visit) -> Hashable:
    """A letter, None if it is not known."""
    return visit.message_id or None


def _visitor(visit: Visit) -> Hashable:
    return visit.visitor


def _network(visit: Visit) -> Hashable:
    """A letter and the network where it is read; None if that is not known."""
    return (visit.message_id, visit.network) if visit.network else None


def _clicking_network(visit: Visit) -> Hashable:
    """The same for clicks; None for an open: a mail provider loads the pictures of many readers."""
    return None if visit.link == OPEN else _network(visit)


def _click(visit: Visit) -> Hashable:
    """A click, another one each time."""
    return visit.at, visit.link, visit.visitor


def _source(visit: Visit) -> Hashable:
    """A letter and where it is read."""
    return visit.message_id, visit.visitor


def _letter_or_visitor(visit: Visit) -> Hashable:
    """A letter, or a visitor where letters are not told apart."""
    return (visit.message_id, 0 if visit.message_id else visit.visitor)


def _fresh_letter(visit: Visit) -> Hashable:
    """A letter in its first minute."""
    if not visit.message_id or _age(visit) >= SOON_S:
        return None
    return visit.message_id


def _taint(visit: Visit) -> Hashable:
    """True for a visit that no person makes."""
    return True if visit.sign in TAINTING else None


def _link(visit: Visit) -> Hashable:
    """A link; opens are none."""
    return None if visit.link == OPEN else visit.link
