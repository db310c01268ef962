"""DKIM keys and routes by setting: a wrong one is named, a right one works."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from newsletter.runtime import open_runtime, read_keys
from newsletter.settings import BadSetting, Settings


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
    assert [(one.selector, one.domain, one.algorithm) for one in read] == [
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
    with pytest.raises(BadSetting, match="relay_routes: 'big.example'"), open_runtime(settings):
        pass
