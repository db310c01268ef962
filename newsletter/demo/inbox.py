"""The inbox: a real SMTP server on this machine that keeps every letter.

It is a program too, for tests that kill senders.
"""

import argparse
import asyncio
import os
import re
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import MappingProxyType
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

MESSAGE_ID = re.compile(rb"^message-id:\s*+(\S*)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Received:
    """One letter as it came: its number from 1, its envelope, its bytes."""

    number: int
    mail_from: str
    rcpt_to: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Parsed:
    """A letter read back by the standard library."""

    headers: Mapping[str, str]
    html: str
    text: str


@dataclass
class Inbox:
    """The server. `refusing` answers RCPT; `log` gets a line before a letter is accepted."""

    port: int = 0
    log: Path | None = None
    delay_s: float = 0.0
    refusing: dict[str, str] = field(default_factory=dict)
    letters: list[Received] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Letters come in on the thread of the server.
        self._lock = threading.Lock()
        self._log = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND) if self.log else -1
        self._controller: Controller | None = None

    def start(self) -> None:
        """Listen on 127.0.0.1; `port` is then the real one."""
        self.port = self.port or free_port()
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            enable_SMTPUTF8=True,
            data_size_limit=10_000_000,
        )
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()

    async def handle_RCPT(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        """aiosmtpd's hook: refuse the addresses of `refusing`."""
        if address in self.refusing:
            return self.refusing[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
    ) -> str:
        """aiosmtpd's hook: keep the letter, write the log, and only then accept."""
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        with self._lock:
            for address in envelope.rcpt_tos:
                self._keep(address, envelope)
        return "250 2.0.0 kept"

    def _keep(self, address: str, envelope: Envelope) -> None:
        content = cast(bytes, envelope.content)
        number = len(self.letters) + 1
        self.letters.append(Received(number, envelope.mail_from or "", address, content))
        if self._log >= 0:
            self._note(address, _message_id(content))

    def _note(self, address: str, message_id: str) -> None:
        # Not through a file of Python's: what is in its buffer dies with a process.
        os.write(self._log, f"{address}\t{message_id}\n".encode())


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def parsed(received: Received) -> Parsed:
    """Read a letter as a mail client would."""
    message = message_from_bytes(received.content, policy=default)
    headers = MappingProxyType({name: str(value) for name, value in message.items()})
    return Parsed(headers, _body(message, "html"), _body(message, "plain"))


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return "" if part is None else cast(str, part.get_content())


def _message_id(content: bytes) -> str:
    # By a pattern: to parse each letter would slow its sender down.
    found = MESSAGE_ID.search(content.partition(b"\r\n\r\n")[0])
    return found[1].decode("utf-8", "replace") if found else ""


def main() -> None:
    """Run an inbox by itself: python -m newsletter.demo.inbox --port 2525 --log inbox.log"""
    inbox = _inbox_as_asked()
    inbox.start()
    print(f"listening on 127.0.0.1:{inbox.port}", flush=True)
    threading.Event().wait()


def _inbox_as_asked() -> Inbox:
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--delay", type=float, default=0.0)
    args = parser.parse_args()
    return Inbox(port=args.port, log=args.log, delay_s=args.delay)


if __name__ == "__main__":
    main()
