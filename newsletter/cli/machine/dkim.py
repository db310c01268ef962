"""`newsletter dkim`: a key to sign letters with."""

import os
from pathlib import Path

import typer

from newsletter.cli.console import errors_shown, say
from newsletter.errors import Conflict
from newsletter.mail.dkim import SigningKey, make_key, read_key

ALGORITHM = typer.Option("rsa", help="rsa (every receiver) or ed25519 (add it beside an rsa one).")
FOLDER = typer.Option(Path(), help="Where to write SELECTOR.pem.")
# A look before the write would miss a file that another process makes in between.
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL


class KeyExists(Conflict):
    """There is a file of that name already. A key is never overwritten: choose another selector."""


def dkim(
    selector: str,
    domain: str,
    algorithm: str = ALGORITHM,
    folder: Path = FOLDER,
) -> None:
    """Make a DKIM key, and print the DNS record to publish and the setting to write.

    Example: newsletter dkim s1 example.org
    """
    with errors_shown():
        file = folder / f"{selector}.pem"
        pem = make_key(algorithm)
        _write(file, pem)
        say(
            f"{file} is written; keep it secret. Publish this TXT record, and when it is there, "
            "set dkim_keys in newsletter.toml:"
        )
        _print_key(read_key(domain, selector, pem), file)


def _write(file: Path, pem: bytes) -> None:
    """Write a new file that only its owner may read, from its first byte on."""
    try:
        descriptor = os.open(file, NEW_FILE, 0o600)
    except FileExistsError:
        raise KeyExists from None
    with open(descriptor, "wb") as out:
        out.write(pem)


def _print_key(key: SigningKey, file: Path) -> None:
    """Print the DNS record (RFC 6376, 3.6.1) and the setting, for a script to take."""
    print(f'{key.selector}._domainkey.{key.domain}. TXT "{key.dns_record}"')
    print(f'dkim_keys = "{key.selector}@{key.domain}={file.absolute()}"')
