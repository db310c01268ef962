"""Checks of single settings. None repeats what the setting holds: a password may be in it."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from newsletter.errors import Refused

# The name leaves room for "+" and a token of 47 signs in 64 octets (RFC 5321, 4.5.3.1.1).
LEAVE_MAILBOX = re.compile(
    r"(?=[^@]{1,16}@)[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}"
)
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9]+)?")
# An @ only before the host: what follows one of a password would be taken for the host, and named.
POSTGRESQL_URL = re.compile(
    r"postgresql(\+psycopg)?://"
    r"(?:[^:/@?\s]*(?::[^@\s]*)?@)?"
    r"(?:\[[0-9A-Fa-f:.]+\]|[^:/?#@\s\[\]]*)(?::\d{1,5})?"
    r"(?:/[^@?\s]*)?(?:\?[^@\s]*)?"
)
ESCAPES = "Write @ in a user name or a password as %40, and /, # and ? as %2F, %23 and %3F."


class BadSetting(Refused):
    """A setting is wrong."""


def check_range(
    key: str,
    value: int,
    least: int,
    most: int,
) -> None:
    """Raise BadSetting for a number outside its range."""
    if not least <= value <= most:
        raise BadSetting(f"{key}: expects {least} to {most}, got {value}.")


def check_choice(
    key: str,
    value: str,
    choices: tuple[str, ...],
) -> None:
    """Raise BadSetting for a word that is none of the choices."""
    if value not in choices:
        raise BadSetting(f"{key}: expects {' or '.join(choices)}.")


def check_url(
    key: str,
    url: str,
    schemes: tuple[str, ...],
) -> None:
    """Raise BadSetting unless the URL has one of these schemes, a host and a usable port."""
    expects = " or ".join(f"{scheme}://HOST" for scheme in schemes)
    if not _is_url(url, schemes):
        hint = f" {ESCAPES}" if "@" in url else ""
        raise BadSetting(f"{key}: expects {expects}.{hint}")


def _is_url(
    url: str,
    schemes: Sequence[str],
) -> bool:
    """True for a URL with one of these schemes, a host and a usable port."""
    try:
        parts = urlsplit(url)
        # Behind the host comes what a sign in a password cut off.
        is_cut = "@" in parts.path + parts.query + parts.fragment or "@" in (parts.hostname or "")
        # A port that is no number, or over 65535, raises ValueError.
        has_host = bool(parts.hostname) and parts.port != 0
        return parts.scheme in schemes and has_host and not is_cut
    except ValueError:
        return False


def check_database_url(
    key: str,
    url: str,
) -> None:
    """Raise BadSetting unless it is the URL of a database that we know; `key` is what has it."""
    if CONTROL.search(url) or not _is_database_url(url):
        hint = f" {ESCAPES}" if "@" in url else ""
        raise BadSetting(
            f"{key}: expects sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.{hint}"
        )


def _is_database_url(url: str) -> bool:
    if url.startswith("sqlite:"):
        return url.removeprefix("sqlite:///") not in ("", url)
    return POSTGRESQL_URL.fullmatch(url) is not None and len(url) > len("postgresql://")


def check_host(host: str) -> None:
    """Raise BadSetting unless it is a name or an address: the error about a port names it."""
    if not HOST.fullmatch(host):
        raise BadSetting("host: expects the address of this machine to listen on, like 127.0.0.1.")


def check_leave_mailbox(address: str) -> None:
    """Raise BadSetting for an address to which no token can be added."""
    if address and not LEAVE_MAILBOX.fullmatch(address):
        raise BadSetting(
            "leave_mailbox: expects NAME@DOMAIN with a name of 1 to 16 letters, digits, dots or "
            "hyphens, because a token is added to it."
        )
