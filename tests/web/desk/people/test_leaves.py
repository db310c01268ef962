"""Leaves at the desk: counts by issue and way add up, reasons are told, and what a scanner may have pressed is decided there."""

import re
from datetime import timedelta

from tests.samples.times import NOON
from tests.web.letters import Sent, sent
from tests.web.public.test_leaving import ADA, BOB, CYD, DAN, EXACT, press


def decide(one: Sent, address: str, what: str) -> None:
    assert one.site.post(f"/desk/leaves/{one.left(address).id}", what=what).status == 303


def test_what_a_scanner_may_have_pressed_is_decided_at_the_desk(database_url: str) -> None:
    with sent(database_url, NOON, ADA, BOB, CYD, DAN) as one:
        one.site.clock.move_by(timedelta(minutes=2))
        for address in (ADA, BOB, CYD, DAN):
            press(one, address, looking=timedelta(seconds=3))
        assert [one.status(address) for address in (ADA, BOB, CYD, DAN)] == [
            "unsubscribed",
            "unsubscribed",
            "active",
            "active",
        ]
        page = one.site.get("/desk/leaves").text
        assert page.count("with 3 of the same network") == 4, (
            "the first two of the burst are shown beside the doubtful ones"
        )
        decide(one, ADA, "stay")
        decide(one, CYD, "leave")
        decide(one, DAN, "stay")
        assert [one.status(address) for address in (ADA, BOB, CYD, DAN)] == [
            "active",
            "unsubscribed",
            "unsubscribed",
            "active",
        ]
        assert "In doubt" not in one.site.get("/desk/leaves").text
        assert one.site.post(f"/desk/leaves/{one.left(DAN).id}", what="stay").status == 409, (
            "decided is decided"
        )


def test_leaves_are_counted_by_issue_and_way_with_their_age_and_reasons(database_url: str) -> None:
    with sent(database_url, NOON, ADA, BOB, CYD) as one:
        one.site.clock.move_by(timedelta(hours=2))
        one.site.post(f"/leave/{one.token(ADA)}", **EXACT)
        back = re.search(r"/back/[^/\"]+", press(one, BOB, looking=timedelta(hours=2)).text)
        assert back
        one.site.post(f"{back[0]}/why", why="often", words="Daily is much")
        page = one.site.get("/desk/leaves").text
        assert re.search(r'data-l="Left">2<', page)
        assert "1 one click in the mail program" in page
        assert "1 the link" in page
        assert "3 hours after the letter" in page, "after two hours and after four"
        assert "Too many e-mails" in page
        assert "“Daily is much”" in page


def test_the_desk_shows_no_leaves_to_strangers(database_url: str) -> None:
    with sent(database_url, NOON, ADA) as one:
        one.site.log_out()
        assert one.site.get("/desk/leaves").headers["location"] == "/desk/login"
