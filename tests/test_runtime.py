"""The runtime: keys and routes by setting, a database made ready, and where files are."""

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from newsletter.clock import SetClock
from newsletter.migrations.head import is_at_head
from newsletter.publications.opening import open_publication
from newsletter.publications.reading import first_publication
from newsletter.runtime import open_runtime, read_keys
from newsletter.setting_checks import BadSetting
from newsletter.settings import Settings
from tests.samples.times import NOON


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key.pem"
    path.write_bytes(
        Ed25519PrivateKey.generate().private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
    )
    return path


def test_several_keys_are_read_in_their_order(key: Path) -> None:
    read = read_keys(f"s1@news.example={key}, s2@news.example={key}")
    assert [(signing.selector, signing.domain, signing.algorithm) for signing in read] == [
        ("s1", "news.example", "ed25519-sha256"),
        ("s2", "news.example", "ed25519-sha256"),
    ]
    assert read[0].dns_record.startswith("v=DKIM1; k=ed25519; p=")
    assert read_keys("") == ()


@pytest.mark.parametrize(
    "setting",
    [
        "s1",
        "s1@news.example",
        "@news.example=KEY",
        "s1@news.example=/nowhere.pem",
        "s1@news.example=WRONG",
        "s1@news.example=WEAK",
    ],
)
def test_a_wrong_key_names_the_setting_and_what_is_wrong(
    setting: str, key: Path, tmp_path: Path
) -> None:
    (tmp_path / "wrong").write_text("no key")
    weak = generate_private_key(65537, 1024)
    (tmp_path / "weak").write_bytes(
        weak.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    value = (
        setting.replace("KEY", str(key))
        .replace("WRONG", str(tmp_path / "wrong"))
        .replace("WEAK", str(tmp_path / "weak"))
    )
    with pytest.raises(BadSetting, match="dkim_keys"):
        read_keys(value)


def test_a_wrong_route_names_its_setting(tmp_path: Path) -> None:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/n.sqlite3",
        secret="a secret of the tests",
        relay_routes="big.example",
    )
    with pytest.raises(BadSetting, match="relay_routes: route 1"), open_runtime(settings):
        pass


def test_an_empty_database_is_made_ready_and_opened_again_as_it_was(tmp_path: Path) -> None:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/n.sqlite3", secret="a secret of the tests"
    )
    with open_runtime(settings, SetClock(NOON)) as runtime:
        assert runtime.database.read(is_at_head)
        assert runtime.clock.now() == NOON
        runtime.database.write(
            open_publication, name="A", sender_address="a@a.example", cadence="Tuesday 09:00 UTC"
        )
    with open_runtime(settings) as again:
        assert again.database.read(first_publication).name == "A"


def test_deedss_are_beside_the_database_unless_a_folder_is_set(
    sqlite_url: str, tmp_path: Path
) -> None:
    settings = Settings(database_url=sqlite_url, secret="a secret of the tests")
    with open_runtime(settings) as runtime:
        assert runtime.journals == tmp_path / "copy.sqlite3.journals"
    elsewhere = replace(settings, journal_folder=str(tmp_path / "disk"))
    with open_runtime(elsewhere) as runtime:
        assert runtime.journals == tmp_path / "disk"


def test_links_of_an_older_secret_work_and_the_newest_signs(sqlite_url: str) -> None:
    settings = Settings(database_url=sqlite_url, secret="a secret of the tests")
    with open_runtime(settings) as runtime:
        link = runtime.signer.sign("letter", 7)
    rotated = replace(settings, secret="a newer secret of the tests", old_secrets=settings.secret)
    with open_runtime(rotated) as runtime:
        assert runtime.signer.read("letter", link, NOON) == 7
        assert runtime.signer.sign("letter", 7) != link
