"""A real Postfix as our relay: STARTTLS, a login, and signatures that others verify."""

import collections
import os
import re
import subprocess
from pathlib import Path

import dkim
import pytest
import uvloop

from newsletter.database import Database
from newsletter.delivery.sender import journal
from newsletter.delivery.sender.addressing import Stationery
from newsletter.delivery.sender.sending import Sender
from newsletter.mail.dkim import SigningKey, make_key, read_key
from newsletter.mail.relay import read_relay_url
from newsletter.mail.routes import Relays
from tests.delivery.rig import SIGNER, URLS, planned
from tests.doubles.postfix import MISSING, postfix
from tests.mail.rig import self_signed

READERS, SAMPLE = 2000, 20


@pytest.mark.skipif(
    bool(MISSING),
    reason=f"Postfix and its tools are missing here ({', '.join(MISSING)}): "
    "bin/setup --tests installs them",
)
@pytest.mark.skipif(os.geteuid() != 0, reason="Postfix is started by root only")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_two_thousand_letters_go_through_a_real_postfix_once_each_and_their_signatures_hold(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path, "IP:127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.chain))
    rig = planned(database, *(f"reader{n}@readers.example" for n in range(READERS)))
    keys = [read_key("inference.example", kind, make_key(kind)) for kind in ("rsa", "ed25519")]
    with postfix(certificate.chain, certificate.key) as relay:
        at = read_relay_url(relay.url)
        sender = Sender(
            database,
            Relays(at, 4),
            Stationery(SIGNER, URLS, keys),
            clock=rig.clock,
            new_journal=lambda: journal.begin(tmp_path / "journals"),
        )
        uvloop.run(sender.deliver(rig.delivery_id))
        letters = [file.read_bytes() for file in relay.wait_for(READERS)]
    assert rig.ledger().messages == {"accepted": READERS}
    to = collections.Counter(map(recipient, letters))
    assert (len(to), max(to.values())) == (READERS, 1)
    for letter in letters[:: READERS // SAMPLE]:
        sent = letter[letter.index(b"DKIM-Signature:") :].replace(b"\n", b"\r\n")
        assert all(verified_by_dkimpy(sent, index, keys) for index in (0, 1))
    assert verified_by_opendkim(letters[:: READERS // SAMPLE], keys[0], tmp_path) == SAMPLE


def recipient(letter: bytes) -> bytes:
    found = re.search(rb"^Delivered-To: (.*)$", letter, re.M)
    assert found
    return found[1]


def verified_by_dkimpy(letter: bytes, index: int, keys: list[SigningKey]) -> bool:
    records = {f"{key.selector}._domainkey.{key.domain}.": key.dns_record for key in keys}
    return bool(
        dkim.DKIM(letter).verify(
            index, dnsfunc=lambda name, timeout=5: records[name.decode()].encode()
        )
    )


def verified_by_opendkim(letters: list[bytes], key: SigningKey, folder: Path) -> int:
    """How many letters opendkim takes as signed by this key; it knows RSA only here."""
    (folder / "keys").write_text(f"{key.selector}._domainkey.{key.domain} {key.dns_record}\n")
    (folder / "opendkim.conf").write_text(f"Mode v\nTestPublicKeys {folder}/keys\nSyslog no\n")
    good = 0
    for number, letter in enumerate(letters):
        file = folder / f"letter{number}"
        file.write_bytes(letter[letter.index(b"DKIM-Signature:") :].replace(b"\n", b"\r\n"))
        command = ["/usr/sbin/opendkim", "-x", str(folder / "opendkim.conf"), "-t", str(file)]
        verdict = subprocess.run(command, capture_output=True, text=True).stdout
        good += "verification (s=rsa" in verdict and "succeeded" in verdict
    return good
