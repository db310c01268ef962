"""Pure. How fast letters go: a limit that a person sets, a brake that deferrals pull, and domains that want a rest.

Times are seconds of a clock that only goes forward, passed in.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from newsletter.mail.outcomes import Outcome

BURST_S = 0.05  # of a rate's letters may go at once
SLOWEST = 1.0  # letters per second: the brake leaves so much
RECOVERY = 1.15  # of the rate, each second without a deferral
WINDOW_S = 5.0  # over which the rate is measured
TIRED = 5  # deferrals in a row after which a domain rests
REST_S, LONGEST_REST_S = 60.0, 3600.0
LOOK = 500  # letters of the first look
LEAST = 50  # letters that allow a judgement
WORST = 0.3  # of the first letters may fail


@dataclass
class Pace:
    """Says when the next letter may go. `limit` is in letters per second, 0 for as fast as the relay takes them."""

    limit: float = 0.0
    _braked: float = 0.0  # letters per second, 0 while nothing was deferred
    _allowance: float = 1.0
    _at: float = 0.0
    _braked_at: float = 0.0
    _turn: float = 0.0
    _taken: deque[tuple[float, int]] = field(default_factory=deque)

    @property
    def rate(self) -> float:
        """Letters per second that may go now; 0 without a limit."""
        both = [one for one in (self.limit, self._braked) if one]
        return min(both) if both else 0.0

    def may_go(self, now: float) -> bool:
        """True if a letter may go now; it is counted."""
        rate = self.rate if self.limit or self._braked else 0.0
        if rate:
            self._allowance = min(
                max(1.0, rate * BURST_S), self._allowance + (now - self._at) * rate
            )
            if self._allowance < 1:
                self._at = now
                return False
            self._allowance -= 1
        self._at = now
        if not self._taken or now - self._taken[-1][0] > 0.1:
            self._taken.append((now, 0))
        at, count = self._taken[-1]
        self._taken[-1] = at, count + 1
        return True

    def measured(self, now: float) -> float:
        """Letters per second over the last seconds."""
        while self._taken and now - self._taken[0][0] > WINDOW_S:
            self._taken.popleft()
        return (
            sum(count for _, count in self._taken) / max(0.1, now - self._taken[0][0])
            if self._taken
            else 0.0
        )

    def turn_s(self, now: float) -> float:
        """Seconds until one more letter would have its turn, if those told before come first, at the rate as it is measured."""
        self._turn = max(self._turn, now) + 1 / max(SLOWEST, self.measured(now))
        return self._turn - now

    def brake(self, now: float) -> None:
        """The relay deferred something: halve the rate, at most once a second."""
        if self._braked_at and now - self._braked_at < 1:
            return
        self._braked_at = now
        self._braked = max(SLOWEST, (self._braked or self.rate or self.measured(now)) / 2)

    def recover(self, seconds: float) -> None:
        """So many seconds passed since the last call; without a deferral the rate grows, up to no brake at all."""
        if self._braked:
            self._braked *= RECOVERY**seconds
            if self._braked > max(self.limit, 10_000.0):
                self._braked = 0.0


@dataclass
class Domains:
    """Which recipient domains take no more now: those that rest because they deferred letter after letter, and those whose
    rate is used up. `rates` has letters per second by domain, as a person set them."""

    rates: Mapping[str, float] = field(default_factory=dict)
    _in_a_row: dict[str, int] = field(default_factory=dict)
    _rests: dict[str, tuple[float, float]] = field(
        default_factory=dict
    )  # until when, and how long it was
    _paces: dict[str, Pace] = field(default_factory=dict)

    def heard(self, address: str, outcome: Outcome, now: float) -> None:
        """Take a reply into account."""
        if outcome.kind == "accepted" and not self._in_a_row:
            return  # nearly always
        domain = domain_of(address)
        if outcome.kind == "accepted":
            self._in_a_row.pop(domain, None)
            self._rests.pop(domain, None)
        elif outcome.kind == "deferred":
            self._in_a_row[domain] = self._in_a_row.get(domain, 0) + 1
            if self._in_a_row[domain] >= TIRED and self._rest_s(domain, now) == 0:
                _, before = self._rests.get(domain, (0.0, REST_S / 2))
                length = min(LONGEST_REST_S, before * 2)
                self._rests[domain] = now + length, length

    def wait_s(self, address: str, now: float) -> float:
        """Seconds until this letter may go; 0 for at once: then it is counted against its domain's rate."""
        if not self._rests and not self.rates:
            return 0.0  # nearly always
        domain = domain_of(address)
        rest_s, rate = self._rest_s(domain, now), self.rates.get(domain, 0.0)
        if rest_s or not rate:
            return rest_s
        pace = self._paces.setdefault(domain, Pace())
        pace.limit = rate
        return 0.0 if pace.may_go(now) else pace.turn_s(now)

    def _rest_s(self, domain: str, now: float) -> float:
        return max(0.0, self._rests.get(domain, (0.0, 0.0))[0] - now)


class FirstLook:
    """The first letters of a delivery go, and the rest waits for a short look at what became of them."""

    def __init__(self, letters: int = LOOK) -> None:
        self._letters, self._out = letters, 0
        self._heard: list[Outcome] = []
        self.trouble = ""  # why a person should look before the rest goes

    def may_go(self) -> bool:
        """True if one more letter may go before the look; it is counted."""
        if self._out >= self._letters and not self.is_over:
            return False
        self._out += 1
        return True

    def came_back(self) -> None:
        """A letter that went was not offered."""
        self._out -= 1

    def heard(self, outcome: Outcome) -> None:
        """A letter's outcome is known."""
        if self.is_over:
            return
        self._heard.append(outcome)
        if self.is_over:
            self.trouble = judge(self._heard)

    @property
    def is_over(self) -> bool:
        return len(self._heard) >= self._letters


def judge(outcomes: Sequence[Outcome]) -> str:
    """Return why the first letters speak against going on; empty if nothing does."""
    heard = [one for one in outcomes if one.kind != "uncertain"]
    bad = [one.text for one in heard if one.kind != "accepted"]
    if len(heard) < LEAST or len(bad) < WORST * len(heard):
        return ""
    said = max(set(bad), key=bad.count)
    return f"Of the first {len(heard)} letters {len(bad)} were not accepted, most often: {said} Mend the cause, then resume."


def domain_of(address: str) -> str:
    """Return the domain of an address, in lower case."""
    return address.rpartition("@")[2].lower()
