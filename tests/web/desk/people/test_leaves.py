"""Leaves at the desk: counts by issue and way add up, and reasons are shown.

A leave that a scanner may have made is decided there.
"""

import re
from datetime import timedelta

from tests.samples.times import NOON
from tests.web.letters import Sent, sent
from tests.web.public.test_leaving import ADA, BOB, CYD, DAN, EXACT, press


def decide(stage: Sent, address: str, decision: str) -> None:
    assert (
        stage.site.post(f"/desk/leaves/{stage.left(address).id}", decision=decision).status == 303
    )


def test_what_a_scanner_may_have_pressed_is_decided_at_the_desk(database_url: str) -> None:
    with sent(database_url, NOON, ADA, BOB, CYD, DAN) as stage:
        stage.site.clock.move_by(timedelta(minutes=2))
        for address in (ADA, BOB, CYD, DAN):
            press(stage, address, looking=timedelta(seconds=3))
        assert [stage.status(address) for address in (ADA, BOB, CYD, DAN)] == [
            "unsubscribed",
            "unsubscribed",
            "active",
            "active",
        ]
        page = stage.site.get("/desk/leaves").text
        assert page.count("with 3 of the same network") == 4, (
            "the first two of the burst are shown beside the doubtful ones"
        )
        decide(stage, ADA, "stay")
        decide(stage, CYD, "leave")
        decide(stage, DAN, "stay")
        assert [stage.status(address) for address in (ADA, BOB, CYD, DAN)] == [
            "active",
            "unsubscribed",
            "unsubscribed",
            "active",
        ]
        assert "In doubt" not in stage.site.get("/desk/leaves").text
        assert (
            stage.site.post(f"/desk/leaves/{stage.left(DAN).id}", decision="stay").status == 409
        ), "decided is decided"


def test_leaves_are_counted_by_issue_and_way_with_their_age_and_reasons(database_url: str) -> None:
    with sent(database_url, NOON, ADA, BOB, CYD) as stage:
        stage.site.clock.move_by(timedelta(hours=2))
        stage.site.post(f"/leave/{stage.token(ADA)}", **EXACT)
        back = re.search(r"/back/[^/\"]+", press(stage, BOB, looking=timedelta(hours=2)).text)
        assert back
        stage.site.post(f"{back[0]}/why", why="often", words="Daily is much")
        page = stage.site.get("/desk/leaves").text
        assert re.search(r'data-l="Left">2<', page)
        assert "1 one click in the mail program" in page
        assert "1 the link" in page
        assert "3 hours after the letter" in page, "after two hours and after four"
        assert "Too many e-mails" in page
        assert "“Daily is much”" in page


def test_the_desk_shows_no_leaves_to_strangers(database_url: str) -> None:
    with sent(database_url, NOON, ADA) as stage:
        stage.site.log_out()
        assert stage.site.get("/desk/leaves").headers["location"] == "/desk/login"
