"""Pure. How fast letters go: a limit that a person sets, a brake, and domains that need a rest.

Times are seconds of a clock that only goes forward, passed in; rates are letters per second.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from newsletter.mail.outcomes import Outcome

BURST_S = 0.05  # this much of a second's letters may go at once
SLOWEST = 1.0  # letters per second: the brake always leaves so much
RECOVERY = 1.15  # a braked rate grows by this factor each second
FULL_SPEED = 10_000.0  # letters per second: a brake that is looser than this is off
WINDOW_S = 5.0  # over which the rate is measured
STEP_S = 0.1  # letters are counted in steps of this length
TIRED = 5  # deferrals in a row after which a domain rests
REST_S = 60.0  # the first rest of a domain; each further one is twice as long
LONGEST_REST_S = 3600.0
LOOK = 500  # letters of the first look
LEAST = 50  # letters that allow a judgement
WORST = 0.3  # of the first letters may fail


@dataclass
class Pace:
    """Says when the next letter may go.

    `limit` is what a person allows, 0 for as fast as the relay takes letters. The brake is our own:
    a relay that defers is asked for less, and for more again when it does not.
    """

    limit: float = 0.0
    _braked: float = 0.0  # letters per second, 0 while nothing was deferred
    _allowance: float = 1.0  # letters that may go now, in fractions
    _at: float = 0.0  # when the allowance was counted
    _braked_at: float = 0.0
    _last_turn: float = 0.0  # the latest turn that was given to a letter which waits
    _went: deque[tuple[float, int]] = field(default_factory=deque)  # letters by step, oldest first

    @property
    def rate(self) -> float:
        """Letters per second that may go now; 0 without a limit."""
        rates = [rate for rate in (self.limit, self._braked) if rate]
        return min(rates) if rates else 0.0

    def may_go(self, now: float) -> bool:
        """True if a letter may go now; it is counted.

        A token bucket: the allowance grows with time, up to one burst, and each letter takes one.
        """
        # asked for each letter: in one piece, without calls where there is no limit
        rate = self.rate if self.limit or self._braked else 0.0
        if rate:
            burst = max(1.0, rate * BURST_S)
            self._allowance = min(burst, self._allowance + (now - self._at) * rate)
            if self._allowance < 1:
                self._at = now
                return False
            self._allowance -= 1
        self._at = now
        if not self._went or now - self._went[-1][0] > STEP_S:
            self._went.append((now, 0))
        at, letters = self._went[-1]
        self._went[-1] = at, letters + 1
        return True

    def measured_rate(self, now: float) -> float:
        """Letters per second that went in the last seconds."""
        while self._went and now - self._went[0][0] > WINDOW_S:
            self._went.popleft()
        if not self._went:
            return 0.0
        letters = sum(count for _, count in self._went)
        return letters / max(0.1, now - self._went[0][0])

    def reserve_turn(self, now: float) -> float:
        """Give a letter that must wait a turn of its own; return the seconds until then.

        Turns follow one another as fast as letters went lately. Without turns all that wait would
        come back in the same second, be turned away again, and wear the database out.
        """
        gap_s = 1 / max(SLOWEST, self.measured_rate(now))
        self._last_turn = max(self._last_turn, now) + gap_s
        return self._last_turn - now

    def brake(self, now: float) -> None:
        """The relay deferred something: halve the rate, at most once a second.

        Once a second, because one bad moment brings a deferral on each of many connections.
        """
        if self._braked_at and now - self._braked_at < 1:
            return
        self._braked_at = now
        rate = self._braked or self.rate or self.measured_rate(now)
        self._braked = max(SLOWEST, rate / 2)

    def recover(self, seconds: float) -> None:
        """Let a braked rate grow; `seconds` have passed since the last call."""
        if self._braked:
            self._braked *= RECOVERY**seconds
            if self._braked > max(self.limit, FULL_SPEED):
                self._braked = 0.0


@dataclass
class Domains:
    """Recipient domains that take no more now, with the seconds until they do.

    A domain rests when it defers letter after letter; one with a rate waits when that is used up.
    `rates` has letters per second by domain (in lower case), as a person set them.
    """

    rates: Mapping[str, float] = field(default_factory=dict)
    _deferred: dict[str, int] = field(default_factory=dict)  # in a row
    _rests: dict[str, tuple[float, float]] = field(default_factory=dict)  # (until when, how long)
    _paces: dict[str, Pace] = field(default_factory=dict)

    def heard(
        self,
        address: str,
        outcome: Outcome,
        now: float,
    ) -> None:
        """Take a reply into account."""
        if outcome.kind == "accepted" and not self._deferred:
            return  # nearly always: then the domain is not even looked for
        domain = domain_of(address)
        if outcome.kind == "accepted":
            self._deferred.pop(domain, None)
            self._rests.pop(domain, None)
        elif outcome.kind == "deferred":
            self._count_deferral(domain, now)

    def _count_deferral(self, domain: str, now: float) -> None:
        """Count a deferral; too many in a row make the domain rest."""
        self._deferred[domain] = self._deferred.get(domain, 0) + 1
        # letters that were under way when the rest began make it no longer
        if self._deferred[domain] >= TIRED and self._rest_s(domain, now) == 0:
            self._rest(domain, now)

    def _rest(self, domain: str, now: float) -> None:
        _, before_s = self._rests.get(domain, (0.0, REST_S / 2))
        length_s = min(LONGEST_REST_S, before_s * 2)
        self._rests[domain] = (now + length_s, length_s)

    def wait_s(self, address: str, now: float) -> float:
        """Seconds until this letter may go; 0 for at once: then it is counted for its domain."""
        if not self._rests and not self.rates:
            return 0.0  # nearly always
        domain = domain_of(address)
        rest_s = self._rest_s(domain, now)
        rate = self.rates.get(domain, 0.0)
        return rest_s if rest_s or not rate else self._turn_s(domain, rate, now)

    def _turn_s(self, domain: str, rate: float, now: float) -> float:
        """Return the seconds until a letter may go by the rate of its domain."""
        pace = self._paces.setdefault(domain, Pace())
        pace.limit = rate  # a person may have changed it
        return 0.0 if pace.may_go(now) else pace.reserve_turn(now)

    def _rest_s(self, domain: str, now: float) -> float:
        until, _ = self._rests.get(domain, (0.0, 0.0))
        return max(0.0, until - now)


class FirstLook:
    """Lets the first letters of a delivery go, and no more until all of them are answered.

    If too many failed, `trouble` says why, and the delivery is paused: with a wrong sender domain
    or a listed address, 500 refused letters are better than 80,000.
    """

    def __init__(self, letters: int = LOOK) -> None:
        self._letters = letters
        self._gone = 0
        self._heard: list[Outcome] = []
        self.trouble = ""  # why a person should look before the rest goes

    def may_go(self) -> bool:
        """True if one more letter may go before the look; it is counted."""
        if self._gone >= self._letters and not self.is_over:
            return False
        self._gone += 1
        return True

    def came_back(self) -> None:
        """A letter that went was not offered."""
        self._gone -= 1

    def heard(self, outcome: Outcome) -> None:
        """A letter's outcome is known."""
        if self.is_over:
            return
        self._heard.append(outcome)
        if self.is_over:
            self.trouble = judge_first_letters(self._heard)

    @property
    def is_over(self) -> bool:
        """True if all the first letters are answered; at once if there are none to look at."""
        return len(self._heard) >= self._letters


def judge_first_letters(outcomes: Sequence[Outcome]) -> str:
    """Return why the first letters speak against going on; empty if nothing does."""
    heard = [outcome for outcome in outcomes if outcome.kind != "uncertain"]
    failures = [outcome.text for outcome in heard if outcome.kind != "accepted"]
    if len(heard) < LEAST or len(failures) < WORST * len(heard):
        return ""
    return _in_words(len(heard), failures)


def _in_words(letters: int, failures: Sequence[str]) -> str:
    """Return why a person should look, with the words that the relay said most often."""
    most_frequent = max(set(failures), key=failures.count)
    return (
        f"Of the first {letters} letters {len(failures)} were not accepted, "
        f"most often: {most_frequent} Mend the cause, then resume."
    )


def domain_of(address: str) -> str:
    """Return the domain of an address, in lower case."""
    return address.rpartition("@")[2].lower()
