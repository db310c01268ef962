"""Attacks by odd input in paths, queries, forms and JSON, and by tokens of the API."""

import json
from collections.abc import Sequence
from functools import partial

from sqlmodel import select

from bench.attacks.attack import Attack, Ending
from bench.attacks.ground import Answer, Ground
from bench.places import postgresql, workplace
from newsletter.desk import tokens
from newsletter.migrations.copying import copy
from newsletter.publications.opening import open_publication
from subscribers.models import Subscription
from tests.logins import log_in_first

SECOND = {
    "name": "Second",
    "sender_address": "s@second.example",
    "cadence": "Monday 09:00 Europe/Berlin",
}
NAMES = "/articles/%00", "/tools/%00", "/badge/%00.svg", "/archive?q=%00", "/leave/%ff%00"
NUMBERS = "/archive/2147483648", "/archive/9223372036854775808", "/archive/" + "9" * 5000
AT_DESK = (
    "/desk/readers?q=%00",
    "/desk/readers?before=2147483648",
    "/desk/readers?before=9223372036854775808",
    "/desk/audiences?joined_to=9999-12-31",
    "/desk/audiences?edit=2147483648",
    "/desk/issues/9223372036854775808",
    "/desk/tools/2147483648",
    "/desk/articles/2147483648",
    "/desk/readers/2147483648",
    "/desk/readers/import/done/2147483648",
)
FORMS = {
    "/desk/audiences": b"name=%00&topics=%00",
    "/desk/api/tokens": b"name=%00",
    "/desk/sources/look": b"url=%00",
}
FORM_KIND = {"Content-Type": "application/x-www-form-urlencoded"}
JSON_KIND = {"Content-Type": "application/json"}
HELD = 503  # the page says that something outside is away: no fault of ours


def _faults(answers: Sequence[tuple[str, Answer]]) -> Ending:
    """Return how an attack ended that wants an answer of 500."""
    broken = [path for path, answer in answers if answer.status >= 500 and answer.status != HELD]
    statuses = sorted({answer.status for _, answer in answers})
    seen = f"500 at {', '.join(broken)}" if broken else f"{len(answers)} answers: {statuses}"
    return Ending(bool(broken), seen)


def _ask_strangely(ground: Ground) -> Ending:
    answers = [(path, ground.ask("GET", path)) for path in (*NAMES, *NUMBERS)]
    login = ground.ask("POST", "/desk/login", b"address=%00&password=%00", FORM_KIND)
    return _faults([*answers, ("/desk/login", login)])


def _ask_strangely_at_desk(ground: Ground) -> Ending:
    runtime = ground.world.runtime
    now = runtime.clock.now()
    cookie = {"Cookie": runtime.database.write(log_in_first, runtime.signer.secret, now)}
    answers = [(path, ground.ask("GET", path, headers=cookie)) for path in AT_DESK]
    for path, body in FORMS.items():
        answers.append((path, ground.ask("POST", path, body, cookie | FORM_KIND)))
    return _faults(answers)


def _ask_for_json(ground: Ground) -> Ending:
    answer = ground.ask("GET", "/archive?page=0")
    kind = answer.headers.get("content-type", "")
    return Ending(not kind.startswith("text/html"), f"{answer.status}, {kind}")


def _block_the_move(ground: Ground) -> Ending:
    body = json.dumps({"email": "nul@nul.example", "name": "a\0b"}).encode()
    status = ground.ask("POST", "/api/signup", body, JSON_KIND).status
    with ground.world.runtime.database.reading() as session:
        names = session.exec(select(Subscription.name)).all()
    if any("\0" in name for name in names):
        return Ending(True, f"{status}, and a NUL is kept")
    with workplace() as folder, postgresql(folder) as server:
        try:
            copy(ground.world.runtime.database, f"{server.url}/postgres", lambda *_: None)
        except Exception as error:  # whatever it is, it keeps the publication where it is
            return Ending(True, f"{status}; the copy failed: {type(error).__name__}")
    return Ending(False, f"{status}; the database moved")


def _read_another_publication(ground: Ground) -> Ending:
    """Add a person whom another publication knows, and change what it knows of them."""
    second = ground.world.runtime.database.write(open_publication, **SECOND)
    ask = partial(_ask_api, ground)
    secrets = [_secret_of(ground, key) for key in (ground.world.publication.key, second.key)]
    known = {"address": "secretive@s.example", "name": "Real", "attributes": {"plan": "oncology"}}
    first = json.loads(ask("POST", "", known, secrets[0]).text)
    answer = ask("POST", "", {"address": known["address"]}, secrets[1])
    ask("PATCH", f"/{json.loads(answer.text)['id']}", {"name": "Changed"}, secrets[1])
    after = json.loads(ask("GET", f"/{first['id']}", None, secrets[0]).text)
    is_shown = any(word in answer.text for word in ("Real", "oncology"))
    seen = f"{answer.status}, shows {'all' if is_shown else 'nothing'}; then named {after['name']}"
    return Ending(is_shown or after["name"] != "Real", seen)


def _secret_of(ground: Ground, publication_id: int) -> str:
    """Make a token of a publication; returns its secret."""
    runtime = ground.world.runtime
    made = runtime.database.write(
        tokens.make_token,
        publication_id,
        "shop",
        may_vouch=False,
        by="mara",
        now=runtime.clock.now(),
    )
    return made[1]


def _ask_api(ground: Ground, method: str, path: str, body: object, secret: str) -> Answer:
    headers = JSON_KIND | {"Authorization": f"Bearer {secret}"}
    content = None if body is None else json.dumps(body).encode()
    return ground.ask(method, f"/api/subscribers{path}", content, headers)


ATTACKS: tuple[Attack, ...] = (
    Attack(
        "NULs and numbers beyond 64 bits in public paths and forms",
        "500, and a traceback with the rows' values in the log",
        _ask_strangely,
    ),
    Attack(
        "NULs, numbers and the last day of the calendar at the desk",
        "500, and a traceback with the rows' values in the log",
        _ask_strangely_at_desk,
    ),
    Attack(
        "a wrong field in a public address",
        "422 with the framework's raw JSON for a person",
        _ask_for_json,
    ),
    Attack(
        "a NUL in a name by which a stranger signs up",
        "202, kept on SQLite; then no `database copy` to PostgreSQL came to its end",
        _block_the_move,
    ),
    Attack(
        "a token of another publication adds a person and changes them",
        "201 with the name and attributes that the first one's program gave; PATCH changed them",
        _read_another_publication,
    ),
)
