"""Pure. Robots told apart from people: scanners and prefetchers open links too, often every one within a second of delivery.

Some requests give themselves away (`sign_of`). Others are known by their neighbours: what the same letter, or the same network and
program, did in the minutes around it (`judge`). In doubt it is a person.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

OPEN = -1  # the "link" of an open
SPAN_S = 600.0  # neighbours: what happened so near
FAST_S, SOON_S, AT_ONCE_S = 5.0, 60.0, 5.0
BURST_LINKS = 4  # so many different links of one letter within FAST_S
SOON_LINKS = 2  # … within SOON_S, all of it in the first minute after the letter was accepted
CROWD_LETTERS = 8  # one program of one network follows links of so many letters within FAST_S
FEW_LINKS = 4  # every link of a letter with no more may be a person's
AGENTS = re.compile(
    r"(?<!cu)bot\b|crawl|spider|scanner|preview|headless|phantom|slurp|validator|barracuda|mimecast|proofpoint|ironport|symantec|fortinet"
    r"|sophos|trendmicro|zscaler|curl|wget|python|java/|okhttp|go-http|libwww|axios|node-fetch|facebookexternalhit|whatsapp|telegram|slack"
    r"|discord|skype|embedly|urllib|httpclient|yahoomailproxy",
    re.IGNORECASE,
)
BARE = frozenset(
    ("", "Mozilla/4.0", "Mozilla/5.0")
)  # no browser sends so little; privacy proxies do
PREFETCH = (
    b"purpose",
    b"x-purpose",
    b"sec-purpose",
    b"x-moz",
)  # a browser or a mail program loads ahead of its reader
TAINTING = frozenset(
    ("honey", "head")
)  # no person's browser does either: what else came from there is a robot's


@dataclass(frozen=True, slots=True)
class Visit:
    """An event as it is judged; times in seconds since the epoch. `accepted_at`: when the relay took the letter."""

    at: float
    link: int
    visitor: int
    message_id: int = 0
    sign: str = ""
    accepted_at: float | None = None


def sign_of(method: str, headers: Mapping[bytes, bytes]) -> str:
    """Return what one request tells of a robot: head, prefetch, agent, or "" for nothing. Header names in lower case."""
    if method == "HEAD":
        return "head"
    if any(b"pre" in headers[name].lower() for name in PREFETCH if name in headers):
        return "prefetch"
    return "agent" if _is_program(headers.get(b"user-agent", b"")) else ""


@lru_cache(4096)
def _is_program(agent: bytes) -> bool:
    name = agent.decode("latin-1").strip()
    return name in BARE or AGENTS.search(name) is not None


@dataclass(frozen=True, slots=True)
class _Rule:
    """Visits with the same `key` that show at least `least` different values within `span_s` are a robot's. None: left out."""

    verdict: str
    key: Callable[[Visit], Hashable]
    value: Callable[[Visit], Hashable]
    span_s: float
    least: int


def judge_visits(visits: Sequence[Visit], links: int) -> list[str]:
    """Return a verdict for each visit of one edition with so many links: "" for a person, else what gave the robot away.

    Right for visits whose neighbours within SPAN_S are among the others.
    """
    verdicts = [visit.sign or ("at once" if _age(visit) < AT_ONCE_S else "") for visit in visits]
    for rule in _rules(max(FEW_LINKS + 1, links - 1)):
        for place in _caught(visits, rule):
            verdicts[place] = verdicts[place] or rule.verdict
    return verdicts


def _rules(whole: int) -> tuple[_Rule, ...]:
    """A scanner with one face is known for minutes; for one that changes it between requests, the letter is looked at, in the minute."""
    return (
        _Rule("company", _source, _taint, SPAN_S, 1),
        _Rule("company", _letter, _taint, SOON_S, 1),
        _Rule("burst", _letter_or_visitor, _link, FAST_S, BURST_LINKS),
        _Rule("whole set", _source, _link, SPAN_S, whole),
        _Rule("whole set", _letter, _link, SOON_S, whole),
        _Rule("soon", _fresh_letter, _link, SOON_S, SOON_LINKS),
        _Rule("crowd", _visitor, _letter, FAST_S, CROWD_LETTERS),
    )


def _caught(visits: Sequence[Visit], rule: _Rule) -> Iterator[int]:
    """Yield the places of visits in a stretch of time that the rule catches. Each is looked at a few times, however many there are."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for place, visit in enumerate(visits):
        if (key := rule.key(visit)) is not None:
            groups[key].append(place)
    for places in groups.values():
        places.sort(key=lambda place: visits[place].at)
        yield from _stretches(visits, places, rule)


def _stretches(visits: Sequence[Visit], places: Sequence[int], rule: _Rule) -> Iterator[int]:
    inside: Counter[Hashable] = Counter()
    first, told = 0, 0
    for last, place in enumerate(places):
        if (value := rule.value(visits[place])) is not None:
            inside[value] += 1
        while visits[place].at - visits[places[first]].at > rule.span_s:
            if (value := rule.value(visits[places[first]])) is not None:
                inside[value] -= 1
                if not inside[value]:
                    del inside[value]
            first += 1
        if len(inside) >= rule.least:
            yield from places[max(first, told) : last + 1]
            told = last + 1


def _age(visit: Visit) -> float:
    """Seconds since the letter was accepted."""
    return visit.at - visit.accepted_at if visit.accepted_at is not None else float("inf")


def _letter(visit: Visit) -> Hashable:
    return visit.message_id or None


def _visitor(visit: Visit) -> Hashable:
    return visit.visitor


def _source(visit: Visit) -> Hashable:
    return visit.message_id, visit.visitor


def _letter_or_visitor(visit: Visit) -> Hashable:
    return (visit.message_id, 0 if visit.message_id else visit.visitor)


def _fresh_letter(visit: Visit) -> Hashable:
    return visit.message_id if visit.message_id and _age(visit) < SOON_S else None


def _taint(visit: Visit) -> Hashable:
    return True if visit.sign in TAINTING else None


def _link(visit: Visit) -> Hashable:
    return None if visit.link == OPEN else visit.link
