"""Pure. Whether a host and its database agree: new, known, or disagreeing for a reason.

no host was here yet, or others live ──► new ──joins──► known ◄──────────┐
                                                          │              │ adopted, by a person
the database is older than the folder remembers ──────────┼──► disagreeing
the folder is a copy of another                           │       ▲
hosts were here, and this one remembers nothing ──────────┼───────┤
another host remembers more ──────────────────────────────┼───────┤
the folder is gone, as an unmounted disk is ──────────────┴───────┘
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Reason = Literal["", "older", "copied", "unknown", "elsewhere", "gone"]
WORDS = {
    "older": "This database is older than this host remembers: it counts {counter:,}, the host "
    "counted {remembered:,}.",
    "copied": "This host's folder is a copy of another one's: its count of {remembered:,} was "
    "made elsewhere.",
    "unknown": "This host remembers nothing of this database; others that worked on it: {hosts:,}.",
    "elsewhere": "Another host remembers more than this database: it counted {remembered:,}.",
    "gone": "The folder of this host's journals is gone.",
}
WAITS = "Nothing is fetched, approved by rule or sent until a person adopts it."
WAITS_FOR_FOLDER = (
    "Nothing is fetched, approved by rule or sent until it is back, or a person adopts the "
    "database without it."
)


class KnownHost(Protocol):
    """A host's row, as it is judged."""

    @property
    def name(self) -> str: ...
    @property
    def counter(self) -> int: ...
    @property
    def disagrees(self) -> str: ...
    @property
    def remembered(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a folder remembers: its counter, and the place where that was written."""

    counter: int
    place: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a host stands to its database."""

    reason: Reason = ""
    is_new: bool = False  # nothing speaks against joining
    counter: int = 0  # the database's
    remembered: int = 0  # the folder's, or that of the other host which disagrees
    hosts: int = 0

    @property
    def agrees(self) -> bool:
        """True if this host may work on this database."""
        return not self.reason

    @property
    def why(self) -> str:
        """Why nothing is done, in numbers; "" if all is well."""
        if not self.reason:
            return ""
        numbers = {
            "counter": self.counter,
            "remembered": self.remembered,
            "hosts": self.hosts,
        }
        waits = WAITS_FOR_FOLDER if self.reason == "gone" else WAITS
        return f"{WORDS[self.reason].format(**numbers)} {waits}"

    @property
    def has_its_journals(self) -> bool:
        """True if the journals in this host's folder are its own, and all of them."""
        return self.reason not in ("copied", "unknown", "gone")


def judge(
    name: str,
    place: str,
    memory: Remembered | None,
    hosts: Sequence[KnownHost],
    *,
    others_live: bool,
) -> Standing:
    """Compare what the folder `name` remembers with the rows of all hosts.

    `others_live` is true if another host that agrees has counted while we looked: then the
    database is in use, and no copy that was put back.
    """
    counters = {host.name: host.counter for host in hosts}
    own = counters.get(name, 0)
    elsewhere = _remembered_elsewhere(name, hosts)
    reason = _reason(memory, place, own, is_in_use=others_live or not hosts)
    if not reason and elsewhere:
        reason = "elsewhere"
    return Standing(
        reason,
        not reason and (memory is None or name not in counters),
        own,
        elsewhere if memory is None or reason == "elsewhere" else memory.counter,
        len(counters.keys() - {name}),
    )


def _reason(
    memory: Remembered | None,
    place: str,
    counter: int,
    *,
    is_in_use: bool,
) -> Reason:
    if memory is None:
        return "" if is_in_use else "unknown"
    if memory.place != place:
        return "copied"
    return "older" if counter < memory.counter else ""


def _remembered_elsewhere(name: str, hosts: Sequence[KnownHost]) -> int:
    """Return what another host counted that found this database too old; 0 if none did."""
    others = [host for host in hosts if host.name != name and host.disagrees == "older"]
    return max((host.remembered for host in others), default=0)
