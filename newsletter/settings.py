"""Settings describe the machine. They are read once; the environment wins over newsletter.toml.

Every key has one environment name, NEWSLETTER_ and the key in capitals; with _FILE behind it, it
names a file that holds the value, as containers give secrets.

No error repeats what a setting holds: a password may be in it, also in a setting that has none,
when two lines were mixed up. The key and what it expects are enough to find the slip.
"""

import os
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from newsletter.errors import Refused
from newsletter.logs import FORMATS, LEVELS
from newsletter.text import is_number

MIN_SECRET = 16
MAX_PORT = 65535
MAX_CONNECTIONS = 100
MAX_PAGES = 5000
NUMBERS = ("port", "relay_connections", "pages_per_gathering")
# The name leaves room for "+" and a token of 47 signs in 64 octets (RFC 5321, 4.5.3.1.1).
LEAVE_MAILBOX = re.compile(
    r"(?=[^@]{1,16}@)[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}"
)
BARE_KEY = re.compile(r"[A-Za-z_]{1,30}")  # what is repeated of a key that is not ours
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

Values = dict[str, object]  # by key, before each has its type


class BadSetting(Refused):
    """A setting is wrong."""


# Without a repr of its own a failed test or a debugger's note would print the secrets.
@dataclass(
    frozen=True,
    slots=True,
    repr=False,
)
class Settings:
    """One machine's settings. The comment above each field is its line in docs/settings.md."""

    # Where the rows are: `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`.
    database_url: str = "sqlite:///newsletter.sqlite3"
    # Where readers reach this service. Every link begins with it.
    public_url: str = "http://127.0.0.1:8000"
    # Signs every link; 16 characters or more. `newsletter init` writes one.
    secret: str = ""
    # Former secrets, the newest first, with commas. They sign nothing more. Of what they signed,
    # the links to leave and to choose work for ever, and counted links; all others have ended.
    old_secrets: str = ""
    # The relay: `smtp://` (STARTTLS when offered), `smtps://` or `smtp+plain://`, with
    # user:password@ if it asks.
    relay_url: str = "smtp://127.0.0.1:25"
    # A file with an OAuth access token for the relay (XOAUTH2), instead of a password. Another
    # program renews it.
    relay_token_file: str = ""
    # Other relays by publication or recipient domain: SLUG@DOMAIN=URL, @DOMAIN=URL or SLUG=URL,
    # with commas.
    relay_routes: str = ""
    # Sessions with each relay at a time, 1 to 100.
    relay_connections: int = 10
    # Keys that sign letters: SELECTOR@DOMAIN=FILE, with commas. Empty: the relay signs.
    dkim_keys: str = ""
    # NAME@DOMAIN: letters are left by mail to it, too (List-Unsubscribe has a mailto). Nothing
    # reads that mail yet, so leave it empty.
    leave_mailbox: str = ""
    # The senders' journals, on a lasting local disk. Empty: beside the SQLite file, or journals/
    # in the working folder.
    journal_folder: str = ""
    # The address that the pages listen on.
    host: str = "127.0.0.1"
    # The port that the pages listen on.
    port: int = 8000
    # Addresses or networks of your own proxies, with commas. They alone are believed about who
    # asks (X-Forwarded-For).
    trusted_proxies: str = "127.0.0.1"
    # Sources and webhooks may be at private addresses: for a trial on one machine.
    allow_private_sources: bool = False
    # A command that words each proposed issue (docs/summariser.md). Empty: words made of the
    # titles.
    summariser: str = ""
    # Article pages read in one gathering for image, language and text, 0 to 5000. 0: only what
    # feeds say counts.
    pages_per_gathering: int = 100
    # How log lines look: text for people, json for programs (docs/operate.md).
    log_format: str = "text"
    # The least level that is logged: debug, info, warning or error.
    log_level: str = "info"

    @property
    def is_https(self) -> bool:
        """True if readers and editors reach this service by TLS."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def older_secrets(self) -> tuple[str, ...]:
        """The secrets before the one that signs, the newest first."""
        return tuple(filter(None, (secret.strip() for secret in self.old_secrets.split(","))))

    @property
    def first_secret(self) -> str:
        """The oldest secret. It keys hashes, which so stay the same after a change of secrets."""
        return self.older_secrets[-1] if self.older_secrets else self.secret

    @property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks of the trusted proxies. Raises ValueError for what is none."""
        named = (name.strip() for name in self.trusted_proxies.split(","))
        return tuple(ip_network(name) for name in named if name)

    def as_environment(self) -> dict[str, str]:
        """Return the settings as environment variables, for a child process."""
        return {
            f"NEWSLETTER_{field.name.upper()}": str(getattr(self, field.name))
            for field in fields(self)
        }


def read_settings(path: Path | None = None) -> Settings:
    """Read `path` (default newsletter.toml, which may be absent) and the environment.

    Raises BadSetting naming the key.
    """
    file = path or config_file()
    return check(_typed(_read_file(file) | _read_environment()))


def config_file() -> Path:
    """The file of the settings, which may be absent."""
    return Path(os.environ.get("NEWSLETTER_CONFIG", "newsletter.toml"))


def check(settings: Settings) -> Settings:
    """Return the settings if they can work. Raises BadSetting with the key and what it expects."""
    _check_secrets(settings)
    _check_url(
        "public_url",
        settings.public_url,
        ("http", "https"),
    )
    _check_url(
        "relay_url",
        settings.relay_url,
        ("smtp", "smtps", "smtp+plain"),
    )
    _check_range(
        "port",
        settings.port,
        1,
        MAX_PORT,
    )
    _check_range(
        "relay_connections",
        settings.relay_connections,
        1,
        MAX_CONNECTIONS,
    )
    _check_range(
        "pages_per_gathering",
        settings.pages_per_gathering,
        0,
        MAX_PAGES,
    )
    _check_proxies(settings)
    _check_choice(
        "log_format",
        settings.log_format,
        FORMATS,
    )
    _check_choice(
        "log_level",
        settings.log_level,
        LEVELS,
    )
    check_database_url("database_url", settings.database_url)
    _check_leave_mailbox(settings.leave_mailbox)
    _check_host(settings.host)
    return settings


def _keys() -> list[str]:
    return [field.name for field in fields(Settings)]


def _read_file(file: Path) -> Values:
    """Return the settings that a file has, {} without one. Raises BadSetting."""
    if not file.exists():
        return {}
    values = _read_toml(file)
    known = _keys()
    for key in values:
        if key not in known:
            names = ", ".join(known)
            shown = repr(key) if BARE_KEY.fullmatch(key) else "of that name"
            raise BadSetting(f"{file}: there is no setting {shown}. The settings are {names}.")
    return values


def _read_toml(file: Path) -> Values:
    """Read a file. Raises BadSetting with the line that is wrong."""
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadSetting(f"{file} is not TOML: {error}. Mend the line that it names.") from None
    except ValueError:  # a number of thousands of digits, or octets that are no UTF-8
        raise BadSetting(f"{file} is not TOML: it needs text in UTF-8, and numbers.") from None


def _read_environment() -> Values:
    """Return the settings that the environment has."""
    values: Values = {}
    for key in _keys():
        name = f"NEWSLETTER_{key.upper()}"
        value = os.environ.get(name)
        if value is None and f"{name}_FILE" in os.environ:
            value = _read_secret(key, Path(os.environ[f"{name}_FILE"]))
        if value is not None:
            values[key] = value
    return values


def _read_secret(key: str, file: Path) -> str:
    """Return the value that a file of its own holds. Raises BadSetting."""
    try:
        # Editors and `echo` end a file with a line end, which is no part of a password.
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise BadSetting(
            f"{key}: the file {file} cannot be read. Give this user the right to read it, "
            "or name another file."
        ) from None


def _check_secrets(settings: Settings) -> None:
    """Raise BadSetting for a secret that could be guessed."""
    if len(settings.secret) < MIN_SECRET:
        raise BadSetting(
            f"secret: expects at least {MIN_SECRET} characters. "
            "`newsletter init` writes one for you."
        )
    if any(len(secret) < MIN_SECRET for secret in settings.older_secrets):
        raise BadSetting(
            f"old_secrets: expects secrets of at least {MIN_SECRET} characters, "
            "with commas between them."
        )


def _check_proxies(settings: Settings) -> None:
    """Raise BadSetting for what is no address, or for everybody."""
    try:
        proxies = settings.proxies
    except ValueError as error:
        raise BadSetting(
            f"trusted_proxies: expects addresses or networks like 10.0.0.0/24, "
            f"with commas; {error}."
        ) from None
    if any(proxy.prefixlen == 0 for proxy in proxies):
        raise BadSetting(
            "trusted_proxies: expects your own proxies. Who trusts everybody lets a stranger "
            "write any address, and counts nobody."
        )


def _check_range(
    key: str,
    value: int,
    least: int,
    most: int,
) -> None:
    """Raise BadSetting for a number outside its range."""
    if not least <= value <= most:
        raise BadSetting(f"{key}: expects {least} to {most}, got {value}.")


def _check_choice(
    key: str,
    value: str,
    choices: tuple[str, ...],
) -> None:
    """Raise BadSetting for a word that is none of the choices."""
    if value not in choices:
        raise BadSetting(f"{key}: expects {' or '.join(choices)}.")


def _check_url(
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


def _check_host(host: str) -> None:
    """Raise BadSetting unless it is a name or an address: the error about a port names it."""
    if not HOST.fullmatch(host):
        raise BadSetting("host: expects the address of this machine to listen on, like 127.0.0.1.")


def _check_leave_mailbox(address: str) -> None:
    """Raise BadSetting for an address to which no token can be added."""
    if address and not LEAVE_MAILBOX.fullmatch(address):
        raise BadSetting(
            "leave_mailbox: expects NAME@DOMAIN with a name of 1 to 16 letters, digits, dots or "
            "hyphens, because a token is added to it."
        )


def _typed(found: Values) -> Settings:
    """Return the settings, each as its type. Raises BadSetting."""
    values = {key: _typed_value(key, value) for key, value in found.items()}
    return Settings(**values)  # type: ignore[arg-type]  # each value was checked


def _typed_value(
    key: str,
    value: object,
) -> object:
    """Return a setting as its type. Raises BadSetting."""
    if key in NUMBERS:
        return _number(key, value)
    if key == "allow_private_sources":
        return _truth(key, value)
    if not isinstance(value, str):
        raise BadSetting(f"{key}: expects text in quotes.")
    if CONTROL.search(value):
        raise BadSetting(f"{key}: expects text on one line, without control characters.")
    return value


def _number(
    key: str,
    value: object,
) -> int:
    """Return a whole number. Raises BadSetting."""
    text = str(value)
    # Nine digits: no setting is larger, and int() raises ValueError on thousands of them.
    if not is_number(text) or len(text) > 9:
        raise BadSetting(f"{key}: expects a whole number.")
    return int(text)


def _truth(
    key: str,
    value: object,
) -> bool:
    """Return True or False, however it is written. Raises BadSetting."""
    words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if str(value).lower() not in words:
        raise BadSetting(f"{key}: expects true or false.")
    return words[str(value).lower()]
