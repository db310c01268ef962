"""Settings describe the machine. They are read once; the environment wins over newsletter.toml.

Every key has one environment name, NEWSLETTER_ and the key in capitals; with _FILE behind it, it
names a file that holds the value, as containers give secrets.

No error repeats what a setting holds: a password may be in it, also in a setting that has none,
when two lines were mixed up. The key and what it expects are enough to find the slip.
"""

import os
import re
import tomllib
from dataclasses import dataclass, fields
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from newsletter.logs import FORMATS, LEVELS
from newsletter.setting_checks import (
    CONTROL,
    BadSetting,
    check_choice,
    check_database_url,
    check_host,
    check_leave_mailbox,
    check_range,
    check_url,
)
from newsletter.text import is_number

MIN_SECRET = 16
RANGES = {
    "port": (1, 65535),
    "relay_connections": (1, 100),
    "pages_per_gathering": (0, 5000),
    "desk_idle_hours": (1, 720),  # a login ends after 30 days in any case
}
MOST_CHARS = 100_000  # of one setting: routes to some hundred relays
BARE_KEY = re.compile(r"[A-Za-z_]{1,30}")  # what is repeated of a key that is not ours

Values = dict[str, object]  # by key, before each has its type


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
    # Themes of your own, a folder each . Empty: themes/ beside newsletter.toml.
    themes_folder: str = ""
    # The address that the pages listen on.
    host: str = "127.0.0.1"
    # The port that the pages listen on.
    port: int = 8000
    # Addresses or networks of your own proxies, with commas. They alone are believed about who
    # asks (X-Forwarded-For).
    trusted_proxies: str = "127.0.0.1"
    # A login at the desk ends when nobody uses it for so many hours, 1 to 720.
    desk_idle_hours: int = 12
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
    def desk_idle(self) -> timedelta:
        """For how long a login may be without use."""
        return timedelta(hours=self.desk_idle_hours)

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
    check_url(
        "public_url",
        settings.public_url,
        ("http", "https"),
    )
    check_url(
        "relay_url",
        settings.relay_url,
        ("smtp", "smtps", "smtp+plain"),
    )
    for key, (least, most) in RANGES.items():
        check_range(key, getattr(settings, key), least, most)
    _check_proxies(settings)
    check_choice(
        "log_format",
        settings.log_format,
        FORMATS,
    )
    check_choice(
        "log_level",
        settings.log_level,
        LEVELS,
    )
    check_database_url("database_url", settings.database_url)
    check_leave_mailbox(settings.leave_mailbox)
    check_host(settings.host)
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
    except ValueError:
        raise BadSetting(
            "trusted_proxies: expects addresses or networks like 10.0.0.0/24, with commas."
        ) from None
    if any(proxy.prefixlen == 0 for proxy in proxies):
        raise BadSetting(
            "trusted_proxies: expects your own proxies. Who trusts everybody lets a stranger "
            "write any address, and counts nobody."
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
    if key in RANGES:
        return _number(key, value)
    if key == "allow_private_sources":
        return _truth(key, value)
    if not isinstance(value, str):
        raise BadSetting(f"{key}: expects text in quotes.")
    if len(value) > MOST_CHARS:
        raise BadSetting(f"{key}: expects at most {MOST_CHARS:,} characters.")
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
