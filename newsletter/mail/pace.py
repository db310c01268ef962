"""Pure. How fast letters go: a limit that a person sets, a brake, and domains that need a rest.

Times are seconds of a clock that only goes forward, passed in; rates are letters per second.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from newsletter.mail.outcomes import Outcome, blames_us, is_greylisted

BURST_S = 0.05  # this much of a second's letters may go at once
SLOWEST = 1.0  # letters per second: the brake always leaves so much
RECOVERY = 1.15  # a braked rate grows by this factor each second
FULL_SPEED = 10_000.0  # letters per second: a brake that is looser than this is off
WINDOW_S = 5.0  # over which the rate is measured
STEP_S = 0.1  # letters are counted in steps of this length
TIRED = 5  # deferrals in a row after which a domain rests
REST_S = 60.0  # the first rest of a domain; each further one is twice as long
LONGEST_REST_S = 3600.0
ENOUGH = 20  # answers that allow a judgement of a relay's pace
TOO_MANY = 0.2  # of these deferred: it is too fast for the relay
LOOKS = (10, 50, 500)  # letters after which the first ones are looked at
LOOK = LOOKS[-1]
LEAST = 3  # failures that allow a judgement of the first letters
WORST = 0.3  # of the first letters may fail
FORGIVEN_BY = 500  # answers that outweigh one letter that was taken without a reply


@dataclass
class Pace:
    """Says when the next letter may go.

    `limit` is what a person allows, 0 for as fast as the relay takes letters. The brake is our own:
    a relay that defers much of what it gets is asked for less, and for more again when it does not.
    A few deferrals are no reason: some domain among the recipients always has a bad day.
    """

    limit: float = 0.0
    answers: int = 0  # since the last judgement
    deferrals: int = 0  # among them
    _counted_s: float = 0.0  # for so long
    _braked: float = 0.0  # letters per second, 0 while nothing was deferred
    _allowance: float = 1.0  # letters that may go now, in fractions
    _at: float = 0.0  # when the allowance was counted
    _braked_at: float = 0.0
    _last_turn: float = 0.0  # the latest turn that was given to a letter which waits
    _gone: int = 0  # letters, by now
    # when a step began, and how many had gone by then; the oldest first
    _steps: deque[tuple[float, int]] = field(default_factory=deque)
    _next_step_at: float = 0.0

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
        if self.limit or self._braked:
            rate = self.rate
            burst = max(1.0, rate * BURST_S)
            self._allowance = min(burst, self._allowance + (now - self._at) * rate)
            if self._allowance < 1:
                self._at = now
                return False
            self._allowance -= 1
        self._at = now
        if now >= self._next_step_at:
            self._begin_step(now)
        self._gone += 1
        return True

    def _begin_step(self, now: float) -> None:
        self._steps.append((now, self._gone))
        self._next_step_at = now + STEP_S
        self._forget_steps(now)

    def _forget_steps(self, now: float) -> None:
        while self._steps and now - self._steps[0][0] > WINDOW_S:
            self._steps.popleft()

    def measured_rate(self, now: float) -> float:
        """Letters per second that went in the last seconds."""
        self._forget_steps(now)
        if not self._steps:
            return 0.0
        began_at, gone_then = self._steps[0]
        return (self._gone - gone_then) / max(0.1, now - began_at)

    def reserve_turn(self, now: float) -> float:
        """Give a letter that must wait a turn of its own; return the seconds until then.

        Turns follow one another as fast as letters went lately. Without turns all that wait would
        come back in the same second, be turned away again, and wear the database out.
        """
        gap_s = 1 / max(SLOWEST, self.measured_rate(now))
        self._last_turn = max(self._last_turn, now) + gap_s
        return self._last_turn - now

    def brake(self, now: float) -> None:
        """Halve the rate, at most once a second."""
        if self._braked_at and now - self._braked_at < 1:
            return
        self._braked_at = now
        rate = self._braked or self.rate or self.measured_rate(now)
        self._braked = max(SLOWEST, rate / 2)

    def judge(self, seconds: float, now: float) -> None:
        """Brake if the relay defers too much; `seconds` have passed since the last call.

        Each second, because one bad moment brings a deferral on each of many connections; with a
        few answers only it waits for more.
        """
        self._counted_s += seconds
        if self._counted_s < 1 or self.answers < ENOUGH:
            return
        if self.deferrals >= TOO_MANY * self.answers:
            self.brake(now)
        self.answers = 0
        self.deferrals = 0
        self._counted_s = 0.0

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

    @property
    def are_free(self) -> bool:
        """True if none of them has a rate, rests, or deferred a letter lately."""
        return not (self._deferred or self._rests or self.rates)

    def heard(
        self,
        address: str,
        outcome: Outcome,
        now: float,
    ) -> None:
        """Take a reply into account."""
        domain = domain_of(address)
        if outcome.kind == "accepted":
            self._deferred.pop(domain, None)
            self._rests.pop(domain, None)
        elif outcome.kind == "deferred" and not is_greylisted(outcome):
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


@dataclass
class Silence:
    """How many letters of a delivery a relay took without a reply to their final dots.

    One for each connection is forgiven: a relay that is restarted may end all its sessions so. With
    one more a person must look before other letters are in doubt. As many as are under way at that
    moment may follow, so twice the connections is the most.
    """

    letters: int = 0
    _answers: int = 0

    def heard(self) -> None:
        """A letter was answered."""
        self._answers += 1
        if self.letters and self._answers % FORGIVEN_BY == 0:
            self.letters -= 1

    def is_too_long(self, forgiven: int) -> bool:
        """True if the relay must be given no more letters."""
        return self.letters > forgiven


class FirstLook:
    """Lets the first letters of a delivery go by steps: each is answered before the next one goes.

    If too many failed, `trouble` says why, and the delivery is paused: with a wrong setting or a
    listed address, ten letters are better than 80,000.
    """

    def __init__(self, letters: int = LOOK) -> None:
        self._looks = [look for look in LOOKS if look < letters]
        self._looks += [letters] if letters else []
        self._gone = 0
        self._heard: list[Outcome] = []
        self.trouble = ""  # why a person should look before the rest goes

    def may_go(self) -> bool:
        """True if one more letter may go before the next look; it is counted."""
        if self._looks and self._gone >= self._looks[0]:
            return False
        self._gone += 1
        return True

    def came_back(self) -> None:
        """A letter that went was not offered."""
        self._gone -= 1

    def heard(self, outcome: Outcome) -> None:
        """A letter's outcome is known."""
        if not self._looks:
            return
        self._heard.append(outcome)
        if len(self._heard) >= self._looks[0]:
            self._look(self._looks.pop(0))

    def end(self) -> None:
        """There are no more letters: look at those that came, as at the first ones."""
        if not self.is_over:
            self._look(LOOKS[0])
        if len(self._heard) >= LOOKS[0]:
            self._looks = []

    def stop(self, why: str) -> None:
        """Let a person look at once, if the first letters are not all answered."""
        if self._looks:
            self.trouble = why
            self._looks = []

    def _look(self, letters: int) -> None:
        self.trouble = judge_first_letters(self._heard, letters)
        if self.trouble:
            self._looks = []

    @property
    def is_over(self) -> bool:
        """True if all the first letters are answered; at once if there are none to look at."""
        return not self._looks


def judge_first_letters(outcomes: Sequence[Outcome], letters: int) -> str:
    """Return why the first letters speak against going on; empty if nothing does.

    `letters` is how many the look is for. The fewer there are, the plainer they must speak: some
    addresses of an old list are dead, and a relay may defer each of its first letters (RFC 6647).
    """
    heard = [outcome for outcome in outcomes if outcome.kind != "uncertain"]
    failures = [outcome.text for outcome in heard if _is_failure(outcome, letters)]
    if len(failures) < max(LEAST, WORST * len(heard)):
        return ""
    return _in_words(len(heard), failures)


def _is_failure(outcome: Outcome, letters: int) -> bool:
    """True if it speaks against going on at the look at so many letters."""
    if letters >= LOOK:
        return outcome.kind != "accepted" and not is_greylisted(outcome)
    return blames_us(outcome) or (outcome.kind == "refused" and letters >= LOOKS[1])


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
