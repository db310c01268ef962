"""Gathered tools and their sources move only as their tables allow."""

import pytest

from newsletter.moves import WrongMove
from newsletter.tool_sources.models import GatheredTool, ToolSource


def test_a_yes_and_a_no_can_be_taken_back_and_not_turned_over() -> None:
    gathered = GatheredTool(status="waiting")
    for status in ("accepted", "waiting", "refused", "waiting"):
        gathered.move_to(status)
    gathered.move_to("refused")
    with pytest.raises(WrongMove):
        gathered.move_to("accepted")


def test_a_source_that_was_removed_can_come_back() -> None:
    source = ToolSource(status="active")
    source.move_to("removed")
    source.move_to("active")
    with pytest.raises(WrongMove):
        source.move_to("active")
