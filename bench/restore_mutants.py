"""Guards broken on purpose, each in one place: bench.restore must catch them."""

from collections.abc import Callable
from typing import Any

from newsletter.backups import adopting
from newsletter.host import guard, memory, sent_log


def _blind() -> None:
    """The guard believes every database."""
    guard.judge = lambda *_, **__: guard.Standing(is_new=True)  # type: ignore[attr-defined]
    guard.HostGuard.count = lambda *_: None  # type: ignore[method-assign,assignment]


def _forgetful() -> None:
    """The folder's counter never grows, so an older database looks like ours."""
    memory.Memory.raise_to = lambda *_: None  # type: ignore[method-assign]


def _placeless() -> None:
    """A copy of a folder does not know itself as a copy."""
    memory.Memory.place = lambda *_: "here"  # type: ignore[method-assign]


def _deaf() -> None:
    """An adoption does not ask the sent log."""
    adopting.read_fates = lambda *_: {}  # type: ignore[attr-defined]


def _late() -> None:
    """The sent log hears of letters only when they are answered."""
    sent_log.SentLog.leave = lambda *_: None  # type: ignore[method-assign]


def _hasty() -> None:
    """The sent log takes a letter for accepted when it leaves, before the reply."""
    leave = sent_log.SentLog.leave

    def broken(self: sent_log.SentLog, issue: int, subscribers: Any, now: Any) -> None:
        leave(self, issue, subscribers, now)
        self.answer(issue, {250: subscribers}, now)

    sent_log.SentLog.leave = broken  # type: ignore[method-assign,assignment]


def _eager() -> None:
    """An adoption lets deliveries go on."""
    adopting._pause_deliveries = lambda *_: 0  # type: ignore[assignment]


MUTANTS: dict[str, Callable[[], None]] = {
    "blind": _blind,
    "forgetful": _forgetful,
    "placeless": _placeless,
    "deaf": _deaf,
    "late": _late,
    "hasty": _hasty,
    "eager": _eager,
}
