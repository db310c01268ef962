"""The front that the handlers of the public pages get."""

from datetime import UTC, datetime, timedelta

import pytest

from newsletter.tokens import OldToken
from newsletter.web.public.front import Front
from tests.samples.times import NOON
from tests.web.asking import site


def test_a_front_says_whose_pages_these_are_and_what_day_it_is_there(sqlite_url: str) -> None:
    with site(sqlite_url, NOON) as opened:
        front = Front(opened.publication, opened.runtime)
        assert front.key == opened.key
        assert front.now() == NOON
        assert front.publisher.publication is opened.publication
        opened.publication.cadence = "friday 09:00 Pacific/Auckland"
        opened.clock.move_to(datetime(2026, 7, 31, 13, tzinfo=UTC))
        assert f"{front.today}" == "2026-08-01", "midnight comes first where the publication is"


def test_a_front_reads_the_tokens_of_links_until_they_expire(sqlite_url: str) -> None:
    with site(sqlite_url, NOON) as opened:
        front = Front(opened.publication, opened.runtime)
        token = opened.runtime.signer.sign("stay", 7, NOON + timedelta(days=1))
        assert front.read_token("stay", token) == 7
        opened.clock.move_by(timedelta(days=2))
        with pytest.raises(OldToken):
            front.read_token("stay", token)
