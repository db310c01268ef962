"""The gate before a slice's lanes: whether a letter may go now, by limits, rests and the look."""

from newsletter.delivery.sender.bookkeeping import Orders
from newsletter.mail.offers import Offer
from newsletter.mail.outcomes import Outcome, blames_us
from newsletter.mail.pace import Domains, FirstLook, Pace


class Gate:
    """Over all lanes. Times are seconds of the event loop."""

    def __init__(self, first: FirstLook) -> None:
        self.first = first
        self._limit = Pace()  # what a person allows
        self._domains = Domains()
        self._gone: frozenset[int] = frozenset()  # their readers left, rest or moved meanwhile

    def heed(self, orders: Orders) -> None:
        """Go from now on by what the rows say."""
        self._limit.limit = orders.limits.letters_per_s
        self._domains.rates = orders.limits.domain_rates
        self._gone = orders.gone

    def may_go(self, now: float) -> bool:
        """True if one more letter may go; it is counted. Only the first look takes that back."""
        # asked for each letter
        return (not self._limit.limit or self._limit.may_go(now)) and self.first.may_go()

    def holds_back(self, offer: Offer, now: float) -> tuple[str, float] | None:
        """Why this letter must not go now, and for how many seconds; None if it goes."""
        if self._gone and offer.key in self._gone:
            # due at once: the next claim cancels it, or takes it with the reader's new address
            return "The reader left, rests or moved.", 0.0
        if self._domains.are_free:
            return None  # nearly always
        wait_s = self._domains.wait_s(offer.letter.rcpt_to, now)
        return ("The recipient's domain takes no more now.", wait_s) if wait_s else None

    def judgement(self, *, is_dry: bool) -> str | None:
        """Return what the first letters speak against, None if they are not all answered.

        `is_dry`: there will be no more of them.
        """
        if is_dry:
            self.first.end()
        return self.first.trouble if self.first.is_over else None

    def heard(self, offer: Offer, outcome: Outcome, now: float) -> None:
        """Take a letter's outcome into account."""
        is_over = self.first.is_over
        if is_over and outcome.kind == "accepted" and self._domains.are_free:
            return  # nearly always
        if is_over or not blames_us(outcome):
            # until then it is the look's matter: a domain that rests would only put it off
            self._domains.heard(offer.letter.rcpt_to, outcome, now)
        self.first.heard(outcome)
