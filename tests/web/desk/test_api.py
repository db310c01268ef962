"""The API's page at the desk: a secret is shown once, a call is sent again.

Webhooks are added, seen in trouble, enabled.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from newsletter.fetching.limits import Limits
from newsletter.webhooks.calling import call_due
from subscribers.joining import signup
from tests.doubles.web import always, serving
from tests.web.asking import Site, site

NOW = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)


@pytest.fixture
def desk(database_url: str) -> Iterator[Site]:
    with site(database_url, NOW) as opened:
        yield opened


def call(desk: Site) -> int:
    return call_due(
        desk.runtime.database, desk.clock, Limits(allow_private=True), desk.runtime.urls
    )


def test_a_token_made_at_the_desk_works_is_shown_once_and_ends_when_it_is_revoked(
    desk: Site,
) -> None:
    made = desk.post("/desk/api/tokens", name="web shop", may_vouch="yes")
    secret = re.findall(r"nlt_[\w-]{43}", made.text)[0]
    assert desk.ask("GET", "/api/subscribers?address=a@b.example", token=secret).status == 404
    page = desk.get("/desk/api").text
    assert secret not in page
    assert "web shop" in page
    assert "12 May 2026, 09:00" in page, "when it was last used"
    assert desk.post("/desk/api/tokens/1/revoke").status == 303
    assert desk.ask("GET", "/api/subscribers?address=a@b.example", token=secret).status == 401


def test_a_webhook_added_at_the_desk_is_called_and_a_call_is_sent_again(desk: Site) -> None:
    with serving({"/hook": always(500)}) as web:
        made = desk.post("/desk/api/webhooks", url=f"{web.url}/hook", kind="joined")
        assert "whsec_" in made.text
        desk.runtime.database.write(signup.sign_up, desk.key, "ada@readers.example", now=NOW)
        assert call(desk) == 0
        assert "HTTP 500" in desk.get("/desk/api").text
        web.scripts["/hook"] = always(200)
        assert desk.post("/desk/api/calls/1/again").status == 303
        assert call(desk) == 1
        assert "Accepted" in desk.get("/desk/api").text


def test_a_webhook_is_disabled_enabled_and_removed_by_hand(desk: Site) -> None:
    desk.post("/desk/api/webhooks", url="https://shop.example/hook")
    desk.post("/desk/api/webhooks/1/disable")
    assert "Disabled by Mara Lindt." in desk.get("/desk/api").text
    desk.post("/desk/api/webhooks/1/enable")
    assert "Disabled by" not in desk.get("/desk/api").text
    desk.post("/desk/api/webhooks/1/disable")
    desk.post("/desk/api/webhooks/1/remove")
    assert "shop.example/hook" not in desk.get("/desk/api").text


def test_what_was_wrong_is_shown_and_what_was_typed_is_kept(desk: Site) -> None:
    answer = desk.post("/desk/api/webhooks", url="https://me:secret@shop.example/hook")
    assert answer.status == 403
    assert "public address" in answer.text
    assert "me:secret@shop.example" in answer.text
    assert desk.post("/desk/api/tokens", name=" ").status == 403


def test_who_is_not_logged_in_sees_nothing_and_makes_nothing(desk: Site) -> None:
    desk.log_out()
    assert desk.get("/desk/api").status == 303
    assert desk.post("/desk/api/tokens", name="x").status == 303
    assert desk.post("/desk/api/webhooks", url="https://shop.example/hook").status == 303
