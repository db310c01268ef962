"""The turnstile: one passes, a few wait, and a crowd is sent away at once."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from newsletter.desk.turnstile import MOST_WAITING, MOST_WAITING_KNOWN, Crowded, Turnstile

PATIENCE_S = 20


class Crowd:
    """People who pass a turnstile in threads, and stay in it until they are let go."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self.turnstile = Turnstile()
        self.let_go = threading.Event()
        self.inside: list[int] = []
        self.most_inside = 0
        self._pool = pool

    def come(self, is_known: bool = False) -> Future[None]:
        return self._pool.submit(self._pass, is_known)

    def _pass(self, is_known: bool) -> None:
        with self.turnstile.passing(is_known=is_known):
            self.inside.append(1)
            self.most_inside = max(self.most_inside, len(self.inside))
            assert self.let_go.wait(PATIENCE_S)
            self.inside.pop()


def until(holds: Callable[[], bool]) -> None:
    for _ in range(PATIENCE_S * 1000):
        if holds():
            return
        threading.Event().wait(0.001)
    raise AssertionError


def test_one_passes_at_a_time_and_a_crowd_is_sent_away() -> None:
    with ThreadPoolExecutor(20) as pool:
        crowd = Crowd(pool)
        waiting = [crowd.come() for _ in range(1 + MOST_WAITING)]
        until(lambda: crowd.turnstile._here == 1 + MOST_WAITING)
        with pytest.raises(Crowded):
            crowd.come().result(PATIENCE_S)
        known = [crowd.come(is_known=True) for _ in range(MOST_WAITING_KNOWN - MOST_WAITING)]
        until(lambda: crowd.turnstile._here == 1 + MOST_WAITING_KNOWN)
        with pytest.raises(Crowded):
            crowd.come(is_known=True).result(PATIENCE_S)
        crowd.let_go.set()
        for each in (*waiting, *known):
            each.result(PATIENCE_S)
        assert crowd.most_inside == 1


def test_a_failure_inside_keeps_no_place() -> None:
    turnstile = Turnstile()
    for _ in range(20):
        with pytest.raises(KeyError), turnstile.passing(is_known=False):
            raise KeyError
    with turnstile.passing(is_known=False):
        pass
