"""Asking the application in this process, as its server would, and judging what it answers."""

import logging
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from fastapi import FastAPI
from starlette.types import Message, Scope

from bench.fuzz.making import Asked, Target

JSON = "application/json", "application/problem+json"


@dataclass(frozen=True, slots=True)
class Fault:
    """A request that was answered by a fault of ours, and how."""

    asked: Asked
    status: int
    seen: str

    def __str__(self) -> str:
        line = f"{self.status} {self.asked.method} {self.asked.target[:160]!r}"
        return f"{line} {self.asked.body[:200]!r} {dict(self.asked.headers)}\n    {self.seen}"


@dataclass(slots=True)
class Judge:
    """Asks, counts the answers by status, and keeps the faults."""

    app: FastAPI
    counts: Counter[int] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)

    async def ask(self, target: Target, asked: Asked, headers: dict[str, bytes]) -> None:
        """Ask once; a 5xx but 503, or an answer of the wrong kind, is a fault."""
        messages: list[Message] = []
        try:
            await self._call(asked, {**headers, **asked.headers}, messages)
        except Exception as error:  # the server would write it to its log, and answer 500
            self.faults.append(Fault(asked, 500, _last_lines(error)))
            self.counts[500] += 1
            return
        start = messages[0]
        status = int(start["status"])
        self.counts[status] += 1
        kind = dict(start["headers"]).get(b"content-type", b"").decode()
        for wrong in _wrongs(target, asked, status, kind):
            self.faults.append(Fault(asked, status, wrong))

    async def _call(self, asked: Asked, headers: dict[str, bytes], messages: list[Message]) -> None:
        path, _, query = asked.target.partition(b"?")
        # A request without a host is refused at the door, and would test nothing behind it.
        headers = {"host": b"news.example", **headers}
        scope: Scope = {
            "type": "http",
            "http_version": "1.1",
            "method": asked.method,
            # as uvicorn does it
            "path": unquote_to_bytes(path).decode("utf-8", "replace"),
            "raw_path": path,
            "query_string": query,
            "scheme": "http",
            "headers": [(name.encode(), value) for name, value in headers.items()],
            "root_path": "",
            "client": ("192.0.2.1", 1),
            "server": ("news.example", 80),
        }
        bodies = iter([{"type": "http.request", "body": asked.body, "more_body": False}])

        async def receive() -> Message:
            return next(bodies, {"type": "http.disconnect"})

        async def send(message: Message) -> None:
            messages.append(message)

        await self.app(scope, receive, send)


def _wrongs(target: Target, asked: Asked, status: int, kind: str) -> Iterator[str]:
    """Give what is wrong with an answer."""
    if status >= 500 and status != 503:
        yield "a fault of ours"
    if target.path == "/health" or asked.method == "OPTIONS":
        return  # for a machine, and for a browser alone
    is_program = asked.target.startswith(b"/api/")
    if status >= 400 and is_program and kind != "application/problem+json":
        yield f"a program gets {kind or 'nothing'} for an error"
    if status >= 400 and not is_program and kind.startswith(JSON):
        yield f"a person gets {kind} for an error"


def _last_lines(error: Exception) -> str:
    lines = traceback.format_exception(error)
    ours = [line.strip() for line in lines if "/newsletter/" in line or "/subscribers/" in line]
    return " | ".join([*ours[-2:], lines[-1].strip()])[:600]


def quiet() -> None:
    """Let nothing but faults be written while thousands of requests are refused."""
    logging.disable(logging.CRITICAL)


def account(faults: Sequence[Fault]) -> Sequence[tuple[str, int, Fault]]:
    """Return the kinds of faults, how often each was seen, and one of each."""
    kinds: dict[str, list[Fault]] = {}
    for fault in faults:
        kinds.setdefault(fault.seen, []).append(fault)
    return sorted(((seen, len(same), same[0]) for seen, same in kinds.items()), key=lambda k: -k[1])
