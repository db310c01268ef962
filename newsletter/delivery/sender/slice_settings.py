"""What a slice is given: where its letters go, how many connections, how long it may last."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Self

from newsletter.clock import Clock
from newsletter.mail.pace import Silence
from newsletter.mail.relay import RelayAddress
from newsletter.mail.signing import Signers


@dataclass(frozen=True, slots=True)
class SliceLimits:
    """When a slice ends though letters are due, and its share of the connections."""

    at_most_s: float = float("inf")
    shared_by: int = 1  # so many slices share the connections
    is_over: Callable[[], bool] = lambda: False

    @classmethod
    def sharing(cls, busy: Collection[int], at_most_s: float = float("inf")) -> Self:
        """Return the limits of a slice that shares the connections with those of the deliveries
        `busy`, its own among them, until their number changes."""
        shared_by = len(busy)
        return cls(at_most_s, shared_by, lambda: len(busy) != shared_by)


UNLIMITED = SliceLimits()


@dataclass(frozen=True, slots=True)
class SliceSettings:
    """Where a slice's letters go, and how long it may last."""

    relays: Mapping[str, RelayAddress]  # by recipient domain; OTHER_DOMAINS: all others
    connections: int  # sessions with each relay
    clock: Clock
    signers: Signers
    is_stopping: Callable[[], bool] = lambda: False
    at_most_s: float = float("inf")
    silence: Silence = field(default_factory=Silence)  # of the delivery's relays, over its slices
