"""The account of a fault: who got letters by the relays' own logs, against what the rows say."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlmodel import Session, select

from newsletter.delivery.models import Message
from newsletter.delivery.status import OPEN

LATEST_S = 30.0  # after a cause has ended, sending goes on within so many seconds
SLOWEST = 0.8  # of the plain relay's rate: what a relay with a limit must reach at least


@dataclass
class Words:
    """What was said while something was wrong; "" by who said nothing."""

    command: str = ""  # `newsletter delivery show`
    desk: str = ""
    health: str = ""

    @property
    def silent(self) -> list[str]:
        """Who said nothing."""
        said = {"delivery show": self.command, "the desk": self.desk, "/health": self.health}
        return [name for name, words in said.items() if not words]


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
        got = Counter(letters)
        said = Counter(statuses.values())
        missing = [status for address, status in statuses.items() if not got[address]]
        self.messages = len(statuses)
        self.accepted = said["accepted"]
        self.uncertain = said["uncertain"]
        self.refused = said["refused"]
        self.twice = sum(count - 1 for count in got.values() if count > 1)
        self.lost = missing.count("accepted")
        unrecorded = [
            address for address in got if statuses.get(address) not in ("accepted", "uncertain")
        ]
        self.require(not self.lost, f"{self.lost} are accepted, and got no letter")
        self.require(not self.twice, f"{self.twice} letters too many")
        self.require(not unrecorded, f"{len(unrecorded)} got a letter that no row knows of")
        self.require(
            self.uncertain <= self.bound,
            f"{self.uncertain} uncertain, {self.bound} are allowed",
        )
        self.require(not self.refused, f"{self.refused} are refused for good")
        for seconds in self.went_on_s:
            self.require(seconds <= LATEST_S, f"it went on after {seconds:.0f} s only")

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
