"""An editor whose phone has an app for codes: it knows the key of the page, and nothing else."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pyotp

from newsletter.desk.deeds import read_log
from newsletter.desk.models import Editor
from tests.logins import CHEAP
from tests.samples.times import NOON
from tests.web.asking import Answer, Site, site

MARA, PASSWORD = "mara@inference.example", "the password they have"
PAGE = "/desk/account/factor"


@contextmanager
def desk_of(database_url: str) -> Iterator[Site]:
    """A desk whose editor knows a password."""
    with site(database_url, NOON) as opened:
        with opened.runtime.database.writing() as session:
            session.get_one(Editor, 1).password_hash = CHEAP.hash(PASSWORD)
        yield opened


def app_of(desk: Site) -> pyotp.TOTP:
    """Begin to set up an app, and return one that has the key of the page."""
    assert desk.post(f"{PAGE}/begin").status == 303
    page = desk.get(PAGE).text
    assert "<svg" in page
    found = re.search(r'<code[^>]*id="key">(\w+)</code>', page)
    assert found
    return pyotp.TOTP(found[1])


def now_in(desk: Site, app: pyotp.TOTP) -> str:
    """A code that was not used before: the app's next one."""
    desk.clock.move_by(timedelta(minutes=1))
    return app.at(desk.clock.now())


def set_up(desk: Site) -> tuple[pyotp.TOTP, list[str]]:
    app = app_of(desk)
    answer = desk.post(f"{PAGE}/confirm", code=now_in(desk, app))
    codes = re.findall(r"<code>((?:[A-Z2-7]{4}-){3}[A-Z2-7]{4})</code>", answer.text)
    assert (answer.status, len(codes)) == (200, 10)
    return app, codes


def keep(desk: Site, answer: Answer) -> Answer:
    for line in answer.set_cookies:
        name, _, value = line.split("; ")[0].partition("=")
        desk.cookies[name] = value.strip('"')
    return answer


def type_password(desk: Site) -> Answer:
    desk.log_out()
    return keep(desk, desk.post("/desk/login", address=MARA, password=PASSWORD))


def type_code(desk: Site, code: str) -> Answer:
    return keep(desk, desk.post("/desk/login/code", code=code))


def is_in(desk: Site) -> bool:
    return desk.get("/desk/account").status == 200


def deeds(desk: Site) -> list[tuple[str, str, bool]]:
    with desk.runtime.database.reading() as session:
        return [
            (entry.deed, entry.thing, bool(entry.after)) for entry in read_log(session, desk.key)
        ]
