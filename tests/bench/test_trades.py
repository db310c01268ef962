"""Trades of the bench: each has a cue file that its publication can use."""

import pytest

from bench.choosing.trades.__main__ import FOLDER, TRADES
from newsletter.choosing.news.cue_files import parse_cues


@pytest.mark.parametrize("trade", TRADES)
def test_each_trade_has_a_short_cue_file_that_can_be_used(trade: str) -> None:
    cues = parse_cues((FOLDER / f"{trade}.toml").read_text("utf-8"))
    assert 12 <= len(cues.families) <= 25
