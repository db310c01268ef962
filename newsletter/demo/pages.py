"""The inbox page: every letter that the local SMTP server received, as HTML, text, headers and source."""

import functools
import html
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from newsletter.demo.inbox import Inbox, parsed

STYLE = """:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:0 auto;padding:1.5rem}
h1{font:700 2rem Georgia,serif}table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:.5rem .6rem;border-bottom:1px solid #8885}
td{overflow-wrap:anywhere}nav a{margin-right:1rem}iframe{width:100%;height:75vh;border:1px solid #8888;background:#fff}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.875rem}a{color:light-dark(#1d4db3,#9cbcff)}"""
SHOWN = 500
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; img-src https: http: data:"
)


class _InboxRequest(BaseHTTPRequestHandler):
    def __init__(self, inbox: Inbox, *args: object) -> None:
        self.inbox = inbox
        super().__init__(*args)  # type: ignore[arg-type]  # what ThreadingHTTPServer hands over

    def do_GET(self) -> None:
        parts = self.path.strip("/").split("/")
        if parts == [""]:
            self._answer(200, _list(self.inbox))
            return
        number = int(parts[0]) if parts[0].isdigit() else 0
        letter = next((one for one in self.inbox.letters if one.number == number), None)
        if letter is None or len(parts) > 2:
            self._answer(
                404,
                _page("Not here", '<p>There is no such letter. <a href="/">All letters</a></p>'),
            )
            return
        view = parts[1] if len(parts) == 2 else "html"
        message = parsed(letter)
        if view == "body":
            self._answer(200, message.html)
        elif view == "text":
            self._answer(200, _letter(number, f"<pre>{html.escape(message.text)}</pre>"))
        elif view == "headers":
            rows = "".join(
                f"<tr><th>{html.escape(k)}</th><td>{html.escape(v)}</td></tr>"
                for k, v in message.headers.items()
            )
            self._answer(200, _letter(number, f"<table>{rows}</table>"))
        elif view == "source":
            self._answer(
                200,
                _letter(
                    number, f"<pre>{html.escape(letter.content.decode('utf-8', 'replace'))}</pre>"
                ),
            )
        else:
            self._answer(
                200,
                _letter(
                    number,
                    f'<iframe title="The letter" sandbox="allow-popups" src="/{number}/body"></iframe>',
                ),
            )

    def _answer(self, status: int, page: str) -> None:
        body = page.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the story speaks."""


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title><style>{STYLE}</style><h1>{html.escape(title)}</h1>{body}"
    )


def _list(inbox: Inbox) -> str:
    latest = list(reversed(inbox.letters))[:SHOWN]
    rows = []
    for letter in latest:
        subject = html.escape(parsed(letter).headers.get("Subject", ""))
        rows.append(
            f'<tr><td><a href="/{letter.number}">{subject}</a></td><td>{html.escape(letter.rcpt_to)}</td></tr>'
        )
    said = f"<p>{len(inbox.letters)} letters received{f', the latest {SHOWN} shown' if len(inbox.letters) > SHOWN else ''}.</p>"
    return _page(
        "Inbox", f"{said}<table><tr><th>Subject</th><th>To</th></tr>{''.join(rows)}</table>"
    )


def _letter(number: int, body: str) -> str:
    views = "".join(
        f'<a href="/{number}/{view}">{view}</a>' for view in ("html", "text", "headers", "source")
    )
    return _page(f"Letter {number}", f'<nav><a href="/">All letters</a>{views}</nav>{body}')


@contextmanager
def serving(inbox: Inbox, port: int = 0) -> Iterator[str]:
    """Serve the inbox page; gives its address."""
    server = ThreadingHTTPServer(("127.0.0.1", port), functools.partial(_InboxRequest, inbox))
    threading.Thread(target=server.serve_forever, name="inbox page", daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
