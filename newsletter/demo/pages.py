"""The inbox page: every letter of the local SMTP server, as HTML, text, headers and source."""

import html
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from newsletter.demo.inbox import Inbox, Received, parsed
from newsletter.demo.local_http import LocalRequest, serve

STYLE = """
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:0 auto;padding:1.5rem}
h1{font:700 2rem Georgia,serif}
table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:.5rem .6rem;border-bottom:1px solid #8885}
td{overflow-wrap:anywhere}
nav a{margin-right:1rem}
iframe{width:100%;height:75vh;border:1px solid #8888;background:#fff}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.875rem}
a{color:light-dark(#1d4db3,#9cbcff)}
"""
SHOWN = 500
SHOWN_VIEWS = ("html", "text", "headers", "source")
NO_LETTER = '<p>There is no such letter. <a href="/">All letters</a></p>'
# Letters are strangers' HTML: no script of theirs runs, and nothing but pictures is loaded.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; img-src https: http: data:"
)
HEADERS = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY}


class _InboxRequest(LocalRequest):
    def __init__(self, inbox: Inbox, *args: object) -> None:
        self.inbox = inbox
        super().__init__(*args)  # type: ignore[arg-type]  # what ThreadingHTTPServer hands over

    def do_GET(self) -> None:
        """Answer /, the list; /7, a letter; /7/text and so on, a view of it."""
        number, _, view = self.path.strip("/").partition("/")
        page = _letter_page(self.inbox, number, view) if number else _list(self.inbox)
        if page is None:
            self._show(404, _page("Not here", NO_LETTER))
        else:
            self._show(200, page)

    def _show(self, status: int, page: str) -> None:
        self.answer(status, page.encode(), HEADERS)


def _letter_page(inbox: Inbox, number: str, view: str) -> str | None:
    """A view of a letter; None if there is no such letter or view."""
    letter = _letter_numbered(inbox, number)
    write = VIEWS.get(view)
    return write(letter) if letter and write else None


def _letter_numbered(inbox: Inbox, number: str) -> Received | None:
    letters = (letter for letter in inbox.letters if str(letter.number) == number)
    return next(letters, None)


def _page(title: str, body: str) -> str:
    heading = html.escape(title)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{heading}</title><style>{STYLE}</style><h1>{heading}</h1>{body}"
    )


def _list(inbox: Inbox) -> str:
    latest = list(reversed(inbox.letters))[:SHOWN]
    rows = "".join(map(_row, latest))
    count = f"<p>{_count_in_words(len(inbox.letters))}.</p>"
    return _page("Inbox", f"{count}<table><tr><th>Subject</th><th>To</th></tr>{rows}</table>")


def _count_in_words(letters: int) -> str:
    more = f", the latest {SHOWN} shown" if letters > SHOWN else ""
    return f"{letters} letters received{more}"


def _row(letter: Received) -> str:
    subject = html.escape(parsed(letter).headers.get("Subject", ""))
    link = f'<a href="/{letter.number}">{subject}</a>'
    return f"<tr><td>{link}</td><td>{html.escape(letter.rcpt_to)}</td></tr>"


def _letter(letter: Received, body: str) -> str:
    links = (f'<a href="/{letter.number}/{view}">{view}</a>' for view in SHOWN_VIEWS)
    nav = f'<nav><a href="/">All letters</a>{"".join(links)}</nav>'
    return _page(f"Letter {letter.number}", nav + body)


def _html(letter: Received) -> str:
    frame = f'<iframe title="The letter" sandbox="allow-popups" src="/{letter.number}/body">'
    return _letter(letter, f"{frame}</iframe>")


def _body(letter: Received) -> str:
    return parsed(letter).html


def _text(letter: Received) -> str:
    return _letter(letter, f"<pre>{html.escape(parsed(letter).text)}</pre>")


def _headers(letter: Received) -> str:
    rows = "".join(map(_header_row, parsed(letter).headers.items()))
    return _letter(letter, f"<table>{rows}</table>")


def _header_row(header: tuple[str, str]) -> str:
    name, value = map(html.escape, header)
    return f"<tr><th>{name}</th><td>{value}</td></tr>"


def _source(letter: Received) -> str:
    source = letter.content.decode("utf-8", "replace")
    return _letter(letter, f"<pre>{html.escape(source)}</pre>")


# The body alone is what the frame of the first view loads.
VIEWS: Mapping[str, Callable[[Received], str]] = {
    "": _html,
    "html": _html,
    "text": _text,
    "headers": _headers,
    "source": _source,
    "body": _body,
}


@contextmanager
def serving(inbox: Inbox, port: int = 0) -> Iterator[str]:
    """Serve the inbox page; gives its address."""
    with serve(partial(_InboxRequest, inbox), "inbox page", port) as address:
        yield f"{address}/"
