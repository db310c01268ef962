"""The account of a fault: who got letters by the relays' own logs, against what the rows say."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlmodel import Session, select

from newsletter.delivery.models import Message
from newsletter.delivery.status import OPEN

LATEST_S = 30.0  # after a cause has ended, sending goes on within so many seconds
SENT = ("accepted", "uncertain")  # what the row of somebody who got a letter may say
SLOWEST = 0.8  # of the plain relay's rate: what a relay with a limit must reach at least


@dataclass
class Words:
    """What each place showed while something was wrong; "" if it showed nothing."""

    command: str = ""  # `newsletter delivery show`
    desk: str = ""
    health: str = ""

    @property
    def silent(self) -> list[str]:
        """The places that showed nothing."""
        shown = {"delivery show": self.command, "the desk": self.desk, "/health": self.health}
        return [name for name, words in shown.items() if not words]


@dataclass
class Report:
    """One row of the table. `short` says in words where it falls short."""

    fault: str
    did: str
    went_on_s: list[float] = field(default_factory=list)  # after each end of the cause
    messages: int = 0
    accepted: int = 0
    lost: int = 0
    twice: int = 0
    uncertain: int = 0
    bound: int = 0
    refused: int = 0
    words: Words = field(default_factory=Words)
    notes: list[str] = field(default_factory=list)
    short: list[str] = field(default_factory=list)

    def judge(self, statuses: Mapping[str, str], letters: Iterable[str]) -> None:
        """Compare the rows with the relays' logs: statuses and letters by address."""
        received = Counter(letters)
        self._count(statuses, received)
        known = [address for address, status in statuses.items() if status in SENT]
        unrecorded = len(received.keys() - set(known))
        too_many = f"{self.uncertain} uncertain, {self.bound} are allowed"
        self.require(not self.lost, f"{self.lost} are accepted, and got no letter")
        self.require(not self.twice, f"{self.twice} letters too many")
        self.require(not unrecorded, f"{unrecorded} got a letter that no row knows of")
        self.require(self.uncertain <= self.bound, too_many)
        self.require(not self.refused, f"{self.refused} are refused for good")
        for seconds in self.went_on_s:
            self.require(seconds <= LATEST_S, f"it went on after {seconds:.0f} s only")

    def _count(self, statuses: Mapping[str, str], received: Counter[str]) -> None:
        by_status = Counter(statuses.values())
        self.messages = len(statuses)
        self.accepted = by_status["accepted"]
        self.uncertain = by_status["uncertain"]
        self.refused = by_status["refused"]
        self.twice = sum(count - 1 for count in received.values() if count > 1)
        missing = [status for address, status in statuses.items() if not received[address]]
        self.lost = missing.count("accepted")

    def require_settled(self, statuses: Mapping[str, str], *, waiting: int = 0) -> None:
        """No message may be open at the end, but for so many that wait for a later attempt."""
        still = [status for status in statuses.values() if status in OPEN]
        self.require(len(still) <= waiting, f"{len(still)} are stuck: {dict(Counter(still))}")

    def require(self, holds: bool, otherwise: str) -> None:
        """Note where it falls short."""
        if not holds and otherwise not in self.short:
            self.short.append(otherwise)


def read_statuses(session: Session) -> dict[str, str]:
    """Return what the rows say: statuses by address. No two messages have the same address."""
    return dict(session.exec(select(Message.address, Message.status)).all())
