"""Imports in which people said no.

Each list is sent in at the desk by an editor in a hurry: columns as they are guessed, no question
answered, every button pressed. `stay…` may become readers, nobody else.
"""

import http.client
import re
import time
from collections.abc import Callable, Sequence
from contextlib import chdir
from functools import partial
from html import unescape
from urllib.parse import urlencode

from sqlmodel import Session, select

from bench.attacks.attack import Attack, Ending
from bench.attacks.ground import Answer, Ground
from newsletter.demo import sample
from subscribers.models import Subscriber, Subscription
from tests.samples.lists import EXPORTS

EDGE = "edge-of-a-part"
MOST_S = 120.0
LOOK_S = 0.05
SELECT = re.compile(r'<select[^>]*name="target".*?</select>', re.DOTALL)
SELECTED = re.compile(r'<option value="([^"]*)"\s+selected')
LINK = "/desk/readers/import"

File = tuple[str, str]  # its name and its text

OPTED_OUT: Sequence[File] = (
    ("a.csv", "email,Opted out\nstay@x.example,no\nleft@x.example,yes\n"),
    ("b.csv", "email,Subscribed\nstay@x.example,1\nleft@x.example,0\n"),
    ("c.csv", "email;Abgemeldet am\nstay@x.example;\nleft@x.example;3.4.2024\n"),
    ("d.csv", "email,Consent date\nstay@x.example,2024-01-02\nleft@x.example,\n"),
    ("e.csv", "email,Bemerkung\nstay@x.example,\nleft@x.example,gesperrt\n"),
    ("f.csv", "email,Désinscrit\nstay@x.example,non\nleft@x.example,oui\n"),
    ("g.csv", "email,Status\nstay@x.example,activo\nleft@x.example,dado de baja\n"),
)
NAMED: Sequence[File] = (
    ("bounces.csv", "dead@x.example\n"),
    ("news-unsubscribed.csv", '"Ada","left@x.example"\n'),
    ("members.csv", "Unsubscribed members:\ngone@x.example\n"),
    ("cleaned_members_export_1.csv", "E-Mail-Adresse,LEID,EUID\ncleaned@x.example,1,a\n"),
)
FEW = 4  # files: each is read by processes of its own


def _others_active(session: Session) -> Sequence[str]:
    """The addresses of active readers who said no elsewhere."""
    query = (
        select(Subscriber.address)
        .join(Subscription, Subscription.subscriber_id == Subscriber.id)  # type: ignore[arg-type]
        .where(Subscription.status == "active")
    )
    return [found for found in session.exec(query) if not found.startswith("stay")]


class _Editor:
    """An editor in a hurry, logged in at the desk of a service."""

    def __init__(self, here: Ground) -> None:
        self._here = here
        fields = {"address": sample.EDITOR, "password": sample.PASSWORD}
        answer = self._post("/desk/login", urlencode(fields).encode(), {})
        cookie = answer.headers.get("set-cookie", "").partition(";")[0]
        self._headers = {"cookie": cookie}

    def bring(self, file: File) -> str:
        """Send a list in, press all buttons, and return how that ended in a word."""
        name, text = file
        at = self._upload(name, text).headers.get("location", "")
        if not at:
            return "refused"
        page = self._here.ask("GET", at, headers=self._headers).text
        fields = [("target", target) for target in map(_selected, SELECT.findall(page))]
        form = urlencode(fields).encode()
        self._post(f"{at}/check", form, self._headers)
        self._wait(at, lambda answer: 'id="checking-h"' not in answer.text)
        started = self._post(f"{at}/start", form, self._headers)
        done = started.headers.get("location", "")
        if not done:
            return "asked"
        self._wait(done, lambda answer: "hx-get" not in answer.text)
        return "imported"

    def _upload(self, name: str, text: str) -> Answer:
        disposition = f'form-data; name="file"; filename="{name}"'
        head = f"--{EDGE}\r\nContent-Disposition: {disposition}\r\n\r\n"
        body = head.encode() + text.encode() + f"\r\n--{EDGE}--\r\n".encode()
        kind = f"multipart/form-data; boundary={EDGE}"
        return self._here.ask("POST", LINK, body, {**self._headers, "content-type": kind})

    def _post(self, path: str, form: bytes, headers: dict[str, str]) -> Answer:
        kind = "application/x-www-form-urlencoded"
        return self._here.ask("POST", path, form, {**headers, "content-type": kind})

    def _wait(self, path: str, is_done: Callable[[Answer], bool]) -> None:
        until = time.monotonic() + MOST_S
        while not is_done(self._here.ask("GET", path, headers=self._headers)):
            if time.monotonic() > until:
                raise http.client.HTTPException(f"{path} does not come to its end")
            time.sleep(LOOK_S)


def _selected(options: str) -> str:
    found = SELECTED.search(options)
    return unescape(found[1]) if found else "out"


def _strike(files: Sequence[File], here: Ground) -> Ending:
    # On PostgreSQL lists wait in a folder where the service was started.
    with chdir(here.folder):
        editor = _Editor(here)
        endings = [editor.bring(file) for file in files]
    with here.world.runtime.database.reading() as session:
        wrong = _others_active(session)
    counts = ", ".join(f"{endings.count(kind)} {kind}" for kind in sorted(set(endings)))
    return Ending(bool(wrong), f"{counts}; active who said no: {len(wrong)}")


def _attack(name: str, before: str, files: Sequence[File]) -> Attack:
    return Attack(name, before, partial(_strike, files), is_slow=len(files) > FEW)


ATTACKS: tuple[Attack, ...] = (
    _attack(
        "exports of nine programs with leavers, bounces and complaints",
        "no preset: blacklisted, bounced and unconfirmed people became active readers",
        list({export.program: (export.file_name, export.text) for export in EXPORTS}.values()),
    ),
    _attack(
        "columns of any table that say no, in five languages",
        "kept as attributes; all of their people active",
        OPTED_OUT,
    ),
    _attack(
        "files and headings whose name says that all of their people left",
        "the name was not looked at; all of their people active",
        NAMED,
    ),
)
