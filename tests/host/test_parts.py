"""A part that cannot go on ends its service, and the log says why: nothing dies in silence."""

import logging
import threading

import pytest

from newsletter.host.parts import PartEnded, begin_part, require, wait


def test_a_service_ends_when_it_is_told_to_and_when_a_part_of_it_has_ended() -> None:
    stop = threading.Event()
    part = begin_part("lives", stop.wait)
    ended = begin_part("ends", lambda: None)
    with pytest.raises(PartEnded):
        wait(stop, part, ended)
    require(part)
    stop.set()
    wait(stop, part)


@pytest.mark.parametrize("error", [ZeroDivisionError, SystemExit, MemoryError])
def test_what_ended_a_part_is_logged_with_its_traceback(
    error: type[BaseException], caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise error

    part = begin_part("the fourth", fail)
    part.join(timeout=30)
    with pytest.raises(PartEnded):
        require(part)
    [line] = caplog.records
    assert "the fourth" in line.getMessage()
    assert line.levelno == logging.ERROR
    assert line.exc_info
    assert line.exc_info[0] is error
