"""A slice's log names letters by issue and subscriber, and answers only for what left."""

from pathlib import Path

import pytest
from sqlmodel import Session

from newsletter.host.issue_log import IssueLog, NoLog
from newsletter.host.sent_log import SentLog, read_fates, read_records
from tests.samples.times import NOON


def fates(folder: Path) -> dict[int, str]:
    return dict(read_fates(folder)[7].of_subscribers)


@pytest.fixture
def log(tmp_path: Path) -> IssueLog:
    made = IssueLog(SentLog(tmp_path), 7, lambda _: None)
    made.claim(Session(), {100: 1, 101: 2, 102: 3})
    return made


def test_letters_are_named_by_issue_and_subscriber(log: IssueLog, tmp_path: Path) -> None:
    log.leave([100, 101], NOON)
    log.answer({100: 250}, NOON)
    assert fates(tmp_path) == {1: "accepted", 2: "uncertain"}


def test_what_did_not_leave_is_not_answered_for(log: IssueLog, tmp_path: Path) -> None:
    log.leave([100], NOON)
    log.answer({100: 250, 101: 0, 102: 0}, NOON)
    assert [record.subscribers for record in read_records(tmp_path)] == [(1,), (1,)]


def test_replies_are_noted_together_if_they_are_alike(log: IssueLog, tmp_path: Path) -> None:
    log.leave([100, 101, 102], NOON)
    log.answer({100: 250, 101: 450, 102: 250}, NOON)
    assert fates(tmp_path) == {1: "accepted", 3: "accepted"}
    assert [record.code for record in read_records(tmp_path)] == [0, 250, 450]


def test_a_message_that_is_claimed_again_leaves_again(log: IssueLog, tmp_path: Path) -> None:
    log.leave([100], NOON)
    log.answer({100: 450}, NOON)
    log.claim(Session(), {100: 1})
    log.leave([100], NOON)
    assert fates(tmp_path) == {1: "uncertain"}


def test_a_reply_that_cannot_be_noted_stops_nothing(
    log: IssueLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    log.leave([100], NOON)
    with monkeypatch.context() as disk:
        disk.setattr(SentLog, "answer", full)
        log.answer({100: 250}, NOON)
    assert fates(tmp_path) == {1: "uncertain"}


def test_a_sender_without_a_host_notes_nothing() -> None:
    log = NoLog()
    log.claim(Session(), {1: 1})
    log.leave([1], NOON)
    log.answer({1: 250}, NOON)
