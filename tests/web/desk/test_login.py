"""Logging in at the desk: the cookies, what ends a session, and what who guesses is told."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlmodel import select

from newsletter.desk import editors, sessions
from newsletter.desk.turnstile import MOST_WAITING
from newsletter.letters.models import SmallLetter
from newsletter.tokens import Signer
from tests.logins import add_cheap_editor
from tests.samples.times import NOON
from tests.web.asking import Answer, Site, site

ADDRESS, PASSWORD = "ada@inference.example", "a long enough password"
STAY, HOUR, QUARTER = timedelta(days=30), timedelta(hours=1), timedelta(minutes=15)
AWAY = "203.0.113.7"  # a network in which nobody is logged in


@contextmanager
def desk_at(url: str, public_url: str = "http://news.example") -> Iterator[Site]:
    with site(url, NOON, public_url) as opened:
        with opened.runtime.database.writing() as session:
            add_cheap_editor(session, ADDRESS, "Ada", NOON, PASSWORD)
        opened.log_out()
        yield opened


@pytest.fixture
def desk(database_url: str) -> Iterator[Site]:
    with desk_at(database_url) as opened:
        yield opened


@pytest.fixture
def embedded(sqlite_url: str) -> Iterator[Site]:
    """On SQLite alone: for what no other database tells more."""
    with desk_at(sqlite_url) as opened:
        yield opened


def log_in(
    desk: Site, password: str = PASSWORD, address: str = ADDRESS, network: str = AWAY
) -> Answer:
    """Log in as a browser does: it keeps the cookies."""
    answer = desk.post_from(network, "/desk/login", address=address, password=password)
    for line in answer.set_cookies:
        name, _, value = line.split("; ")[0].partition("=")
        desk.cookies[name] = value
    return answer


def is_in(desk: Site) -> bool:
    return desk.get("/desk").status == 200


def guess(desk: Site, times: int, network: str, address: str = ADDRESS) -> list[int]:
    """Guess so many times as somebody's program without cookies does; returns the statuses."""
    kept = dict(desk.cookies)
    desk.log_out()
    found = [log_in(desk, "a wrong one", address, network).status for _ in range(times)]
    desk.cookies.update(kept)
    return found


def guess_from_many_networks(desk: Site) -> None:
    """Guess until the address has to wait, whatever network asks."""
    for number in range(8):
        assert guess(desk, 5, f"198.51.{number}.1") == [403] * 5
    assert guess(desk, 1, "198.51.200.1") == [429]


def test_an_editor_gets_a_cookie_that_lets_them_in_and_logs_out(desk: Site) -> None:
    assert "Log in" in desk.get("/desk/login").text
    answer = log_in(desk)
    assert (answer.status, answer.headers["location"]) == (303, "/desk")
    assert {"HttpOnly", "SameSite=lax", "Max-Age=2592000"} <= set(answer.set_cookies[1].split("; "))
    assert "Signed in as Ada" in desk.get("/desk").text
    assert 'desk="";' in desk.post("/desk/logout").headers["set-cookie"]


def test_the_field_hides_the_password_and_lets_a_program_fill_it(embedded: Site) -> None:
    [field] = re.findall(r'<input[^>]*name="password"[^>]*>', embedded.get("/desk/login").text)
    assert 'type="password"' in field
    assert 'autocomplete="current-password"' in field
    assert "onpaste" not in field


@pytest.mark.parametrize("path", ["/desk", "/desk/readers", "/desk/sources", "/desk/articles"])
def test_the_desk_has_the_way_out_on_each_page(path: str, sqlite_url: str) -> None:
    with site(sqlite_url, NOON) as desk:
        answer = desk.get(path)
        assert (answer.status, 'action="/desk/logout"' in answer.text) == (200, True)


def test_a_logged_out_cookie_opens_nothing_though_somebody_kept_it(desk: Site) -> None:
    log_in(desk)
    kept = dict(desk.cookies)
    desk.log_out()
    log_in(desk)
    desk.post("/desk/logout")
    assert not is_in(desk)
    desk.cookies.update(kept)
    assert is_in(desk), "another browser's session goes on"


def test_another_password_and_removal_end_all_sessions(desk: Site) -> None:
    log_in(desk)
    database = desk.runtime.database
    assert database.write(editors.set_password, ADDRESS, "quite another long one") == 1
    assert not is_in(desk)
    log_in(desk, "quite another long one")
    assert is_in(desk)
    database.write(editors.remove_editor, ADDRESS)
    database.write(editors.add_editor, "new@inference.example", "New", PASSWORD, NOON)
    assert not is_in(desk), "the cookie of who left opens no newcomer's desk"


def test_a_rotated_secret_ends_all_sessions(embedded: Site) -> None:
    log_in(embedded)
    assert embedded.runtime.database.read(
        sessions.find_session, embedded.cookies["desk"], embedded.runtime.signer.secret, NOON
    )
    assert not embedded.runtime.database.read(
        sessions.find_session, embedded.cookies["desk"], "another secret of the settings", NOON
    )


def test_a_wrong_password_keeps_the_address_and_says_what_to_do(embedded: Site) -> None:
    answer = log_in(embedded, "a wrong one")
    assert answer.status == 403
    assert "do not belong together" in answer.text
    assert f'value="{ADDRESS}"' in answer.text
    assert not answer.set_cookies
    assert embedded.post("/desk/login").status == 403, "an empty form is a wrong password"


@pytest.mark.parametrize(
    "typed", ["ADA@Inference.Example", "  ada@inference.example\t", " Ada@INFERENCE.example"]
)
def test_case_and_white_space_of_the_address_do_not_matter(sqlite_url: str, typed: str) -> None:
    with desk_at(sqlite_url) as desk:
        assert log_in(desk, address=typed).status == 303


def test_under_https_the_cookies_are_of_this_host_and_tls_only(sqlite_url: str) -> None:
    with desk_at(sqlite_url, "https://news.example") as desk:
        answer = log_in(desk)
        for line, name in zip(answer.set_cookies, ("browser", "desk"), strict=True):
            assert line.startswith(f"__Host-{name}=")
            marks = set(line.split("; ")[1:])
            assert {"Secure", "HttpOnly", "Path=/"} <= marks
            assert not [mark for mark in marks if mark.startswith("Domain")]
        assert is_in(desk)
        ended = desk.post("/desk/logout").headers["set-cookie"]
        assert "Secure" in ended, "a browser ignores a __Host- line without it"
        desk.cookies = {"desk": desk.cookies["__Host-desk"]}
        assert not is_in(desk), "a cookie that plain http could set opens nothing"


def test_who_guesses_waits_longer_and_longer_and_is_let_in_when_it_is_over(desk: Site) -> None:
    assert guess(desk, 4, AWAY) == [403] * 4
    waits = []
    for _ in range(8):
        assert guess(desk, 1, AWAY) == [403]
        answer = log_in(desk)
        assert answer.status == 429, "the right password, too, waits: else a guess would tell"
        assert not answer.set_cookies
        waits.append(int(answer.headers["retry-after"]))
        desk.clock.move_by(timedelta(seconds=waits[-1] + 1))
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert log_in(desk).status == 303


def test_who_waits_is_told_how_long_and_where_no_wait_is(embedded: Site) -> None:
    guess(embedded, 5, AWAY)
    page = log_in(embedded).text
    assert "Wait 1 minute" in page or "seconds" in page
    assert "logged in before need not wait" in page


def test_an_unknown_address_waits_as_a_known_one_does(embedded: Site) -> None:
    assert guess(embedded, 6, AWAY, "nobody@inference.example") == [403] * 5 + [429]
    assert guess(embedded, 1, AWAY) == [429], "the network waits, whatever address it tries"


def test_right_logins_are_no_guesses(embedded: Site) -> None:
    assert [log_in(embedded).status for _ in range(8)] == [303] * 8


def test_nobody_locks_an_editor_out_from_elsewhere(desk: Site) -> None:
    log_in(desk)
    desk.post("/desk/logout")
    guess_from_many_networks(desk)
    assert log_in(desk).status == 303, "a browser that is known, though its address waits"
    desk.post("/desk/logout")
    guess(desk, 5, AWAY, "nobody@inference.example")
    assert guess(desk, 1, AWAY, "nobody@inference.example") == [429]
    assert log_in(desk).status == 303, "and though its network waits"
    desk.cookies = {}
    assert log_in(desk, network="192.0.2.9").status == 429, "any other browser waits"
    desk.clock.move_by(QUARTER)
    assert log_in(desk, network="192.0.2.9").status == 303, "a quarter of an hour at most"


def test_a_network_where_the_editor_is_logged_in_does_not_wait_for_others(embedded: Site) -> None:
    log_in(embedded, network="192.0.2.9")
    guess_from_many_networks(embedded)
    embedded.cookies = {}
    assert log_in(embedded, network="192.0.2.77").status == 303


def test_a_stolen_mark_of_a_browser_guesses_no_more_than_others(embedded: Site) -> None:
    log_in(embedded)
    mark = {"browser": embedded.cookies["browser"]}
    found = []
    for _ in range(6):
        embedded.cookies = dict(mark)
        found.append(log_in(embedded, "a wrong one").status)
    assert found == [403] * 5 + [429]


def test_the_mark_of_one_editor_is_none_for_another(embedded: Site) -> None:
    embedded.runtime.database.write(
        editors.add_editor, "eve@inference.example", "Eve", "four words of an editor", NOON
    )
    log_in(embedded, "four words of an editor", "eve@inference.example")
    embedded.cookies.pop("desk")
    guess_from_many_networks(embedded)
    assert log_in(embedded, network="192.0.2.9").status == 429
    embedded.cookies["browser"] = Signer("an old secret that leaked").sign("browser", 2)
    assert log_in(embedded, network="192.0.2.9").status == 429


def test_the_editor_hears_of_guesses_once_and_gets_a_way_in(desk: Site) -> None:
    guess_from_many_networks(desk)
    with desk.runtime.database.reading() as session:
        letter = session.exec(select(SmallLetter)).one()
    assert (letter.kind, letter.address) == ("notice", ADDRESS)
    assert letter.fields["head"] == "10 wrong passwords for your login today"
    path = letter.fields["url"].removeprefix("http://news.example")
    page = desk.get(path).text
    token = path.partition("known=")[2]
    assert f'action="/desk/login?known={token}"' in page
    desk.cookies = {}
    wrong = desk.post_from("192.0.2.9", path, address=ADDRESS, password="x")
    assert wrong.status == 403, "the link alone opens nothing"
    assert token in wrong.text, "a slip does not lose the link"
    right = desk.post_from("192.0.2.9", path, address=ADDRESS, password=PASSWORD)
    assert right.status == 303


def test_nobody_hears_of_guesses_at_an_address_that_is_no_editors(sqlite_url: str) -> None:
    with desk_at(sqlite_url) as desk:
        for number in range(3):
            guess(desk, 5, f"198.51.{number}.1", "nobody@inference.example")
        with desk.runtime.database.reading() as session:
            assert session.exec(select(SmallLetter)).all() == []


def test_a_crowd_is_sent_away_at_once_and_counts_for_nothing(sqlite_url: str) -> None:
    with desk_at(sqlite_url) as desk:
        turnstile = desk.app.state.turnstile
        turnstile._here = 1 + MOST_WAITING
        answer = log_in(desk)
        assert (answer.status, answer.headers["retry-after"]) == (503, "5")
        assert "Try again in a few seconds" in answer.text
        turnstile._here = 0
        assert guess(desk, 5, AWAY) == [403] * 5


def test_who_logs_in_again_ends_the_session_that_the_browser_had(embedded: Site) -> None:
    log_in(embedded)
    former = embedded.cookies["desk"]
    log_in(embedded)
    assert is_in(embedded)
    embedded.cookies["desk"] = former
    assert not is_in(embedded)


def test_a_desk_that_nobody_uses_asks_for_the_password_again(desk: Site) -> None:
    log_in(desk)
    for _ in range(3):
        desk.clock.move_by(timedelta(hours=11))
        assert is_in(desk), "who works goes on"
    desk.clock.move_by(timedelta(hours=12, seconds=1))
    assert not is_in(desk)
