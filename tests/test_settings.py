"""A wrong setting names its key and what it expects; the environment wins over the file."""

from pathlib import Path

import pytest

from newsletter.settings import BadSetting, Settings, read_settings

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
        ('leave_mailbox = "leave"', "leave_mailbox", "NAME@DOMAIN"),
        ('leave_mailbox = "a-name-of-many-letters@x.example"', "leave_mailbox", "1 to 16"),
        ('leave_mailbox = "a+b@x.example"', "leave_mailbox", "a token is added"),
        ('leave_mailbox = "a@x.example\\r\\nBcc: b@x.example"', "leave_mailbox", "NAME@DOMAIN"),
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


def test_a_password_in_a_wrong_relay_url_is_not_repeated(file: Path) -> None:
    file.write_text(SECRET + 'relay_url = "smtp://me:pa#ss/word@host"', "utf-8")
    with pytest.raises(BadSetting, match="%23") as raised:
        read_settings()
    assert "pa#ss" not in str(raised.value)


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
