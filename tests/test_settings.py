"""A wrong setting names its key and what it expects; the environment wins over the file."""

import json
from dataclasses import fields
from pathlib import Path

import pytest

from newsletter.errors import NewsletterError
from newsletter.runtime import read_keys, read_relays
from newsletter.setting_checks import BadSetting
from newsletter.settings import Settings, read_settings

SECRET = 'secret = "0123456789abcdef"\n'


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "newsletter.toml"
    path.write_text(SECRET, "utf-8")
    return path


@pytest.mark.parametrize(
    ("line", "key", "expects"),
    [
        ('colour = "red"', "colour", "there is no setting"),
        ('public_url = "news.example"', "public_url", "http://HOST or https://HOST"),
        ('public_url = "https://"', "public_url", "http://HOST"),
        ('relay_url = "smtp:host:25"', "relay_url", "smtp://HOST"),
        ('relay_url = "smtp://host:many"', "relay_url", "smtp://HOST"),
        ('relay_url = "http://host"', "relay_url", "smtps://HOST"),
        ("pages_per_gathering = 100000", "pages_per_gathering", "0 to 5000"),
        ('database_url = "mysql://x"', "database_url", "sqlite:///FILE"),
        ('database_url = "sqlite:///"', "database_url", "sqlite:///FILE"),
        ("port = 70000", "port", "1 to 65535"),
        ('port = "-1"', "port", "a whole number"),
        ('port = "²"', "port", "a whole number"),
        (f'port = "{"9" * 5000}"', "port", "a whole number"),
        ("relay_connections = 0", "relay_connections", "1 to 100"),
        ('allow_private_sources = "perhaps"', "allow_private_sources", "true or false"),
        ("host = 5", "host", "text"),
        (f'summariser = "{"a" * 100_001}"', "summariser", "at most 100,000"),
        ('leave_mailbox = "leave"', "leave_mailbox", "NAME@DOMAIN"),
        ('leave_mailbox = "a-name-of-many-letters@x.example"', "leave_mailbox", "1 to 16"),
        ('leave_mailbox = "a+b@x.example"', "leave_mailbox", "a token is added"),
        ('leave_mailbox = "a@x.example\\r\\nBcc: b@x.example"', "leave_mailbox", "on one line"),
        ('trusted_proxies = "proxy.example"', "trusted_proxies", "addresses or networks"),
        ('trusted_proxies = "*"', "trusted_proxies", "addresses or networks"),
        ('trusted_proxies = "10.0.0.1/8"', "trusted_proxies", "addresses or networks"),
        ('trusted_proxies = "10.0.0.1, 0.0.0.0/0"', "trusted_proxies", "your own proxies"),
        ('trusted_proxies = "::/0"', "trusted_proxies", "your own proxies"),
    ],
)
def test_a_wrong_value_names_the_key_and_what_it_expects(
    file: Path, line: str, key: str, expects: str
) -> None:
    file.write_text(SECRET + line, "utf-8")
    with pytest.raises(BadSetting) as raised:
        read_settings()
    assert key in str(raised.value)
    assert expects in str(raised.value)


def test_a_file_that_is_not_toml_names_the_line(file: Path) -> None:
    file.write_text(SECRET + "port = = 5", "utf-8")
    with pytest.raises(BadSetting, match="line 2"):
        read_settings()


@pytest.mark.parametrize("key", [field.name for field in fields(Settings)])
@pytest.mark.parametrize("place", ["environment", "file"])
@pytest.mark.parametrize(
    "value",
    [
        "postgres://news:S3cretPw@db/x",
        "postgresql://news:S3cretPw@db:port/x",
        "postgresql://news:Part@S3cretPw@db/x",
        "postgresql://S3cretPw:@db:99999999/x",
        "smtp:news:S3cretPw@db",
        "smtp://news:S3cretPw#@db",
        "smtp://news:1#S3cretPw@db",
        "=smtp://a,S3cretPw",
        "\x00S3cretPw",
        "S3cretPw",
        "a@b=S3cretPw",
    ],
)
def test_no_error_repeats_a_secret_in_whatever_setting_it_is(
    file: Path, monkeypatch: pytest.MonkeyPatch, key: str, place: str, value: str
) -> None:
    if place == "environment":
        monkeypatch.setenv(f"NEWSLETTER_{key.upper()}", value.replace("\x00", "\n"))
    else:
        kept = "" if key == "secret" else SECRET
        file.write_text(f"{kept}{key} = {json.dumps(value)}\n", "utf-8")
    monkeypatch.chdir(file.parent)
    try:
        settings = read_settings()
        read_keys(settings.dkim_keys)
        read_relays(settings)
    except NewsletterError as error:
        assert "S3cretPw" not in error.with_hint
        assert isinstance(error, BadSetting)
        assert key in str(error), "the message names the setting"
    else:
        assert "S3cretPw" not in repr(settings)


@pytest.mark.parametrize(
    "text",
    [
        "'postgres://news:S3cretPw@db/x' = 1",
        "database_url = postgres://news:S3cretPw@db/x",
        'database_url = "postgres://news:S3cretPw@db/x',
        'secret = ["S3cretPw"]',
        'secret = { S3cretPw = "S3cretPw" }',
        "port = 'S3cretPw'",
        f"port = {'9' * 5000}",
        "relay_url = '\xff S3cretPw'",
    ],
)
def test_no_error_about_the_file_repeats_a_secret(file: Path, text: str) -> None:
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(BadSetting) as raised:
        read_settings()
    assert "S3cretPw" not in str(raised.value)


def test_a_sign_that_cuts_a_password_off_is_named(file: Path) -> None:
    file.write_text(SECRET + 'relay_url = "smtp://me:pa#ss/word@host"', "utf-8")
    with pytest.raises(BadSetting, match="%23"):
        read_settings()
    file.write_text(SECRET + 'database_url = "postgresql://me:pa@ss@host/news"', "utf-8")
    with pytest.raises(BadSetting, match="%40"):
        read_settings()


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///n.sqlite3",
        "sqlite:////var/lib/n.sqlite3",
        "postgresql://news@db/x",
        "postgresql+psycopg://news:p%40ss@db.example:5432/x",
        "postgresql://news:pa#s/w?rd@db/x",
        "postgresql://[::1]:5432/x?sslmode=require",
        "postgresql:///x?host=/var/run/postgresql",
        "postgresql://db",
    ],
)
def test_the_urls_of_databases_are_taken(file: Path, url: str) -> None:
    file.write_text(f'{SECRET}database_url = "{url}"', "utf-8")
    assert read_settings().database_url == url


def test_without_a_secret_nothing_starts_and_init_is_named(file: Path) -> None:
    file.unlink()
    with pytest.raises(BadSetting, match="newsletter init"):
        read_settings()


def test_the_environment_wins_over_the_file_and_hands_itself_on(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(SECRET + "port = 8001", "utf-8")
    monkeypatch.setenv("NEWSLETTER_PORT", "8002")
    settings = read_settings()
    assert settings.port == 8002
    for name, value in settings.as_environment().items():
        monkeypatch.setenv(name, value)
    file.unlink()
    assert read_settings() == settings


def test_the_defaults_are_fit_for_one_machine() -> None:
    assert Settings().database_url.startswith("sqlite:///")
    assert Settings().host == "127.0.0.1"


def test_a_secret_may_be_in_a_file_of_its_own(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As containers give secrets: who lists the environment then sees no password."""
    (tmp_path / "url").write_text("postgresql://news:pw@db/news\n", "utf-8")
    monkeypatch.setenv("NEWSLETTER_DATABASE_URL_FILE", str(tmp_path / "url"))
    assert read_settings().database_url == "postgresql://news:pw@db/news"
    monkeypatch.setenv("NEWSLETTER_DATABASE_URL", "sqlite:///other.sqlite3")
    assert read_settings().database_url == "sqlite:///other.sqlite3", "the value itself wins"


@pytest.mark.parametrize("content", [None, b"\xff\xfe"], ids=["no file", "no text"])
def test_a_file_of_a_secret_that_cannot_be_read_is_named(
    content: bytes | None, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if content is not None:
        (tmp_path / "missing").write_bytes(content)
    monkeypatch.setenv("NEWSLETTER_SECRET_FILE", str(tmp_path / "missing"))
    with pytest.raises(BadSetting, match=r"secret: the file .*missing cannot be read"):
        read_settings()


def test_proxies_are_addresses_and_networks() -> None:
    settings = Settings(trusted_proxies=" 10.0.0.7, 2001:db8::/32 ,")
    assert [str(proxy) for proxy in settings.proxies] == ["10.0.0.7/32", "2001:db8::/32"]
