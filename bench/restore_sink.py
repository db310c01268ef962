"""The sink of bench.restore: real SMTP, with a line for each letter that it took, before its 250.

A line says who got it, and what it was: a number for an issue, or the subject of a small letter.
Each so-manieth letter is deferred when it comes first.
"""

import os
import re
from pathlib import Path
from typing import ClassVar

import uvloop

from bench import sink

ISSUE = re.compile(rb"^Message-ID:\s*<[a-z0-9-]+\.(\d+)\.\d+@", re.IGNORECASE | re.MULTILINE)
SUBJECT = re.compile(rb"^Subject:\s*(.*?)\r?$", re.IGNORECASE | re.MULTILINE)
HEAD = 8192  # octets in which a letter's header ends


class RestoreSink(sink.Sink):
    """One session, which knows letters apart."""

    defer = 0  # every so-manieth letter, the first time
    seen: ClassVar[set[bytes]] = set()  # letters that were offered
    _head = b""

    def _letter(self, data: bytes, replies: list[bytes]) -> bytes:
        """Keep the letter's header meanwhile."""
        if len(self._head) < HEAD:
            self._head += data
        rest = super()._letter(data, replies)
        if not self._in_letter:
            self._head = b""
        return rest

    def _keep(self) -> bytes:
        """Note a letter in the log, if it is not deferred; return the reply."""
        kind = type(self)
        line = self._to[0] + b"\t" + name_of(self._head.partition(b"\r\n\r\n")[0]) + b"\n"
        is_new = line not in kind.seen
        kind.seen.add(line)
        if kind.defer and is_new and len(kind.seen) % kind.defer == 0:
            return b"450 4.2.1 later\r\n"
        os.write(kind.log, line)
        return b"250 2.0.0 kept\r\n"


def name_of(head: bytes) -> bytes:
    """Return an issue's number, or a small letter's subject."""
    issue = ISSUE.search(head)
    if issue:
        return issue[1]
    subject = SUBJECT.search(head)
    return subject[1] if subject else b"?"


def serve(port: int, log: Path, *, reply_ms: float, defer: int) -> None:
    """Serve in this process until SIGTERM."""
    RestoreSink.log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    RestoreSink.defer = defer
    RestoreSink.reply_s = reply_ms / 1000
    uvloop.run(sink.serve(port, RestoreSink))
