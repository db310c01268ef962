"""The statuses of tools and submissions, and the only moves between them."""

from newsletter.errors import Conflict
from newsletter.moves import WrongMove
from newsletter.tools.status import SUBMISSION, TOOL


def test_the_moves_are_those_of_the_glossary() -> None:
    assert set(SUBMISSION.table) == {"unverified", "waiting", "approved", "rejected"}
    assert set(TOOL.table) == {"active", "retired"}
    assert issubclass(WrongMove, Conflict)
