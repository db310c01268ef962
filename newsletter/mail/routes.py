"""Which relay a letter goes to: by its publication, its recipient's domain, or both together.

What no route names goes to the usual relay, that of relay_url.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from newsletter.errors import Refused
from newsletter.mail.relay import RelayAddress, read_relay_url

OTHER_DOMAINS = ""  # the key of the relay for all domains that have none of their own
SCHEMES = ("smtp://", "smtps://", "smtp+plain://")
EXAMPLES = "@gmail.com=smtp://HOST, my-digest=smtp://HOST or my-digest@gmail.com=smtp://HOST"


class BadRoute(Refused):
    """A route names a publication, a domain or both, and a relay; several with commas."""


@dataclass(frozen=True, slots=True)
class Route:
    """The relay for a publication (its slug, "" for all) and a recipient domain.

    The domain is in lower case, "" for all.
    """

    publication: str
    domain: str
    relay: RelayAddress


@dataclass(frozen=True, slots=True)
class Relays:
    """The usual relay and the routes past it."""

    usual: RelayAddress
    connections: int  # sessions with each relay at a time
    routes: Sequence[Route] = ()


def read_routes(text: str) -> tuple[Route, ...]:
    """Read the routes of a setting. Raises BadRoute, which repeats no password."""
    return tuple(_read_route(place, setting) for place, setting in enumerate(_settings(text), 1))


def _settings(text: str) -> Iterator[str]:
    for part in text.split(","):
        if setting := part.strip():
            yield setting


def _read_route(
    place: int,
    setting: str,
) -> Route:
    subject, _, url = setting.partition("=")
    subject = subject.strip()
    publication, _, domain = subject.partition("@")
    if not subject or not url.startswith(SCHEMES):
        raise _bad_route(place)
    try:
        return Route(
            publication,
            domain.lower(),
            read_relay_url(url),
        )
    except ValueError:
        # the URL holds a password, so neither the error nor its cause is shown
        raise _bad_route(place) from None


def _bad_route(place: int) -> BadRoute:
    # Not by its text: a comma or = in a password puts a part of it where a name should be.
    return BadRoute(f"route {place}: {BadRoute.__doc__} It looks like {EXAMPLES}.")


def relays_for(
    publication: str, routes: Sequence[Route], usual: RelayAddress
) -> Mapping[str, RelayAddress]:
    """Return the relays of a publication by recipient domain.

    OTHER_DOMAINS has the relay of all domains that are not named.
    """
    relays = {OTHER_DOMAINS: usual}
    # the routes that name the publication come last, so they win
    for named in ("", publication):
        relays |= {route.domain: route.relay for route in routes if route.publication == named}
    return relays
