"""A mail scanner follows every link of every letter in the second of its delivery: nobody is
confirmed, leaves or votes by it."""

import html
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlmodel import select

from newsletter.delivery import voting
from newsletter.delivery.leaving import leave
from newsletter.delivery.models import Vote
from newsletter.delivery.planning import plan
from newsletter.editions.printing import print_edition
from newsletter.issues import approval
from newsletter.publications.preferences import change
from newsletter.tracking.figures import Figures, read_figures
from newsletter.web.application import application
from newsletter.web.public.arriving import arrive
from newsletter.web.requests import RuntimeDep, Writing
from subscribers.joining import signup
from subscribers.models import Leave, Subscription
from tests.delivery.rig import subscribe
from tests.doubles.browser import chromium
from tests.journeys.world import World, wait, world
from tests.web.asking import Site

NO_OTHERS = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
FIRST = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
BROWSER = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36"
)
OTHER_BROWSER = BROWSER.replace("139", "140")
READERS = ("bob@readers.example", "cyd@readers.example")
SIGNS: Mapping[str, set[str]] = {
    "individual": {
        "head",
        "honey",
        "at once",
    },  # a letter's links are followed in the second of its delivery
    "anonymous": {
        "head",
        "honey",
        "company",
        "burst",
    },  # by what was asked for, and by what else this network and program did then
    "off": set(),
}
PAGES = frozenset(("leave", "preferences", "vote", "confirm", "archive"))
Ask = Callable[[str, str], str]  # method and path → where it is redirected to


@dataclass(frozen=True)
class Standing:
    """What a scanner must not change."""

    confirmed: frozenset[int]
    left: frozenset[int]
    leaves: int
    votes: int


def standing(one: World) -> Standing:
    with one.runtime.database.reading() as session:
        rows = session.exec(select(Subscription)).all()
        return Standing(
            frozenset(row.subscriber_id for row in rows if row.confirmed_at),
            frozenset(row.subscriber_id for row in rows if row.left_at),
            len(session.exec(select(Leave)).all()),
            len(session.exec(select(Vote)).all()),
        )


@contextmanager
def delivered(database_url: str, mode: str) -> Iterator[World]:
    """An issue and small letters have just arrived: two readers, and one who has not confirmed."""
    with world(
        database_url, start=FIRST - timedelta(hours=20), second_deadline=FIRST + timedelta(days=7)
    ) as one:
        one.runtime.database.write(change, one.publication.key, tracking=mode)
        with one.runtime.database.writing() as session:
            for reader in READERS:
                subscribe(session, one.publication.key, reader)
        one.sign_up("ada@readers.example")
        one.tick()
        with one.runtime.database.writing() as session:
            key = one.issue(1).key
            edition = print_edition(session, key, one.runtime.urls, one.clock.now())
            approval.approve(session, key, edition.checksum, by="editor", now=one.clock.now())
            plan(session, key, one.clock.now())
        assert one.ledger(1).messages == {"accepted": len(READERS)}
        one.letter_to("ada@readers.example", "Confirm")
        yield one


def links(one: World) -> list[str]:
    """Every link of every letter that leads to us, as paths: of both parts, and of the headers."""
    found: list[str] = []
    for address in {letter.rcpt_to for letter in one.inbox.letters}:
        for letter in one.letters_to(address):
            texts = (html.unescape(letter.html), letter.text, *letter.headers.values())
            found += [url for text in texts for url in re.findall(r"https?://[^\s<>\"']+", text)]
    home = one.runtime.settings.public_url
    return list(
        dict.fromkeys(url.removeprefix(home) for url in found if url.startswith(home + "/"))
    )


def scan(
    paths: Sequence[str], ask: Ask, home: str, methods: Sequence[str] = ("GET", "HEAD")
) -> None:
    """GET and HEAD each, and follow it as far as it leads within our pages."""
    for method in methods:
        for path in paths:
            for _ in range(3):
                path = ask(method, path).removeprefix(home)
                if not path.startswith("/"):
                    break


def over_http(home: str, agent: str) -> Ask:
    class _Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    opener = urllib.request.build_opener(_Stay)

    def ask(method: str, path: str) -> str:
        request = urllib.request.Request(home + path, method=method, headers={"User-Agent": agent})
        try:
            with opener.open(request, timeout=20) as answer:
                answer.read()
                return ""
        except urllib.error.HTTPError as error:
            assert error.code < 500, (method, path, error.code)
            return str(error.headers.get("Location") or "")

    return ask


def look_with_chromium(paths: Sequence[str], home: str) -> None:
    """Open each in a browser, as a scanner with a sandbox does, without and with scripts."""
    with chromium(NO_OTHERS) as browser:
        for scripts in (False, True):
            page = browser.new_context(
                java_script_enabled=scripts, user_agent=f"{BROWSER} {scripts}"
            ).new_page()
            for path in paths:
                page.goto(home + path, wait_until="load", timeout=20_000)


def figures(one: World) -> Figures:
    found = one.runtime.database.read(read_figures, one.issue(1).key)
    assert found is not None
    return found


def counted(paths: Sequence[str]) -> list[str]:
    return [path for path in paths if path[:3] in ("/c/", "/o/")]


def hidden(paths: Sequence[str]) -> list[str]:
    """The link of each letter that no person sees: its last place."""
    last = max(
        (int(path.rpartition("/")[2]) for path in paths if path.startswith("/c/")), default=0
    )
    return [path for path in paths if path.startswith("/c/") and path.endswith(f"/{last}")]


def shown(paths: Sequence[str]) -> list[str]:
    """What a browser shows a page of ours for: of the links that lead away, which have no page and
    no script, the one to our own."""
    away = [path for path in paths if path.startswith("/c/") and path not in hidden(paths)]
    return [path for path in paths if path not in away] + away[:1]


@pytest.mark.parametrize("mode", list(SIGNS))
def test_a_scanner_changes_nothing_and_is_a_robot_and_a_one_click_post_leaves_by_its_exact_body(
    mode: str, database_url: str
) -> None:
    with delivered(database_url, mode) as one:
        home, before, paths = one.runtime.settings.public_url, standing(one), links(one)
        kinds = {path.split("/")[1] for path in paths}
        assert kinds >= PAGES, "each kind of link is among them"
        assert bool(kinds & {"c", "o"}) is (mode != "off")
        scan(paths, over_http(home, BROWSER), home)
        careful = [path for path in paths if path not in hidden(paths)]
        scan(careful, over_http(home, OTHER_BROWSER), home, ["GET"])
        asked = 2 * len(counted(paths)) + len(counted(careful))
        if one.runtime.database.is_sqlite:  # what a browser asks for depends on no database
            look_with_chromium(shown(paths), home)
            asked += 2 * len(counted(shown(paths)))
        assert standing(one) == before
        seen = (
            wait(
                lambda: (
                    found
                    if (found := figures(one)).clicks.robots + found.opens.robots >= asked
                    else None
                )
            )
            if asked
            else figures(one)
        )
        assert (seen.clicks.people, seen.opens.people) == (0, 0), (
            "all of it is in the robots' column"
        )
        assert set(seen.robots) == SIGNS[mode]
        one.clock.move_by(timedelta(hours=1))
        one.tick()
        assert figures(one) == seen, "and stays there when it is added up"
        leaves_by_its_pair_only(one)


def leaves_by_its_pair_only(one: World) -> None:
    before = standing(one)
    url = one.letter_to(READERS[0], "").headers["List-Unsubscribe"].strip("<>")
    for fields in (
        {},
        {"List-Unsubscribe": "Two-Click"},
        {"List-Unsubscribe": "One-Click", "x": "y"},
        {"x": "One-Click"},
    ):
        with pytest.raises(urllib.error.HTTPError):
            one.post(url, **fields)
    assert standing(one) == before
    one.post(url, **{"List-Unsubscribe": "One-Click"})
    after = standing(one)
    assert (len(after.left - before.left), after.leaves - before.leaves) == (1, 1), (
        "it is committed when it is answered"
    )
    assert figures(one).leaves == {"one-click": 1}


def broken(app: FastAPI) -> FastAPI:
    """A copy of the application whose pages act on GET: what the scanner must find out."""

    def confirms(token: str, runtime: RuntimeDep, session: Writing) -> None:
        signup.confirm(
            session,
            runtime.signer.read("confirm", token, runtime.clock.now()),
            now=runtime.clock.now(),
        )

    def leaves(token: str, runtime: RuntimeDep, session: Writing) -> None:
        leave(
            session,
            arrive(runtime, session, token).reader,
            by="link",
            network="",
            now=runtime.clock.now(),
        )

    def votes(token: str, answer: str, runtime: RuntimeDep, session: Writing) -> None:
        voting.vote(
            session,
            runtime.signer.read("letter", token, runtime.clock.now()),
            answer,
            runtime.clock.now(),
        )

    paths = {
        "/confirm/{token}": confirms,
        "/leave/{token}": leaves,
        "/vote/{token}/{answer}": votes,
    }
    app.router.routes[:0] = [
        APIRoute(path, act, methods=["GET", "HEAD"]) for path, act in paths.items()
    ]
    return app


def test_the_same_scanner_finds_pages_that_act_on_get(sqlite_url: str) -> None:
    with delivered(sqlite_url, "anonymous") as one:
        site = Site(one.runtime, one.clock, one.publication, broken(application(one.runtime)))

        def ask(method: str, path: str) -> str:
            answer = site.visit(method, path, "192.0.2.9", user_agent=BROWSER)
            assert answer.status < 500
            return answer.headers.get("location", "")

        before = standing(one)
        scan(links(one), ask, one.runtime.settings.public_url)
        after = standing(one)
        assert len(after.confirmed - before.confirmed) == 1
        assert len(after.left - before.left) == len(READERS)
        assert after.votes == len(READERS)
