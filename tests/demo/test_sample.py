"""The sample publication: its feeds are read by our own readers, in the story's two weeks."""

from datetime import timedelta

import pytest

from newsletter.demo import sample
from newsletter.formats.feeds import read_feed
from subscribers.addresses import normalise
from tests.samples.times import NOON


def test_the_feeds_have_all_the_news_within_the_two_weeks() -> None:
    found = []
    for title, document in sample.feeds(NOON).values():
        feed = read_feed(document, sample.SITE)
        assert feed.title == title
        found += feed.found
    assert {item.title for item in found} == {news.title for news in sample.NEWS}
    dates = [item.published_at for item in found if item.published_at]
    assert len(dates) == len(sample.NEWS)
    assert NOON - timedelta(weeks=3) < min(dates) <= max(dates) < NOON


def test_the_syndicate_repeats_two_stories_of_the_wire_once_they_are_out() -> None:
    repeated = read_feed(sample.json_feed(NOON, NOON), sample.SITE).found
    wire = {news.url for news in sample.NEWS if news.source == sample.WIRE}
    assert len(repeated) == 2
    assert {item.url.partition("?")[0] for item in repeated} <= wire
    week_before = sample.json_feed(NOON, NOON - timedelta(weeks=1))
    assert len(read_feed(week_before, sample.SITE).found) == 1


@pytest.mark.parametrize("count", [1, 3, 24])
def test_so_many_readers_as_are_asked_for_each_with_an_address_of_their_own(count: int) -> None:
    addresses = [normalise(address) for address, _ in sample.readers(count)]
    assert len(set(addresses)) == len(addresses) == count
