"""`newsletter demo`: a story that does not add up ends with an error."""

import json
from pathlib import Path

import pytest

from newsletter.cli.machine.demo import adds_up
from newsletter.demo.story import StoryAccount
from tests.cli.shell import run


def test_an_account_adds_up_if_nothing_is_repeated_received_twice_or_lost() -> None:
    assert adds_up(StoryAccount(articles=12, received=23, left=1))


@pytest.mark.parametrize("field", ["repeated_articles", "received_twice", "unaccounted"])
@pytest.mark.parametrize("count", [1, -1])
def test_an_account_does_not_add_up_by_each_of_its_faults(field: str, count: int) -> None:
    account = StoryAccount()
    setattr(account, field, count)
    assert not adds_up(account)


def test_the_demo_prints_the_log_of_its_service_where_asked() -> None:
    printed = run("demo", "--once", "--subscribers", "3", "--port", "0", "--log", "json").stderr
    lines = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    assert {"event": "The audience is frozen", "delivery": 1}.items() <= lines[0].items()


def test_a_folder_without_feeds_is_named(folder: Path) -> None:
    refused = run("demo", "--once", "--feeds", str(folder), code=3).stderr
    assert str(folder) in refused
