"""Wrong passwords, counted by network and by address: who guesses waits, longer each time.

A login counts before its password is looked at, and is taken back if the password was right.
Nothing is counted while somebody waits: who waits is let in when the time is over.

An editor must not be kept out by guesses from elsewhere. So a browser in which they logged in
before is counted by itself alone, and neither its address nor its network makes it wait. A network
in which they are logged in waits for its own guesses only. Everybody else waits a quarter of an
hour at most for an address, and only after more guesses than one network has in a day.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import Session

from newsletter.errors import Refused
from newsletter.intake import counting
from newsletter.intake.counting import Counted, Windows
from newsletter.intake.judging import DAY, Limit
from newsletter.text import duration

HOUR_S, QUARTER_S = 3600, 900
NOTICED = (10, 100, 1000)  # wrong passwords for an address in a day, at which its editor hears


@dataclass(frozen=True, slots=True)
class Leniency:
    """How many wrong passwords a day are free, and the longest wait after each further one."""

    free: int
    longest_s: int

    def wait_s(
        self,
        wrong: int,
    ) -> int:
        """Return the wait after so many: a minute, and double after each, up to the longest."""
        if wrong < self.free:
            return 0
        # More doublings than this are longer than any wait of ours.
        return int(min(60 << min(wrong - self.free, 10), self.longest_s))


OF_NETWORK = Leniency(free=5, longest_s=HOUR_S)  # 34 a day at most
OF_BROWSER = Leniency(free=5, longest_s=QUARTER_S)
OF_ADDRESS = Leniency(free=40, longest_s=QUARTER_S)
A_DAY = Limit(OF_ADDRESS.free, DAY)  # the window in which all are counted


class TooManyGuesses(Refused):
    """Too many wrong passwords or codes came from your network, or for this address."""

    def __init__(
        self,
        wait_s: int,
        network_wait_s: int = 0,
    ) -> None:
        self.wait_s = wait_s
        self.network_wait_s = network_wait_s  # what anybody of the network waits
        super().__init__(
            f"{TooManyGuesses.__doc__} Wait {duration(wait_s)}, then try again. "
            "A browser in which you logged in before need not wait."
        )


@dataclass(frozen=True, slots=True)
class Guess:
    """One login whose password is not looked at yet.

    `address` has one spelling, `network` is shortened. `browser` names a browser in which the
    editor of this address logged in before; "" for any other. `is_at_home`: the editor is logged
    in from this network. Guesses of a `kind` are counted by themselves: who knows the password ends
    no wait for wrong codes by typing it.
    """

    address: str
    network: str
    browser: str = ""
    is_at_home: bool = False
    kind: Literal["login", "code"] = "login"


def refuse_waiting(
    session: Session,
    secret: str,
    guess: Guess,
    now: datetime,
) -> None:
    """Raise TooManyGuesses if this one has to wait. Counts nothing."""
    things = _leniency_with(guess)
    wait_s = _find_wait_s(session, secret, things, now)
    if wait_s:
        of_network = things.keys() & {_of_network(guess)}
        raise TooManyGuesses(wait_s, _find_wait_s(session, secret, of_network, now))


def count_guess(
    session: Session,
    secret: str,
    guess: Guess,
    now: datetime,
) -> int:
    """Count a login, and begin the waits that follow if its password is wrong.

    Returns how many there were for its address today that were not right. Raises TooManyGuesses if
    it has to wait since `refuse_waiting` looked.
    """
    # Once more, now that this transaction writes: others guessed meanwhile.
    refuse_waiting(
        session,
        secret,
        guess,
        now,
    )
    counts = counting.count_up(
        session,
        secret,
        _windows(guess, now),
    )
    for thing, leniency in _leniency_with(guess).items():
        wait_s = leniency.wait_s(counts[thing])
        if wait_s:
            counting.begin_wait(
                session,
                secret,
                thing,
                now + timedelta(seconds=wait_s),
            )
    return counts[_of_address(guess)]


def take_back(
    session: Session,
    secret: str,
    guess: Guess,
    at: datetime,
) -> None:
    """Take a login back that was counted `at` that time: its password was right."""
    counting.count_up(
        session,
        secret,
        _windows(guess, at),
        by=-1,
    )
    for thing in _leniency_with(guess):
        counting.end_wait(
            session,
            secret,
            thing,
        )


def _find_wait_s(
    session: Session,
    secret: str,
    things: Collection[Counted],
    now: datetime,
) -> int:
    """Return how many seconds the longest wait of these things goes on; 0 if none waits."""
    until = counting.find_wait(session, secret, things, now)
    return 0 if until is None else max(1, math.ceil((until - now).total_seconds()))


def _leniency_with(guess: Guess) -> Mapping[Counted, Leniency]:
    """Return what makes a guess wait, and how long."""
    if guess.browser:
        return {_of_browser(guess): OF_BROWSER}
    if guess.is_at_home:
        return {_of_network(guess): OF_NETWORK}
    return {_of_network(guess): OF_NETWORK, _of_address(guess): OF_ADDRESS}


def _windows(
    guess: Guess,
    now: datetime,
) -> Windows:
    """Return what a guess counts towards: its address always, for the notice."""
    things = {_of_address(guess), *_leniency_with(guess)}
    return dict.fromkeys(things, A_DAY.until(now))


def _of_browser(guess: Guess) -> Counted:
    return (guess.kind, "browser", guess.browser)


def _of_network(guess: Guess) -> Counted:
    return (guess.kind, "network", guess.network)


def _of_address(guess: Guess) -> Counted:
    return (guess.kind, "address", guess.address)
