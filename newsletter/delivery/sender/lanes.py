"""Lanes: the sessions of one slice with each relay, and the letters laid aside for them.

Letters come in the order of their claim, whatever their domain. One whose relay is not the lane's
that asks is laid aside for its own lane.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Protocol

from newsletter.errors import NewsletterError
from newsletter.mail.failures import EndedAtRecipient, NotOffered, SenderRefused, WithoutReply
from newsletter.mail.offers import Offer
from newsletter.mail.outcomes import Outcome, is_greylisted, read_reply
from newsletter.mail.pace import Pace, Silence, domain_of
from newsletter.mail.relay import Relay, RelayAddress
from newsletter.mail.routes import OTHER_DOMAINS
from newsletter.mail.wire import SHUTTING_DOWN, Wire

NAP_S = 0.02
ASIDE = 400  # letters at most that wait for one lane, while others take theirs
BARREN = 2  # sessions in a row without a reply to a letter, after which the relay has failed


class Traffic(Protocol):
    """What a lane asks of its slice. No call may block the event loop."""

    @property
    def is_ending(self) -> bool:
        """True if no lane takes any more."""

    def has_some(self, lane: "Lane") -> bool:
        """True if a letter for this lane is ready."""

    def is_dry(self, lane: "Lane") -> bool:
        """True if there will be none for it any more."""

    def take(self, lane: "Lane") -> Offer | None:
        """The lane's next letter."""

    def intend(self, offer: Offer, go: Callable[[], None]) -> None:
        """The letter's dot may leave once `go` is called."""

    def settle(
        self,
        lane: "Lane",
        offer: Offer,
        result: Outcome | NotOffered,
    ) -> None:
        """What became of a letter."""

    def failed(self, lane: "Lane") -> None:
        """The lane's relay does not work: its `failure` says why."""


class Lane:
    """One relay of a slice, and the owner of its sessions.

    Its end comes in one of three ways:

        open ──┬─ dry: there will be no more letters for it
               ├─ the slice ends: it was halted, or its time is over
               └─ failed: the relay refuses us, or answers to no letter; `failure` says why
    """

    def __init__(
        self,
        relay: RelayAddress,
        traffic: Traffic,
        connections: int,
        silence: Silence,
    ) -> None:
        self._relay = Relay(relay)
        self._traffic = traffic
        self._connections = connections
        self._silence = silence
        self.brake = Pace()  # slower after deferrals; what a person allows is the slice's
        self.aside: deque[Offer] = deque()
        self.failure: NewsletterError | None = None
        self._ends: dict[Wire, asyncio.Future[NotOffered | None]] = {}  # of the open sessions
        self._opening: set[asyncio.Task[Wire]] = set()  # sessions that the relay has not greeted
        self._has_answered = False  # to a letter
        self._barren = 0  # sessions in a row that ended without a single reply to a letter
        self._suspects: set[int] = set()  # letters at whose recipients a session ended

    async def run(self) -> None:
        """Keep the sessions until the lane is dry, ended or failed."""
        self._loop = asyncio.get_running_loop()
        await asyncio.gather(*(self._session(is_probe=not n) for n in range(self._connections)))

    # what its sessions ask (mail.wire.SessionOwner)

    def take(self) -> Offer | None:
        """The next letter that goes this way."""
        return None if self.failure else self._traffic.take(self)

    def intend(self, offer: Offer, go: Callable[[], None]) -> None:
        """Let the dot leave after the slice's next sync."""
        self._traffic.intend(offer, go)

    def settle(self, offer: Offer, result: Outcome | NotOffered) -> None:
        """Note what became of a letter."""
        if isinstance(result, EndedAtRecipient):
            result = self._suspect(offer, result)
        self._traffic.settle(self, offer, result)
        if not isinstance(result, Outcome):
            return
        if result.kind == "accepted" and self._has_answered and not self._silence.letters:
            self.brake.answers += 1  # nearly always, and nothing else follows
        else:
            self._hear(result)

    def _suspect(self, offer: Offer, end: EndedAtRecipient) -> Outcome | NotOffered:
        """Return what an end at its recipient means for a letter: the second one defers it.

        The first may have been the session's own end, and the next recipient's turn.
        """
        if offer.key not in self._suspects:
            self._suspects.add(offer.key)
            return end
        self._suspects.discard(offer.key)
        self._barren += 1  # a relay that does this to everybody does not work
        return read_reply(SHUTTING_DOWN, str(end))

    def _hear(self, outcome: Outcome) -> None:
        """Judge the relay by an outcome."""
        if outcome.kind == "uncertain":
            self._silence.letters += 1
            # a round of them is forgiven to a relay that has answered before
            forgiven = self._connections if self._has_answered else 1
            if self._silence.is_too_long(forgiven):
                self._fail(WithoutReply(f"{WithoutReply.__doc__} ({outcome.text})"))
            return
        self._has_answered = True
        if self._silence.letters:
            self._silence.heard()
        self.brake.answers += 1
        self.brake.deferrals += outcome.kind == "deferred" and not is_greylisted(outcome)

    def ended(self, wire: Wire, failure: NotOffered | None) -> None:
        """Let the session's coroutine go on.

        Whatever ended it is no reason to be slower: some relays end each session after some
        letters.
        """
        self._relay.learn(wire)
        self._ends[wire].set_result(failure)

    # what its slice asks; a session may end meanwhile, so each loop runs over a copy

    def wake(self) -> None:
        """There may be letters to take again."""
        for wire in list(self._ends):
            wire.wake()

    def finish(self) -> None:
        """Take no more, and let each session write QUIT after what it has in hand."""
        for wire in list(self._ends):
            wire.finish()
        for opening in self._opening:
            opening.cancel()

    def give_up(self, why: NotOffered) -> None:
        """End the sessions now, but wait for the replies to dots that have left."""
        for wire in list(self._ends):
            wire.give_up(why)

    # its sessions

    async def _session(self, *, is_probe: bool) -> None:
        """Keep one session with the relay until there is nothing more to take.

        One that ends early is opened again.
        """
        if not is_probe:
            await self._wait_for_the_probe()
        while not self._is_over:
            if self._traffic.has_some(self):
                await self._hold_session()
            else:
                await asyncio.sleep(NAP_S)

    async def _wait_for_the_probe(self) -> None:
        """Wait until the first session has heard a reply to a letter.

        So a relay that is down, or that refuses us, is not stormed by all of them.
        """
        while not self._has_answered and not self._is_over:  # noqa: ASYNC110
            await asyncio.sleep(NAP_S)

    async def _hold_session(self) -> None:
        """Open a session, and wait for its end."""
        try:
            wire = await self._open()
        except NewsletterError as error:
            return self._fail(error)
        if wire is None:
            return None
        failure = await self._end_of(wire)
        if wire.count:
            self._barren = 0
        elif not isinstance(failure, EndedAtRecipient):
            self._barren += 1
        if isinstance(failure, SenderRefused) or (failure and self._is_barren):
            self._fail(failure)
        return None

    async def _open(self) -> Wire | None:
        """Open a session; None if the lane needs none any more.

        A relay may accept a connection and say nothing: a sender that stops does not wait for it.
        """
        opening = self._loop.create_task(self._relay.open(self))
        self._opening.add(opening)
        await asyncio.wait([opening])
        self._opening.discard(opening)
        return None if opening.cancelled() else opening.result()

    async def _end_of(self, wire: Wire) -> NotOffered | None:
        """Let a session begin, and return what ended it."""
        self._ends[wire] = self._loop.create_future()  # first: a session may end as it begins
        wire.begin()
        failure = await self._ends[wire]
        del self._ends[wire]
        return failure

    @property
    def _is_barren(self) -> bool:
        """True if the relay does not work.

        One barren session may be bad luck; not several in a row, as many as there are connections.
        """
        return self._barren >= max(BARREN, self._connections)

    @property
    def _is_over(self) -> bool:
        return self.failure is not None or self._traffic.is_ending or self._traffic.is_dry(self)

    def _fail(self, failure: NewsletterError) -> None:
        self.failure = self.failure or failure
        self._traffic.failed(self)


class SliceLanes:
    """The lanes of one slice, by the recipient domains whose letters they take."""

    def __init__(
        self,
        relays: Mapping[str, RelayAddress],
        traffic: Traffic,
        connections: int,
        silence: Silence,
    ) -> None:
        self._lanes = {
            domain: Lane(relay, traffic, connections, silence) for domain, relay in relays.items()
        }
        self._others = self._lanes[OTHER_DOMAINS]

    def __len__(self) -> int:
        return len(self._lanes)

    async def run(self) -> None:
        """Keep all of them until each is dry, ended or failed."""
        await asyncio.gather(*(lane.run() for lane in self._lanes.values()))

    def of(self, offer: Offer) -> Lane:
        """Return the lane of a letter."""
        if len(self._lanes) == 1:
            return self._others  # nearly always
        return self._lanes.get(domain_of(offer.letter.rcpt_to), self._others)

    @property
    def have_failed(self) -> bool:
        """True if no relay works."""
        return all(lane.failure for lane in self._lanes.values())

    def wake(self) -> None:
        """There may be letters to take again."""
        for lane in self._lanes.values():
            lane.wake()

    def pace(self, seconds: float, now: float) -> None:
        """Brake lanes whose relays defer, and let braked ones go faster again.

        `seconds` have passed since the last call.
        """
        for lane in self._lanes.values():
            lane.brake.judge(seconds, now)
            lane.brake.recover(seconds)

    def finish(self) -> None:
        """Take no more."""
        for lane in self._lanes.values():
            lane.finish()

    def give_up(self, why: NotOffered) -> None:
        """End all sessions now."""
        for lane in self._lanes.values():
            lane.give_up(why)

    def laid_aside(self) -> Iterator[Offer]:
        """Give the letters that wait for their lanes."""
        return chain.from_iterable(lane.aside for lane in self._lanes.values())
