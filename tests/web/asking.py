"""Asking the application for pages, in this process and without the network."""

import asyncio
import json
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from fastapi import FastAPI
from sqlmodel import update
from starlette.types import Message, Scope

from newsletter.clock import SetClock
from newsletter.desk.models import Editor, EditorSession
from newsletter.desk.roles import Role
from newsletter.desk.sessions import Origin, begin_session
from newsletter.desk.team import add_member
from newsletter.publications.models import Publication
from newsletter.publications.opening import open_publication
from newsletter.runtime import Runtime, open_runtime
from newsletter.settings import Settings
from newsletter.web.application import application
from newsletter.web.requests import COOKIE


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str
    set_cookies: Sequence[str] = ()  # each line of them: a header that comes several times


@dataclass
class Site:
    """The application on a database of its own, and one editor who is logged in
    (until `log_out`)."""

    runtime: Runtime
    clock: SetClock
    publication: Publication
    app: FastAPI
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> int:
        return self.publication.key

    def get(self, path: str, **headers: str) -> Answer:
        """`headers` are written with underscores: if_none_match."""
        return asyncio.run(self._ask("GET", path, b"", self._of_a_browser(headers)))

    def head(self, path: str) -> Answer:
        return asyncio.run(self._ask("HEAD", path, b"", self._of_a_browser()))

    def post(self, path: str, **fields: str | list[str]) -> Answer:
        return self.post_from("127.0.0.1", path, **fields)

    def post_from(self, network: str, path: str, **fields: str | list[str]) -> Answer:
        """Send a form from an IP address."""
        body = urllib.parse.urlencode(fields, doseq=True).encode()
        return asyncio.run(self._ask("POST", path, body, self._of_a_browser(), network))

    async def send_login(self, network: str, cookie: str = "") -> Answer:
        """Send a wrong login; for tests that send several at the same time."""
        headers = {"content-type": "application/x-www-form-urlencoded", "cookie": cookie}
        body = b"address=nobody%40inference.example&password=wrong"
        return await self._ask("POST", "/desk/login", body, headers, network)

    def upload(self, path: str, content: bytes, *, field: str = "file") -> Answer:
        """Send a form with one file in it (RFC 7578)."""
        head = (
            f'--edge\r\nContent-Disposition: form-data; name="{field}"; filename="a file"\r\n\r\n'
        )
        body = head.encode() + content + b"\r\n--edge--\r\n"
        headers = {**self._of_a_browser(), "content-type": "multipart/form-data; boundary=edge"}
        return asyncio.run(self._ask("POST", path, body, headers))

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        token: str = "",
        origin: str = "",
        raw: bytes = b"",
    ) -> Answer:
        """Ask as a program does: JSON, and a token instead of a cookie; a browser's tells the
        `origin` of its page."""
        headers = {"content-type": "application/json"} | (
            {"authorization": f"Bearer {token}"} if token else {}
        )
        headers |= {"origin": origin} if origin else {}
        return asyncio.run(
            self._ask(
                method,
                path,
                raw or (json.dumps(body).encode() if body is not None else b""),
                headers,
            )
        )

    def send(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send a body as it is, with these headers alone, as a mail provider's program does."""
        return asyncio.run(self._ask("POST", path, body, headers))

    def visit(self, method: str, path: str, network: str, **headers: str) -> Answer:
        """Ask as somebody's program does, from a network of its own."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return asyncio.run(self._ask(method, path, b"", named, network))

    def send_file(self, path: str, name: str, content: bytes) -> Answer:
        """Send a file by the form field `file`, as a browser does (RFC 7578)."""
        disposition = f'form-data; name="file"; filename="{name}"'
        head = f"--edge\r\nContent-Disposition: {disposition}\r\nContent-Type: text/csv\r\n\r\n"
        cookies = dict(self._of_a_browser()) | {
            "content-type": "multipart/form-data; boundary=edge"
        }
        return asyncio.run(
            self._ask("POST", path, head.encode() + content + b"\r\n--edge--\r\n", cookies)
        )

    def send_raw(self, path: str, body: bytes, kind: str) -> Answer:
        """Send a body of any content type, whatever is in it."""
        headers = {**self._of_a_browser(), "content-type": kind}
        return asyncio.run(self._ask("POST", path, body, headers))

    def log_out(self) -> None:
        self.cookies.clear()

    def _of_a_browser(self, more: Mapping[str, str] = MappingProxyType({})) -> Mapping[str, str]:
        cookie = "; ".join(f"{key}={value}" for key, value in self.cookies.items())
        others = {name.replace("_", "-"): value for name, value in more.items()}
        return {"content-type": "application/x-www-form-urlencoded", "cookie": cookie, **others}

    async def _ask(
        self,
        method: str,
        address: str,
        body: bytes,
        headers: Mapping[str, str],
        network: str = "127.0.0.1",
    ) -> Answer:
        path, _, query = address.partition("?")
        headers = {"host": "news.example", **headers}
        scope: Scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "path": path,
            "raw_path": path.encode(errors="replace"),
            "query_string": query.encode(),
            "scheme": "http",
            "headers": [(key.encode(), value.encode()) for key, value in headers.items()],
            "root_path": "",
            "client": (network, 1),
            "server": ("news.example", 80),
        }
        messages: list[Message] = []
        request: Message = {"type": "http.request", "body": body, "more_body": False}
        asked = iter([request])
        answered = asyncio.Event()

        async def receive() -> Message:
            for message in asked:
                return message
            await answered.wait()  # a browser stays until it has the whole answer
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            messages.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                answered.set()

        await self.app(scope, receive, send)
        start, *others = messages
        return Answer(
            start["status"],
            {key.decode(): value.decode() for key, value in start["headers"]},
            b"".join(message.get("body", b"") for message in others).decode(errors="replace"),
            [value.decode() for key, value in start["headers"] if key == b"set-cookie"],
        )


async def no_pause() -> None:
    """A refused login is answered at once here: tests refuse hundreds."""


@contextmanager
def site(
    database_url: str, now: datetime, public_url: str = "http://news.example"
) -> Iterator[Site]:
    settings = Settings(
        database_url=database_url,
        public_url=public_url,
        secret="tests",
        relay_url="smtp+plain://127.0.0.1:1",
    )
    clock = SetClock(now)
    with open_runtime(settings, clock) as runtime:
        with runtime.database.writing() as session:
            publication = open_publication(
                session,
                name="The Inference",
                sender_address="a@inference.example",
                cadence="Tuesday 09:00 Europe/Berlin",
            )
            editor = Editor(
                address="mara@inference.example",
                name="Mara Lindt",
                password_hash="none: a hash takes longer than a page",
                created_at=now,
            )
            session.add(editor)
            session.flush()
            add_member(session, publication.key, editor.key, Role.OWNER)
            cookie = begin_session(session, editor.key, settings.secret, Origin("127.0.0.1"), now)
            # Tests let months pass: whoever wants the session to end, ends it.
            later = now + timedelta(days=3650)
            session.exec(
                update(EditorSession).values(expires_at=later, idle_at=later, proven_at=later)
            )
        one = Site(runtime, clock, publication, application(runtime, pause=no_pause))
        one.cookies[COOKIE] = cookie
        try:
            yield one
        finally:
            one.app.state.list_thread.close()
