"""Pure. Whether something happened that changes something, by cues in a headline.

The cues are general and English.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from newsletter.choosing.cues import LONGEST, NUMBER, Cues, words_of

# How much each kind of consequence counts; a usual one counts 1.
STRENGTHS: Mapping[str, float] = {
    "security": 1.5,
    "law": 1.2,
    "work": 1.2,
    "an outage": 1.2,
    "readers can act on it": 1.0,
    "a release": 1.0,
    "money": 1.0,
    "a new version": 1.3,
    "science": 0.9,
    "prices": 0.9,
    "a first": 0.8,
    "a start": 0.8,
    "a standard": 0.8,
    "people": 0.6,
    "a large sum": 0.6,
    "models": 0.5,
}
CONSEQUENCES: Mapping[str, str] = {
    "law": (
        "sue, sues, sued, suing, lawsuit*, suit, court, courts, judge*, jury, ruling*, rule, "
        "rules, ruled, regulator*, regulation*, regulates, regulatory, law, laws, legislat*, "
        "bill, act, ban, bans, banned, fine, fines, fined, penalt*, antitrust, copyright*, "
        "sanction*, export limit*, export curb*, export control*, export rule*, fda, ftc, clears, "
        "cleared, clearance, guidance, directive*, congress, senate, lawmaker*, parliament*, "
        "commission, subpoena*, indict*, charged with, settle, settles, settled, settlement, "
        "legal action, government, to court, illegal, unlawful"
    ),
    "security": (
        "vulnerabilit*, zero-day*, exploit, exploits, exploited, breach*, hack, hacks, hacked, "
        "hackers, attack, attacks, attacked, attackers, flaw, flaws, malware, ransomware, worm, "
        "worms, unpatched, security hole*, security release*, security update*, security flaw*, "
        "data leak*, leaked, stolen, in the wild, self-replicating, self-spreading, backdoor*, "
        "phishing, unauthenticated"
    ),
    "a release": (
        "launch, launches, launched, launching, release, releases, released, releasing, "
        "introduces, introducing, introduced, unveil*, open-source, open-sources, open-sourced, "
        "open-sourcing, open weights, open-weight*, ships, debut*, now available, "
        "generally available, public preview, early beta, enters beta, is here, goes on sale, "
        "publish, publishes, published, rolls out, announc*"
    ),
    "money": (
        "raises, raised, raising, funding, funding round, series a, series b, series c, series d, "
        "series e, series f, valuation, valued at, ipo, goes public, listing, acquir*, "
        "acquisition*, buys, bought, takeover, merger, bankrupt*, stake in, orders"
    ),
    "work": (
        "layoff*, lay-off*, lays off, laid off, lay off, job cuts, cut # jobs, cuts # jobs, "
        "cutting # jobs, cut # roles, cut # staff, eliminate # jobs, # jobs, # layoffs, strike, "
        "strikes"
    ),
    "an outage": (
        "outage*, offline, down for, disruption*, disrupted, knocked out, knocks out, "
        "post-mortem*, postmortem*, lost data, lost documents, lost drafts, duplicate payments, "
        "apologises, apologizes"
    ),
    "science": (
        "study finds, study shows, study suggests, study says, study found, animal study, "
        "clinical trial*, researchers show, researchers find, researchers say, researchers found, "
        "scientists, paper, proof*, proves, proved, disprove*, conjecture*, in-vivo, "
        "peer-reviewed, state of the art, benchmark*, checkpoints, open problem*, scaling law*, "
        "breakthrough*, system card*, for the first time"
    ),
    "a first": (
        "first paid, first service, first ruling, first penalty, first fine, first case, "
        "first model, first humanoid*, first real-world, first result, first european, first in, "
        "first to, first of, first ever, is first, landmark, unprecedented, record high, largest, "
        "biggest, milestone*, precedent*"
    ),
    "prices": (
        "price cut*, price rise*, price hike*, price increase*, cuts price*, slashes price*, "
        "lowers price*, lowers cost*, raises price*, raises subscription, cheaper, costs #, "
        "less to run, half the cost, #% less, free for, free tier, # less"
    ),
    "people": (
        "steps down, resigns, resigned, resignation*, to leave, quits, ousted, fired, departure*, "
        "chief to, safety chief, senior exit*, named chief"
    ),
    "a standard": (
        "standard, protocol, consortium, neutral foundation, interoperab*, specification*"
    ),
    "readers can act on it": (
        "being exploited, actively exploited, mass scanning, unpatched, patch now, patch to, "
        "patch immediately, update now, upgrade now, upgrade today, should upgrade, must upgrade, "
        "should update, must update, urged users, recall, recalls, recalled, deadline*, "
        "under attack"
    ),
    "a start": (
        "begin work, begins work, start work, starts work, first shift*, paid shift*, "
        "enters service, begins service, goes live, comes into force, takes effect, clock in, "
        "clocks in, enters production, begins deliver*, begins sales"
    ),
    "models": "model, models, llm, llms, weights",
}
# Such words say that something may happen, not that it did.
TALK = (
    "in talks, sources say, said to, reportedly, rumour*, rumor*, seek, seeks, weighs, "
    "considers, considering, mulls, explores, eyes, plan to, plans to, plans in, plans for, "
    "could, may, might, prepares to, postpone*, delays, shelve, shelved, threatens, to test, "
    "proposes, hints, teases, sets date, circling"
)
CUES = Cues(CONSEQUENCES.items())
TALK_CUES = Cues([("talk", TALK)])

CVE = re.compile(r"CVE-\d+-\d+")
AMOUNT = re.compile(
    r"[$€£¥] ?(\d[\d.,]*)\s?(million|billion|trillion|mn|bn|m|b)\b"
    r"|(?<!\d[.,])\b(\d[\d.,]*+) (million|billion) (?:dollars|euros?|pounds)\b",
    re.IGNORECASE,
)
SIGNS = frozenset("$€£¥")
UNITS = {"m": 1e6, "b": 1e9, "t": 1e12}
LARGE = 100e6  # a sum from here on is large, in any currency
VERSION = re.compile(
    r"(?:(?:Introducing|Announcing|Meet) )?"
    r"[A-Z][\w-]*(?: (?:and )?[A-Z][\w-]*){0,4}"
    r"[ -]v?\d+(?:\.\d+)?(?![\w.%]|,?\d)"
)


# Each look at a window asks again for nearly all of what the last look asked for.
@lru_cache(maxsize=1 << 15)
def consequences_of(text: str) -> Mapping[str, float]:
    """Return the kinds of consequence that a title or dek has cues of, each with its strength."""
    return {kind: STRENGTHS[kind] for kind in sorted(_kinds_in(text))}


def share_of_talk(titles: Sequence[str]) -> float:
    """Return the share of titles that say that something may happen, not that it did, 0..1."""
    return sum(map(_is_talk, titles)) / max(1, len(titles))


def _kinds_in(text: str) -> set[str]:
    """Return the kinds of consequence that cues, codes, versions and sums show."""
    text = text[:LONGEST]
    words = words_of(text)
    kinds = CUES.found_in(words)
    # The patterns are slow, so a quick look comes before each.
    if "CVE-" in text and CVE.search(text):
        kinds.add("security")
    if VERSION.match(text):
        kinds.add("a new version")
    if NUMBER in words or not SIGNS.isdisjoint(text):
        kinds.update(_sums(text))
    return kinds


def _is_talk(title: str) -> bool:
    return bool(TALK_CUES.found_in(words_of(title)))


def _sums(text: str) -> set[str]:
    kinds = set()
    for found in AMOUNT.findall(text):
        amount = _amount(*found)
        if amount is not None:
            kinds.add("money")
        if amount is not None and amount >= LARGE:
            kinds.add("a large sum")
    return kinds


def _amount(
    number: str,
    unit: str,
    spelled: str,
    spelled_unit: str,
) -> float | None:
    """Read what AMOUNT found, in figures or with the currency spelled; None for "1.2.3 million"."""
    try:
        value = float((number or spelled).replace(",", "").rstrip("."))
    except ValueError:
        return None
    return value * UNITS[(unit or spelled_unit)[0].lower()]
