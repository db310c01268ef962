"""The sent log as a slice writes it: its messages by id, all of one issue."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from sqlmodel import Session

from newsletter.host.sent_log import SentLog

log = logging.getLogger(__name__)


class LettersLog(Protocol):
    """Where a slice notes what leaves."""

    def claim(self, session: Session, subscribers: Mapping[int, int]) -> None:
        """Count a claim in its transaction, and note subscribers by message."""

    def count(self, session: Session) -> None:
        """Count in this transaction: a copy of the database from before it is older from now on."""

    def leave(self, messages: Iterable[int], now: datetime) -> None:
        """Note that the dots of these messages leave now. Durable on return; raises OSError."""

    def answer(self, codes: Mapping[int, int], now: datetime) -> None:
        """Note replies by message; 0: its dot did not leave. Call it before they are recorded."""


class IssueLog:
    """The letters of one issue, in the log of this host."""

    def __init__(
        self,
        sent: SentLog,
        issue_id: int,
        count: Callable[[Session], None],
    ) -> None:
        self._sent = sent
        self._issue_id = issue_id
        self._counting = count
        self._subscribers: dict[int, int] = {}  # by message, while it is claimed
        self._left: set[int] = set()  # messages whose replies the log does not have

    def claim(self, session: Session, subscribers: Mapping[int, int]) -> None:
        """Count a claim in its transaction, and note subscribers by message."""
        self._counting(session)
        self._subscribers.update(subscribers)

    def count(self, session: Session) -> None:
        """Count in this transaction: a copy of the database from before it is older from now on."""
        self._counting(session)

    def leave(self, messages: Iterable[int], now: datetime) -> None:
        """Note that the dots of these messages leave now. Durable on return; raises OSError."""
        leaving = list(messages)
        self._left.update(leaving)
        self._sent.leave(self._issue_id, [self._subscribers[key] for key in leaving], now)

    def answer(self, codes: Mapping[int, int], now: datetime) -> None:
        """Note replies by message; 0: its dot did not leave.

        Call it before they are recorded: after that a message may be claimed again. A reply that
        cannot be noted leaves its letter uncertain in the log, and stops nothing.
        """
        answered = self._answered(codes)
        try:
            self._sent.answer(self._issue_id, answered, now)
        except OSError as error:
            lacking = sum(map(len, answered.values()))
            log.warning("The sent log lacks %d replies: %s", lacking, error.strerror)

    def _answered(self, codes: Mapping[int, int]) -> Mapping[int, list[int]]:
        """Return the subscribers whose letters had left, by reply; these messages are over."""
        answered: defaultdict[int, list[int]] = defaultdict(list)
        for message, code in codes.items():
            subscriber = self._subscribers.pop(message, None)
            if subscriber is not None and message in self._left:
                answered[code].append(subscriber)
        self._left.difference_update(codes)
        return answered


class NoLog:
    """Notes nothing: for a sender of a measure or a test, whose database nobody puts back."""

    def claim(self, session: Session, subscribers: Mapping[int, int]) -> None:
        """Count nothing."""

    def count(self, session: Session) -> None:
        """Count nothing."""

    def leave(self, messages: Iterable[int], now: datetime) -> None:
        """Note nothing."""

    def answer(self, codes: Mapping[int, int], now: datetime) -> None:
        """Note nothing."""
