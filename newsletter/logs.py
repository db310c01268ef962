"""Logs: one line an event, as text for people or as JSON for programs.

Every module has its own `logging.getLogger(__name__)`. A line's ids (publication, issue, delivery,
job, request) come from `about`, or from a call's own `extra`. No line holds an address, a token or
a letter's words: messages name ids. Errors of libraries may quote an address, so addresses and
tokens are blanked here, in messages and in tracebacks.
"""

import json
import logging
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import TextIO

IDS = ("publication", "issue", "delivery", "source", "job", "request")
OURS = ("newsletter", "subscribers")
FORMATS = ("text", "json")
LEVELS = ("debug", "info", "warning", "error")

# An addr-spec (RFC 5322, 3.4.1) as it stands in texts of relays, drivers and libraries.
# A local part is looked for where it begins only: at each of its letters, a long word would take
# the square of its length.
ADDRESS = re.compile(
    r"(?<![^\s<>\"'(),;:=\[\]@])[^\s<>\"'(),;:=\[\]@]++@[^\s<>\"'(),;:\[\]]++",
)
# Our signed links and API tokens are base64url; no word and no id is as long.
TOKEN = re.compile(r"(?<![A-Za-z0-9_.-])[A-Za-z0-9_.-]{32,}+")
DOTTED_NAME = re.compile(r"[A-Za-z_]++(?:\.[A-Za-z_]++)*+")

NO_IDS: Mapping[str, int | str] = MappingProxyType({})
_ids: ContextVar[Mapping[str, int | str]] = ContextVar("ids", default=NO_IDS)


@contextmanager
def about(**ids: int | str) -> Iterator[None]:
    """Add these ids to each line that this thread or task logs inside the block."""
    before = _ids.set({**_ids.get(), **ids})
    try:
        yield
    finally:
        _ids.reset(before)


def note_request(request_id: str) -> None:
    """Add the id of a web request to each line of its task, which ends with the request."""
    _ids.set({**_ids.get(), "request": request_id})


def configure(style: str, level: str, *, stream: TextIO | None = None) -> None:
    """Log to stderr, as "text" or "json", from this level on; libraries from warnings on."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if style == "json" else TextLines())
    handler.addFilter(_with_ids)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level.upper())


class TextLines(logging.Formatter):
    """`2026-05-12 07:00:03Z INFO newsletter.schedule.ticking: Gathered 40 items. publication=1`."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{_at(record)} {record.levelname} {record.name}: {record.getMessage()}"
        parts = [f"{line} {_ids_text(record)}".rstrip()]
        if record.exc_info:
            parts.append(self.formatException(record.exc_info))
        return blank("\n".join(parts))


class JsonLines(logging.Formatter):
    """One JSON object a line: at, level, logger, event, the ids, and the traceback of an error."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, object] = {
            "at": _at(record).replace(" ", "T"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": blank(record.getMessage()),
            **_ids_of(record),
        }
        if record.exc_info:
            fields["traceback"] = blank(self.formatException(record.exc_info))
        return json.dumps(fields, ensure_ascii=False)


def blank(text: str) -> str:
    """Return `text` with addresses and tokens blanked; dotted names of modules stay."""
    without_addresses = ADDRESS.sub("…@…", text)
    return TOKEN.sub(_blank_token, without_addresses)


def _blank_token(found: re.Match[str]) -> str:
    """Return what stands in a line for a word that may be a token."""
    word = found[0]
    return word if DOTTED_NAME.fullmatch(word) else "…"


def _at(record: logging.LogRecord) -> str:
    """Return when a line was logged, in UTC."""
    return time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime(record.created))


def _ids_text(record: logging.LogRecord) -> str:
    """Return the ids of a line as text: "publication=1 issue=7"."""
    return " ".join(f"{name}={value}" for name, value in _ids_of(record).items())


def _with_ids(record: logging.LogRecord) -> bool:
    """Give a line the ids of `about`, save those that its own call gave."""
    for name, value in _ids.get().items():
        if not hasattr(record, name):
            setattr(record, name, value)
    return True


def _ids_of(record: logging.LogRecord) -> dict[str, int | str]:
    """Return the ids that a line has."""
    return {name: getattr(record, name) for name in IDS if hasattr(record, name)}
