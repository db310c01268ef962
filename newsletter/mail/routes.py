"""Which relay a letter goes to: the one of its publication, of its recipient's domain, of both together, or else that of relay_url."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from newsletter.errors import Refused
from newsletter.mail.relay import RelayAddress, read_relay_url

OTHER_DOMAINS = ""  # the domain of a way that all others go
SCHEMES = ("smtp://", "smtps://", "smtp+plain://")


class BadRoute(Refused):
    """A route looks like @gmail.com=smtp://HOST, my-digest=smtp://HOST or my-digest@gmail.com=smtp://HOST; several with commas."""


@dataclass(frozen=True, slots=True)
class Route:
    """The relay for a publication (by its slug, "" for all) and a recipient domain (in lower case, "" for all)."""

    publication: str
    domain: str
    relay: RelayAddress


@dataclass(frozen=True, slots=True)
class Relays:
    """The usual relay and the routes past it; `connections` is how many sessions each gets at a time."""

    usual: RelayAddress
    connections: int
    routes: Sequence[Route] = ()


def read_routes(text: str) -> tuple[Route, ...]:
    """Read the routes of a setting. Raises BadRoute, which repeats no password."""
    routes = []
    for one in filter(None, (part.strip() for part in text.split(","))):
        where, _, url = one.partition("=")
        publication, _, domain = where.strip().partition("@")
        if not where.strip() or not url.startswith(SCHEMES):
            raise BadRoute(f"{where.strip()[:80]!r}: {BadRoute.__doc__}")
        try:
            routes.append(Route(publication, domain.lower(), read_relay_url(url)))
        except ValueError:
            raise BadRoute(f"{where.strip()[:80]!r}: {BadRoute.__doc__}") from None
    return tuple(routes)


def relays_for(
    publication: str, routes: Sequence[Route], usual: RelayAddress
) -> Mapping[str, RelayAddress]:
    """Return the relays of a publication by recipient domain; ELSE is the one of all other domains.

    A route that names the publication goes before one that names none.
    """
    relays = {OTHER_DOMAINS: usual}
    for named in ("", publication):
        relays |= {route.domain: route.relay for route in routes if route.publication == named}
    return relays
