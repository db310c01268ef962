"""Debian's Postfix as a relay of ours: submission with STARTTLS and AUTH on loopback, into one
Maildir, in a folder of its own."""

import base64
import os
import pwd
import shutil
import socketserver
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from newsletter.demo.inbox import free_port

NEEDED = ("/usr/sbin/postfix", "/usr/sbin/opendkim")
MISSING = [program for program in NEEDED if not Path(program).exists()]
USER, PASSWORD = "newsletter@relay.example", "a password of the tests"
MAIN = """
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
daemon_directory = /usr/lib/postfix/sbin
maillog_file_prefixes = {home}
maillog_file = {home}/log
myhostname = relay.example
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
alias_maps =
local_recipient_maps =
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_tls_chain_files = {key}, {chain}
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {home}/auth
smtpd_relay_restrictions = permit_sasl_authenticated, reject
virtual_mailbox_domains = readers.example
virtual_mailbox_base = {home}
virtual_mailbox_maps = static:mail/
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
"""
SERVICES = [
    "pickup unix n - n 60 1 pickup",
    "cleanup unix n - n - 0 cleanup",
    "qmgr unix n - n 300 1 qmgr",
    "tlsmgr unix - - n 1000? 1 tlsmgr",
    "rewrite unix - - n - - trivial-rewrite",
    "bounce unix - - n - 0 bounce",
    "defer unix - - n - 0 bounce",
    "trace unix - - n - 0 bounce",
    "verify unix - - n - 1 verify",
    "flush unix n - n 1000? 0 flush",
    "proxymap unix - - n - - proxymap",
    "error unix - - n - - error",
    "retry unix - - n - - error",
    "discard unix - - n - - discard",
    "virtual unix - n n - - virtual",
    "anvil unix - - n - 1 anvil",
    "scache unix - - n - 1 scache",
    "postlog unix-dgram n - n - 1 postlogd",
    "smtp unix - - n - - smtp",
    "local unix - n n - - local",
]


@dataclass(frozen=True, slots=True)
class Postfix:
    """A running one: where it takes letters, and where it puts them."""

    port: int
    mail: Path

    @property
    def url(self) -> str:
        return f"smtp://{quote(USER)}:{quote(PASSWORD)}@127.0.0.1:{self.port}"

    def letters(self) -> list[Path]:
        """The letters delivered so far, a file each."""
        return list((self.mail / "new").glob("*"))

    def wait_for(self, count: int) -> list[Path]:
        """Its queue goes on after our last letter was accepted: wait for so many."""
        until = time.monotonic() + 120
        while len(found := self.letters()) < count and time.monotonic() < until:
            time.sleep(0.2)
        return found


class Passwords(socketserver.ThreadingUnixStreamServer):
    """What Postfix asks whether a login holds, in Dovecot's authentication protocol."""

    daemon_threads = True


class Password(socketserver.StreamRequestHandler):
    """One of Postfix's processes asks."""

    def handle(self) -> None:
        """Offer PLAIN, and answer each AUTH (RFC 4616: authorisation, name and password, divided
        by NUL)."""
        self.wfile.write(
            b"VERSION\t1\t1\nMECH\tPLAIN\tplaintext\nSPID\t1\nCUID\t1\nCOOKIE\t00\nDONE\n"
        )
        for line in self.rfile:
            verb, _, rest = line.decode().rstrip("\n").partition("\t")
            if verb == "AUTH":
                number, _, *words = rest.split("\t")
                _, user, password = (
                    base64.b64decode(words[-1].removeprefix("resp=")).decode().split("\0")
                )
                is_right = (user, password) == (USER, PASSWORD)
                self.wfile.write(
                    (f"OK\t{number}\tuser={user}\n" if is_right else f"FAIL\t{number}\n").encode()
                )


@contextmanager
def postfix(chain: Path, key: Path) -> Iterator[Postfix]:
    """Run one until the block ends; `chain` and `key` are its certificate. Needs root, as Postfix
    does."""
    home = Path(tempfile.mkdtemp(prefix="newsletter-postfix-"))
    home.chmod(0o755)
    user, port = pwd.getpwnam("postfix"), free_port()
    for name in ("etc", "queue", "data", "mail"):
        (home / name).mkdir(mode=0o755)
    for name in ("data", "mail"):
        os.chown(home / name, user.pw_uid, user.pw_gid)
    for file in (chain, key):
        shutil.copy(file, home / file.name)
    names = {"key": home / key.name, "chain": home / chain.name}
    settings = MAIN.format(home=home, uid=user.pw_uid, gid=user.pw_gid, **names)
    (home / "etc/main.cf").write_text(settings)
    (home / "etc/master.cf").write_text(
        "\n".join([f"127.0.0.1:{port} inet n - n - - smtpd", *SERVICES, ""])
    )
    orders = ["/usr/sbin/postfix", "-c", str(home / "etc")]
    passwords = Passwords(str(home / "auth"), Password)
    (home / "auth").chmod(0o666)
    threading.Thread(target=passwords.serve_forever, daemon=True).start()
    subprocess.run([*orders, "start"], check=True, capture_output=True)
    try:
        yield Postfix(port, home / "mail")
    finally:
        passwords.shutdown()
        passwords.server_close()
        subprocess.run([*orders, "stop"], check=False, capture_output=True)
        shutil.rmtree(home, ignore_errors=True)
