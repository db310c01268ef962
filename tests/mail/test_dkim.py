"""DKIM: keys, and signatures as dkimpy judges them."""

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from newsletter.mail.dkim import (
    BadKey,
    NoKeyAligns,
    SigningKey,
    keys_of,
    make_key,
    read_key,
    require_key,
)
from newsletter.mail.headers import Mailbox
from newsletter.mail.letter import MergeText
from tests.mail.forms import KEYS, LEAVE, TEXT, form


def _pem_of(private: RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def verdict(content: bytes, index: int) -> bool:
    records = {f"{key.selector}._domainkey.{key.domain}.": key.dns_record for key in KEYS}
    return bool(
        dkim.DKIM(content).verify(
            index, dnsfunc=lambda name, timeout=5: records[name.decode()].encode()
        )
    )


@given(TEXT, TEXT, st.sampled_from(["Ada", "Jürgen", "Lovelace, Ada", ""]))
def test_each_signature_holds_for_what_a_receiver_gets(subject: str, body: str, name: str) -> None:
    text = MergeText((body, body), ("email",))
    made = form(subject, text, text, KEYS)
    for address in ("ada@readers.example", "bo@readers.example"):
        content = made.letter(
            Mailbox(address, name), "m1@inference.example", {"email": address}, leave_url=LEAVE
        ).content
        assert verdict(content, 0)
        assert verdict(content, 1)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"Subject: ", b"Subject: free "),
        (b"One-Click", b"Two-Clicks"),
        (b"leave/abc", b"leave/xyz"),
        (b"<p>Hi", b"<p>Ho"),
        (b"From: ", b"From: evil@x.example\r\nFrom: "),
    ],
)
def test_a_signature_breaks_when_anything_that_matters_is_changed(
    was: bytes, becomes: bytes
) -> None:
    content = (
        form(keys=KEYS)
        .letter(Mailbox("ada@readers.example"), "m1@inference.example", {}, leave_url=LEAVE)
        .content
    )
    assert verdict(content, 0)
    assert was in content
    assert not any(_holds(content.replace(was, becomes, 1), index) for index in (0, 1))


def _holds(content: bytes, index: int) -> bool:
    try:
        return verdict(content, index)
    except dkim.DKIMException:
        return False


@pytest.mark.parametrize("algorithm", ["rsa", "ed25519"])
def test_a_key_is_read_as_it_was_made_and_its_record_names_it(algorithm: str) -> None:
    pem = make_key(algorithm)
    key = read_key("inference.example", "s1", pem)
    assert key.pem == pem
    assert key.algorithm == f"{algorithm}-sha256"
    assert key.dns_record.startswith(f"v=DKIM1; k={algorithm}; p=")


@pytest.mark.parametrize(
    "pem",
    [
        b"no key",
        _pem_of(generate_private_key(65537, 1024)),
        _pem_of(ec.generate_private_key(ec.SECP256R1())),
    ],
    ids=["no PEM", "too short", "another kind"],
)
def test_what_is_no_dkim_key_is_refused(pem: bytes) -> None:
    with pytest.raises(BadKey):
        read_key("inference.example", "s1", pem)


def test_a_key_of_another_algorithm_is_not_made() -> None:
    with pytest.raises(BadKey, match="dsa"):
        make_key("dsa")


def _key(domain: str) -> SigningKey:
    return SigningKey(domain, "s1", KEYS[0].private)


@pytest.mark.parametrize(
    ("key", "sender", "signs"),
    [
        ("a.example", "editor@a.example", True),
        ("A.example", "editor@a.EXAMPLE", True),
        ("a.example", "editor@news.a.example", True),
        ("mail.a.example", "editor@a.example", True),
        ("xn--bcher-kva.example", "editor@bücher.example", True),
        ("b.example", "editor@a.example", False),
        ("a.example", "editor@nota.example", False),
    ],
)
def test_a_key_signs_for_its_own_domain_only(key: str, sender: str, signs: bool) -> None:
    """DMARC counts a signature whose domain is that of From (RFC 7489, 3.1.1)."""
    keys = [_key("other.example"), _key(key)]
    assert [found.domain for found in keys_of(keys, sender)] == ([key] if signs else [])
    if signs:
        require_key(keys, sender)
    else:
        with pytest.raises(NoKeyAligns, match="dkim_keys has keys of"):
            require_key(keys, sender)


def test_without_any_key_the_relay_signs() -> None:
    require_key((), "editor@a.example")
