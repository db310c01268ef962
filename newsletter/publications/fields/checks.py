"""Pure. Checks: the value of a column as it is kept, or a sentence that says what could be."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from newsletter.cadence.printing import text_of
from newsletter.cadence.reading import parse
from newsletter.cadence.skips import lines_of, read_skips
from newsletter.errors import Refused
from newsletter.publications.fields.languages import is_language
from newsletter.text import BREAKS, one_line
from subscribers.addresses import BadAddress, normalise

Check = Callable[[Any], object]  # returns the value as it is kept; raises Refused

ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?")
LABEL_CHARS = 40
TOPIC_CHARS = 40
MOST_TOPICS = 24
URL_CHARS = 2000
MOST_SITES = 100
MOST_DOMAINS = 100
MOST_PER_S = 10_000.0
LEAST_UNDO_DAYS = 30  # an undo of a leave must have its time
MOST_DAYS = 36_500
MOST_TRACKING_DAYS = 3650
LEAST_LOG_DAYS = 30  # else whoever did something could soon hide it
TRACKING_MODES = ("off", "anonymous", "individual")  # each keeps more than the one before


class BadText(Refused):
    """This text cannot be kept."""


class BadNumber(Refused):
    """This number cannot be."""


class NoSuchChoice(Refused):
    """There is no such choice."""


class BadLanguage(Refused):
    """This is no language. A language has a tag like en, de, pt-BR or zh-Hant."""


class BadSender(Refused):
    """Letters need a sender whose replies reach somebody, like editor@example.com."""


class BadUrl(Refused):
    """An address of a page looks like https://example.com/page."""


class BadLabel(Refused):
    """What was paid for needs a label of 1 to 40 characters, like Sponsored."""


class BadTopics(Refused):
    """Readers may tick up to 24 topics, each of 1 to 40 characters, no two the same."""


class BadOrigin(Refused):
    """An origin is a scheme and a host, without a path: https://blog.example."""


class BadStep(Refused):
    """The number of readers is rounded down to a multiple of this:
    1 or more, or 0 for two digits.
    """


class BadForgettingDays(Refused):
    """So many days cannot be: 30 or more, or 0 for never."""


class BadLogDays(BadNumber):
    """The log of the desk is kept for 30 to 36,500 days."""


class BadTrackingDays(Refused):
    """Who opened and clicked may be kept for 1 to 3650 days."""


class BadRates(Refused):
    """A speed has the domain of recipients, and 0 to 10,000 letters a second."""


def text(label: str, most: int, *, least: int = 1) -> Check:
    """Return the check of a text on one line, with so many characters."""

    def check(value: str) -> str:
        typed = value.strip()
        if BREAKS.search(typed):
            # In a header field it would begin another one (RFC 5322, 2.2).
            raise BadText(f"{label} stands on one line, without tabulators or line ends.")
        return _fitting(label, one_line(typed), least, most)

    return check


def postal_address(value: str) -> str:
    """Return a postal address on one line, as letters print it: its lines with commas between."""
    lines = (one_line(line).strip(" ,") for line in value.splitlines())
    return _fitting("The postal address", ", ".join(filter(None, lines)), 1, 300)


def _fitting(label: str, typed: str, least: int, most: int) -> str:
    """Return a text of so many characters, one of which can be seen. Raises BadText."""
    if len(typed) > most:
        raise BadText(f"{label} has at most {most:,} characters; this has {len(typed):,}.")
    is_seen = any(sign.isprintable() and not sign.isspace() for sign in typed)
    if (typed and not is_seen) or len(typed) < least:
        raise BadText(f"{label} is missing: write it here.")
    return typed


def number(label: str, least: float, most: float) -> Check:
    """Return the check of a number in a range."""

    def check(value: float) -> float:
        # Not the other way round: a NaN is neither below nor above.
        if not least <= value <= most:
            raise BadNumber(f"{label}: from {least:,g} to {most:,g}; this is {value:,g}.")
        return value

    return check


def among(label: str, *values: str) -> Check:
    """Return the check of a value of which there are few."""

    def check(value: str) -> str:
        if value not in values:
            raise NoSuchChoice(f"{label} is one of: {', '.join(values)}.")
        return value

    return check


def anything(value: object) -> object:
    """Return a value of which there is no bad one."""
    return value


def language(value: str) -> str:
    """Return the tag of a language. Raises BadLanguage."""
    tag = value.strip()
    if not is_language(tag):
        raise BadLanguage
    return tag


def sender_address(value: str) -> str:
    """Return an address that letters come from. Raises BadSender."""
    if not value.strip():
        raise BadSender
    try:
        return normalise(value)
    except BadAddress as error:
        raise BadSender(str(error)) from None


def reply_address(value: str) -> str:
    """Return an address that replies go to, "" for that of the sender. Raises BadSender."""
    return sender_address(value) if value.strip() else ""


def url(value: str) -> str:
    """Return an address of the web, "" for none. Raises BadUrl."""
    address = value.strip()
    if address and not _is_url(address):
        raise BadUrl
    return address


def _is_url(address: str) -> bool:
    if len(address) > URL_CHARS or not address.isprintable() or " " in address:
        return False
    try:
        parts = urlsplit(address)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:  # a bracket without its fellow, or a port that is none
        return False
    # What stands before an @ would be taken for a name and a password.
    return parts.scheme in ("http", "https") and has_host and "@" not in parts.netloc


def cadence(value: str) -> str:
    """Return the line in which a cadence is kept, however it was written. Raises BadCadence."""
    return text_of(parse(value))


def label(value: str) -> str:
    """Return the label of what was paid for. Raises BadLabel."""
    words = one_line(value)
    if not 1 <= len(words) <= LABEL_CHARS:
        raise BadLabel
    return words


def skipped(values: Sequence[str]) -> list[str]:
    """Return the lines of skipped dates in their usual form. Raises BadSkip or TooManySkips."""
    return lines_of(read_skips(values))


def topics(values: Sequence[str]) -> list[str]:
    """Return the topics that readers may tick. Raises BadTopics."""
    names = [one_line(value) for value in values]
    different = {name.casefold() for name in names}
    is_long = any(not 1 <= len(name) <= TOPIC_CHARS for name in names)
    if len(names) > MOST_TOPICS or len(different) < len(names) or is_long:
        raise BadTopics
    return names


def origins(values: Sequence[str]) -> list[str]:
    """Return sites, each once and without a slash at its end. Raises BadOrigin."""
    sites = list(dict.fromkeys(value.strip().lower().rstrip("/") for value in values))
    if len(sites) > MOST_SITES or not all(ORIGIN.fullmatch(site) for site in sites):
        raise BadOrigin
    return sites


def step(value: int) -> int:
    """Return what a number of readers is rounded down to. Raises BadStep."""
    if value < 0:
        raise BadStep
    return value


def forgetting_days(value: int) -> int:
    """Return after how many days who left is forgotten. Raises BadForgettingDays."""
    if value and not LEAST_UNDO_DAYS <= value <= MOST_DAYS:
        raise BadForgettingDays
    return value


def tracking_days(value: int) -> int:
    """Return for how many days opens and clicks have names. Raises BadTrackingDays."""
    if not 1 <= value <= MOST_TRACKING_DAYS:
        raise BadTrackingDays
    return value


def log_days(value: int) -> int:
    """Return for how many days the log of the desk is kept. Raises BadLogDays."""
    if not LEAST_LOG_DAYS <= value <= MOST_DAYS:
        raise BadLogDays
    return value


def rates(values: Mapping[str, float]) -> dict[str, float]:
    """Return the speeds by domain; one of 0 is none. Raises BadRates."""
    limits = {_stored(domain): rate for domain, rate in values.items() if rate}
    fits = all(0 < rate <= MOST_PER_S for rate in limits.values())
    if len(limits) > MOST_DOMAINS or not fits:
        raise BadRates
    return limits


def _stored(domain: str) -> str:
    """Return a domain as addresses have it, whatever its script. Raises BadRates."""
    try:
        return normalise(f"postmaster@{domain}").rpartition("@")[2]
    except BadAddress:
        raise BadRates from None
