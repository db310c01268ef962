"""Pure. Is it a person? The signs of one attempt, weighed.

A proof of work is enough. Without one, as on a page without scripts, the form's token and the
counts decide. A doubtful attempt is not refused: it waits for an editor.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
YOUNGEST_S = 1.5  # nobody reads a form and fills it in faster


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many in each window; windows begin at full hours and at midnight, UTC."""

    most: int
    per: timedelta

    def until(self, now: datetime) -> datetime:
        """When the window that `now` is in ends."""
        length = self.per.total_seconds()
        return datetime.fromtimestamp((now.timestamp() // length + 1) * length, UTC)


NETWORK = Limit(100, HOUR)  # of a /24 or /48: more is refused, proof or not
UNPROVEN_OF_NETWORK = Limit(10, HOUR)
UNPROVEN_OF_OWNER = Limit(40, HOUR)  # of one publication, from all networks of one owner
UNPROVEN = Limit(200, HOUR)  # of one publication, counted as UNPROVEN_SHARE says
FORM = Limit(3, HOUR)  # uses of one page's token
DOMAIN = Limit(60, HOUR)  # letters to one domain, save those where many people are
DOMAIN_OF_NETWORK = Limit(20, HOUR)  # and those that one network asks for
# What all networks share is counted for the first few of each network only. So it takes a hundred
# networks to keep people without scripts waiting, and a dozen for the people of one domain.
UNPROVEN_SHARE = 2
DOMAIN_SHARE = 5
PICTURES = Limit(20, HOUR)  # of answers to editors' questions, fetched for one network
LOST_LINKS = Limit(30, HOUR)  # asked for from one network
MAILBOX_HOUR = Limit(3, HOUR)  # letters to one mailbox, no matter who asks
MAILBOX_DAY = Limit(4, DAY)


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of an attempt.

    `age_s` is the age of its form's token in seconds, None without a valid token. The numbers
    count attempts within the hour, this one among them.
    """

    trapped: bool
    proven: bool
    age_s: float | None
    form: int = 0
    unproven_of_network: int = 0
    unproven_of_owner: int = 0
    unproven: int = 0
    domain: int = 0
    domain_of_network: int = 0

    @property
    def is_too_fast(self) -> bool:
        """True if the form was sent sooner than a person can fill it in."""
        return self.age_s is not None and self.age_s < YOUNGEST_S


def doubts(signs: Signs) -> Sequence[str]:
    """Return what speaks against a person, in words for an editor; empty if nothing does."""
    found = []
    if signs.trapped:
        found.append("a field was filled in that people do not see")
    if signs.domain > DOMAIN.most:
        found.append("many sign-ups for this domain within an hour")
    if signs.domain_of_network > DOMAIN_OF_NETWORK.most:
        found.append("many sign-ups for this domain from this network")
    if not signs.proven:
        found += _doubts_without_proof(signs)
    return found


def _doubts_without_proof(signs: Signs) -> list[str]:
    """Return what else speaks against somebody who sent no proof of work."""
    found = []
    if signs.is_too_fast:
        found.append("the form was filled in faster than anybody types")
    if signs.form > FORM.most:
        found.append("one page sent many forms")
    if signs.unproven_of_network > UNPROVEN_OF_NETWORK.most:
        found.append("many forms without proof of work from this network")
    elif signs.unproven_of_owner > UNPROVEN_OF_OWNER.most:
        found.append("many forms without proof of work from networks of one owner")
    if signs.unproven > UNPROVEN.most:
        found.append("a storm of forms without proof of work")
    return found
