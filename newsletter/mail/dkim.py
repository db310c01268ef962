"""DKIM signatures (RFC 6376; Ed25519: RFC 8463), for letters that share most of their bytes.

Canonical form is relaxed/simple: a relay may fold headers in another way, and must not touch the
body. The hashes of what all letters share are computed once and copied.
"""

import base64
import hashlib
from binascii import b2a_base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from newsletter.errors import Refused
from newsletter.mail.signing_child import PrivateKey, signing_by

Header = tuple[str, bytes]  # a name, and its value as on the wire, folds included
RSA_BITS = 2048  # RFC 8301, 3.2: signers should have that many
RSA_EXPONENT = 65537
ED25519_BYTES = 64  # of a signature (RFC 8032, 5.1.6)
FOLD = 72  # octets in a line of the field, well below the 78 of RFC 5322, 2.1.1


class BadKey(Refused):
    """This is no DKIM key: it must be PEM, an unencrypted RSA or Ed25519 private key."""


class NoKeyAligns(Refused):
    """No DKIM key is of the sender address's domain: its letters may be taken for forged."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key, and where its public half is in the DNS: selector._domainkey.domain."""

    domain: str
    selector: str
    private: PrivateKey

    @property
    def algorithm(self) -> str:
        """The name of the algorithm in a signature's a= tag (RFC 6376, 3.3; RFC 8463, 3)."""
        return "rsa-sha256" if isinstance(self.private, RSAPrivateKey) else "ed25519-sha256"

    def sign(self, digest: bytes) -> bytes:
        """Sign a SHA-256 digest."""
        return signing_by(self.private)(digest)

    @property
    def signature_bytes(self) -> int:
        """The size of each signature."""
        if isinstance(self.private, RSAPrivateKey):
            return (self.private.key_size + 7) // 8  # RFC 8017, 8.2.1: that of the modulus
        return ED25519_BYTES

    @property
    def pem(self) -> bytes:
        """The private key as `read_key` takes it."""
        return _pem(self.private)

    @property
    def dns_record(self) -> str:
        """The TXT record to publish (RFC 6376, 3.6.1)."""
        kind = "rsa" if isinstance(self.private, RSAPrivateKey) else "ed25519"
        public = base64.b64encode(self._public_octets()).decode()
        return f"v=DKIM1; k={kind}; p={public}"

    def _public_octets(self) -> bytes:
        """An RSA key with its ASN.1 wrapping, an Ed25519 key without one (RFC 8463, 4)."""
        public = self.private.public_key()
        if isinstance(self.private, RSAPrivateKey):
            return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return public.public_bytes(Encoding.Raw, PublicFormat.Raw)


def make_key(algorithm: str) -> bytes:
    """Return a new private key as PEM; `algorithm` is rsa or ed25519. Raises BadKey."""
    if algorithm == "rsa":
        return _pem(generate_private_key(RSA_EXPONENT, RSA_BITS))
    if algorithm == "ed25519":
        return _pem(Ed25519PrivateKey.generate())
    raise BadKey(f"A DKIM key is rsa or ed25519, not {algorithm!r}.")


def read_key(domain: str, selector: str, pem: bytes) -> SigningKey:
    """Return the key of a PEM file. Raises BadKey."""
    try:
        private = load_pem_private_key(pem, None)
    except (ValueError, TypeError) as error:  # no PEM; with a password
        raise BadKey from error
    if not isinstance(private, RSAPrivateKey | Ed25519PrivateKey):
        raise BadKey
    if isinstance(private, RSAPrivateKey):
        _require_length(private)
    return SigningKey(domain, selector, private)


def keys_of(keys: Sequence[SigningKey], sender_address: str) -> Sequence[SigningKey]:
    """Return the keys that sign for a sender address: those of its domain, or above or below it.

    With these DMARC takes From and signature for aligned (RFC 7489, 3.1.1).
    """
    domain = sender_address.rpartition("@")[2]
    return tuple(key for key in keys if _is_aligned(key.domain, domain))


def require_key(keys: Sequence[SigningKey], sender_address: str) -> None:
    """Raise NoKeyAligns if there are keys, and none of them signs for the address.

    Without any the relay signs.
    """
    if keys and not keys_of(keys, sender_address):
        domain = sender_address.rpartition("@")[2]
        others = ", ".join(sorted({key.domain for key in keys}))
        raise NoKeyAligns(
            f"The letters come from {domain}, and dkim_keys has keys of {others} only: receivers "
            f"may take them for forged. Make a key of {domain} (`newsletter dkim s1 {domain}`) and "
            "add it to dkim_keys, or change the sender address."
        )


def _is_aligned(key_domain: str, sender_domain: str) -> bool:
    names = (_in_ascii(key_domain), _in_ascii(sender_domain))
    upper, lower = sorted(names, key=len)
    return lower == upper or lower.endswith(f".{upper}")


def _in_ascii(domain: str) -> str:
    """Return a domain in lower case, one of other letters as the DNS has it (RFC 5890, 2.3.2.1)."""
    try:
        return domain.lower().encode("idna").decode()
    except UnicodeError:
        return domain.lower()


def _require_length(private: RSAPrivateKey) -> None:
    if private.key_size < RSA_BITS:
        raise BadKey(
            f"An RSA key of {private.key_size} bits is too short: "
            f"`newsletter dkim` makes one of {RSA_BITS}."
        )


def _pem(private: PrivateKey) -> bytes:
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


class Stamp:
    """One key's signatures for letters that share some headers and differ in others.

    `shared` are the shared ones, `own` the names of the others. The shared ones come first in h=,
    so their hash is made once for all letters.
    """

    def __init__(
        self,
        key: SigningKey,
        shared: Sequence[Header],
        own: Sequence[str],
        at: datetime,
    ) -> None:
        self._shared = hashlib.sha256(b"".join(relaxed_header(header) for header in shared))
        names = _folded(_signed_names(shared, own)).lower()
        self._head = f"DKIM-Signature: {_tags(key, at)}\r\n h={names};\r\n bh=".encode()
        # The signature's own field is hashed, too, with an empty b= and no line break at its end
        # (RFC 6376, 3.7). Up to the body hash it is the same for all letters.
        _, value = self._head.split(b":", 1)
        self._head_relaxed = b"dkim-signature:" + relaxed(value)
        self._own_names = [_relaxed_name(name) for name in own]

    def begin(self, own: Sequence[Header], body_digest: bytes) -> tuple[bytes, bytes]:
        """Begin the DKIM-Signature field of one letter; `own` are its headers of these names.

        Returns the field up to its signature, and the SHA-256 digest that is to be signed.
        """
        body_hash = b2a_base64(body_digest, newline=False)
        pieces: list[bytes] = []
        for name, (_, value) in zip(self._own_names, own, strict=True):
            pieces += (name, relaxed(value), b"\r\n")
        pieces += (self._head_relaxed, body_hash, b"; b=")
        hashed = self._shared.copy()
        hashed.update(b"".join(pieces))
        return self._head + body_hash, hashed.digest()


def _tags(key: SigningKey, at: datetime) -> str:
    """Return the tags of a signature that do not depend on its letter (RFC 6376, 3.5)."""
    return (
        f"v=1; a={key.algorithm}; c=relaxed/simple; d={key.domain}; "
        f"s={key.selector}; t={int(at.timestamp())};"
    )


def _signed_names(shared: Sequence[Header], own: Sequence[str]) -> list[str]:
    # From is signed once more than it occurs: a second one, put in on the way and shown by the
    # mail client, would break the signature (RFC 6376, 8.15).
    return [name for name, _ in shared] + [*own, "From"]


def _folded(names: Sequence[str]) -> str:
    """Return names with colons between them, and line breaks where a line would grow too long."""
    lines = []
    line = ""
    for name in names:
        if line and len(line) + len(name) > FOLD:
            lines.append(line)
            line = ""
        line += f"{name}:"
    return "\r\n  ".join([*lines, line.rstrip(":")])


def finish_field(begun: bytes, signature: bytes) -> bytes:
    """Return the whole field of a `begin`, line break included."""
    signed = b2a_base64(signature, newline=False)
    folded = b"\r\n ".join([signed[start : start + FOLD] for start in range(0, len(signed), FOLD)])
    return begun + b";\r\n b=" + folded + b"\r\n"


def relaxed_header(header: Header) -> bytes:
    """Return a header field in relaxed form (RFC 6376, 3.4.2), line break included."""
    name, value = header
    return _relaxed_name(name) + relaxed(value) + b"\r\n"


def _relaxed_name(name: str) -> bytes:
    return name.lower().encode() + b":"


def relaxed(value: bytes) -> bytes:
    """Return a header field's value in relaxed form (RFC 6376, 3.4.2); it has no other controls."""
    # an expression would cost six times that, and each letter comes here
    return b" ".join(value.split())
