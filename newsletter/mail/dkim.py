"""DKIM signatures (RFC 6376; Ed25519: RFC 8463), relaxed/simple, for letters that share most of their bytes.

The hashes of what is shared are computed once and copied.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from newsletter.errors import Refused

Header = tuple[str, bytes]  # a name, and its value as on the wire, folds included
SPACES = re.compile(rb"[ \t\r\n]+")
RSA_BITS = 2048  # RFC 8301, 3.2
FOLD = 72


class BadKey(Refused):
    """This is no DKIM key: it must be a PEM file with an unencrypted RSA or Ed25519 private key."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key, and where its public half stands: selector._domainkey.domain."""

    domain: str
    selector: str
    private: RSAPrivateKey | Ed25519PrivateKey

    @property
    def algorithm(self) -> str:
        return "rsa-sha256" if isinstance(self.private, RSAPrivateKey) else "ed25519-sha256"

    def sign(self, digest: bytes) -> bytes:
        """Sign a SHA-256 digest."""
        if isinstance(self.private, RSAPrivateKey):
            return self.private.sign(digest, PKCS1v15(), Prehashed(SHA256()))
        return self.private.sign(digest)

    @property
    def pem(self) -> bytes:
        """The private key as `read_key` takes it."""
        return _pem(self.private)

    @property
    def dns_record(self) -> str:
        """The TXT record to publish (RFC 6376, 3.6.1)."""
        public = self.private.public_key()
        if isinstance(self.private, RSAPrivateKey):
            octets = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            return f"v=DKIM1; k=rsa; p={base64.b64encode(octets).decode()}"
        octets = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return f"v=DKIM1; k=ed25519; p={base64.b64encode(octets).decode()}"


def make_key(algorithm: str) -> bytes:
    """Return a new private key as PEM; `algorithm` is rsa or ed25519. Raises BadKey."""
    if algorithm not in ("rsa", "ed25519"):
        raise BadKey(f"A DKIM key is rsa or ed25519, not {algorithm!r}.")
    private = (
        generate_private_key(65537, RSA_BITS)
        if algorithm == "rsa"
        else Ed25519PrivateKey.generate()
    )
    return _pem(private)


def read_key(domain: str, selector: str, pem: bytes) -> SigningKey:
    """Return the key of a PEM file. Raises BadKey."""
    try:
        private = load_pem_private_key(pem, None)
    except (ValueError, TypeError) as error:
        raise BadKey from error
    if not isinstance(private, RSAPrivateKey | Ed25519PrivateKey):
        raise BadKey
    if isinstance(private, RSAPrivateKey) and private.key_size < RSA_BITS:
        raise BadKey(
            f"An RSA key of {private.key_size} bits is too short: `newsletter dkim` makes one of {RSA_BITS}."
        )
    return SigningKey(domain, selector, private)


def _pem(private: RSAPrivateKey | Ed25519PrivateKey) -> bytes:
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


class Stamp:
    """One key's signatures for letters that share the headers `shared` and differ in headers named `own`.

    From is signed once more than it occurs, so that nobody can add another one (RFC 6376, 8.15).
    """

    def __init__(
        self, key: SigningKey, shared: Sequence[Header], own: Sequence[str], at: datetime
    ) -> None:
        self._key = key
        self._shared = hashlib.sha256(b"".join(relaxed_header(header) for header in shared))
        names = ":".join([name for name, _ in shared] + [*own, "From"]).lower()
        fields = f"v=1; a={key.algorithm}; c=relaxed/simple; d={key.domain}; s={key.selector}; t={int(at.timestamp())};"
        self._head = f"DKIM-Signature: {fields}\r\n h={_folded(names)};\r\n bh=".encode()
        self._head_relaxed = relaxed_header(("DKIM-Signature", self._head.split(b":", 1)[1]))[:-2]

    def begin(self, own: Sequence[Header], body_digest: bytes) -> tuple[bytes, bytes]:
        """Return the DKIM-Signature field of one letter up to its signature, and the digest that is to be signed."""
        body_hash = base64.b64encode(body_digest)
        hashed = self._shared.copy()
        hashed.update(
            b"".join([relaxed_header(header) for header in own])
            + self._head_relaxed
            + body_hash
            + b"; b="
        )
        return self._head + body_hash, hashed.digest()


def finish_field(begun: bytes, signature: bytes) -> bytes:
    """Return the whole field, line break included."""
    signed = base64.b64encode(signature)
    folded = b"\r\n ".join([signed[start : start + FOLD] for start in range(0, len(signed), FOLD)])
    return begun + b";\r\n b=" + folded + b"\r\n"


def relaxed_header(header: Header) -> bytes:
    """Return a header field in relaxed form (RFC 6376, 3.4.2), line break included."""
    name, value = header
    return name.lower().encode() + b":" + SPACES.sub(b" ", value).strip() + b"\r\n"


def _folded(names: str) -> str:
    """Fold the list after a colon where a line grows too long."""
    lines, line = [], ""
    for name in names.split(":"):
        if line and len(line) + len(name) > FOLD:
            lines.append(line)
            line = ""
        line += f"{name}:"
    return "\r\n  ".join([*lines, line.rstrip(":")])
