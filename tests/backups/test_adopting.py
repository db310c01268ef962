"""Promise 9: a database older than its host remembers sends nothing. After a person adopted it,
nobody is written to twice, nobody is lost, and everyone of whom nothing is known is shown."""

import shutil
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlmodel import Session, col, select

from newsletter.backups.adopting import (
    AdoptElsewhere,
    Adoption,
    AdoptionUnderWay,
    NothingToAdopt,
    adopt,
)
from newsletter.delivery import control
from newsletter.delivery.models import Delivery, Message
from newsletter.delivery.planning import plan
from newsletter.delivery.reading import unfinished_deliveries
from newsletter.demo.inbox import Inbox
from newsletter.editions.printing import print_edition
from newsletter.issues import approval, composing
from newsletter.issues.models import Issue
from newsletter.letters.writing import Notice, write_notice
from newsletter.publications.models import Publication
from newsletter.settings import Settings
from tests.backups.moved_service import Backup, Service
from tests.delivery.rig import URLS, planned_in, receiving, subscribe
from tests.delivery.rig import _open as open_publication
from tests.samples.times import NOON

READERS = tuple(f"reader{n}@readers.example" for n in range(6))
LATE = READERS[3:]  # the relay defers them at first
ONCE = Counter(dict.fromkeys(READERS, 1))


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with receiving() as opened:
        yield opened


@pytest.fixture
def service(database_url: str, inbox: Inbox, tmp_path: Path) -> Service:
    settings = Settings(
        database_url=database_url,
        secret="a secret of the tests",
        relay_url=f"smtp+plain://127.0.0.1:{inbox.port}",
        public_url="http://news.example",
        journal_folder=str(tmp_path / "journals"),
    )
    return Service(settings, inbox)


@pytest.fixture
def publication(service: Service) -> int:
    """A publication with its readers, whose confirm letters are out."""
    with service.started() as runtime, runtime.database.writing() as session:
        key = open_publication(session).key
        for address in READERS:
            subscribe(session, key, address)
    service.work()
    service.inbox.letters.clear()
    return key


def make_issue(service: Service, publication: int) -> None:
    """An issue that is approved and due, not planned yet."""
    with service.started() as runtime, runtime.database.writing() as session:
        planned_in(session, publication)


def adopted(service: Service) -> Adoption:
    with service.started() as runtime:
        return adopt(runtime.database, runtime.guard, service.clock.now(), patience_s=0)


def send_the_rest(service: Service) -> None:
    """What a person does after looking: release, approve, send, resume."""
    with service.started() as runtime, runtime.database.writing() as session:
        _release_all(session)
    for _ in range(3):
        service.later(hours=1)
        service.work()


def _release_all(session: Session) -> None:
    for issue in session.exec(select(Issue).filter_by(status="held")).all():
        composing.release(session, issue.key)
        edition = print_edition(session, issue.key, URLS, NOON)
        approval.approve(session, issue.key, edition.checksum, by="a person", now=NOON)
        plan(session, issue.key, NOON)
    for delivery in session.exec(select(Delivery).filter_by(status="paused")).all():
        control.resume(session, delivery.key, NOON)


def plan_issue(service: Service, publication: int) -> None:
    make_issue(service, publication)


def send_some(service: Service) -> None:
    service.inbox.refusing = dict.fromkeys(LATE, "450 4.2.0 later")
    service.work()
    service.inbox.refusing = {}


def send_others(service: Service) -> None:
    service.later(hours=1)
    service.work()


def test_a_database_put_back_mails_nobody_and_after_adoption_nobody_twice(
    service: Service, publication: int
) -> None:
    """At each instant of a delivery: planned, half sent, all sent."""
    make_issue(service, publication)
    backups = [Backup(service.settings.database_url)]
    send_some(service)
    backups.append(Backup(service.settings.database_url))
    send_others(service)
    assert service.received() == ONCE
    for backup in backups:
        backup.put_back()
        service.work()
        service.later(minutes=1)
        service.work()
        assert service.received() == ONCE, "before adoption nothing is sent"
        adopted(service)
        service.work()
        assert service.received() == ONCE, "nothing is sent until a person resumes"
        send_the_rest(service)
        assert service.received() == ONCE
        assert service.statuses() == {"accepted": 6}
        backup.remove()


def test_letters_that_had_not_left_go_out_once_after_adoption(
    service: Service, publication: int
) -> None:
    make_issue(service, publication)
    backup = Backup(service.settings.database_url)
    send_some(service)
    backup.put_back()
    service.work()
    adoption = adopted(service)
    assert (adoption.accepted, adoption.uncertain, adoption.paused) == (3, 0, 1)
    assert service.received().total() == 3
    send_the_rest(service)
    assert service.received() == ONCE, "nobody is lost, nobody twice"
    backup.remove()


def test_an_issue_that_was_planned_after_the_backup_is_not_sent_again(
    service: Service, publication: int
) -> None:
    """S1-4 as it was seen: approved, backed up, sent at the deadline, put back."""
    with service.started() as runtime, runtime.database.writing() as session:
        delivery = planned_in(session, publication)
        issue_id = delivery.issue_id
        session.delete(delivery)
        issue = session.get_one(Issue, issue_id)
        issue.sqlmodel_update({"status": "approved", "sent_at": None})
    backup = Backup(service.settings.database_url)
    service.work()
    assert service.received() == ONCE, "the tick has planned it, the sender has sent it"
    backup.put_back()
    service.later(minutes=5)
    service.work()
    assert service.received() == ONCE
    adoption = adopted(service)
    assert adoption.held == [1]
    service.work()
    send_the_rest(service)
    assert service.received() == ONCE
    assert service.statuses() == {"accepted": 6}
    backup.remove()


def test_an_issue_that_only_the_log_knows_is_shown_and_its_id_not_given_again(
    service: Service, publication: int
) -> None:
    backup = Backup(service.settings.database_url)
    make_issue(service, publication)
    service.work()
    backup.put_back()
    service.work()
    adoption = adopted(service)
    assert list(adoption.unknown.values()) == [6]
    assert "6 letters left of an issue that this database does not have" in " ".join(
        adoption.sentences
    )
    with service.started() as runtime, runtime.database.reading() as session:
        [stand_in] = session.exec(select(Issue).filter_by(status="skipped")).all()
        assert stand_in.note.startswith("6 letters of this issue left")
    make_issue(service, publication)
    service.work()
    assert service.received() == Counter(dict.fromkeys(READERS, 2)), "a new issue, to everybody"
    backup.remove()


def test_a_letter_whose_reply_was_not_seen_is_uncertain_after_adoption(
    service: Service, publication: int
) -> None:
    make_issue(service, publication)
    backup = Backup(service.settings.database_url)
    with service.started() as runtime:
        runtime.guard.require()
        with runtime.database.writing() as session:
            message = session.exec(select(Message).order_by(col(Message.id))).first()
            assert message is None, "it is not planned yet"
        runtime.guard.beat()
        runtime.guard.sent.leave(1, [1], NOON)
    backup.put_back()
    adoption = adopted(service)
    assert adoption.uncertain == 1, "its message is planned later, and is uncertain then"
    send_the_rest(service)
    assert service.statuses() == {"accepted": 5, "uncertain": 1}
    assert service.received().total() == 5
    backup.remove()


def test_a_small_letter_is_not_sent_again(service: Service, publication: int) -> None:
    write_to_new(service, publication, "new@readers.example")
    backup = Backup(service.settings.database_url)
    service.work()
    assert service.received() == {"new@readers.example": 1}
    backup.put_back()
    service.work()
    adopted(service)
    service.work()
    assert service.received() == {"new@readers.example": 1}
    backup.remove()


def test_a_copied_folder_sends_nothing_and_what_waits_may_have_left_elsewhere(
    service: Service, publication: int, tmp_path: Path
) -> None:
    """A staging copy, or a second machine started on a copy of everything."""
    make_issue(service, publication)
    send_some(service)
    copy = service.elsewhere(
        Path(shutil.copytree(service.settings.journal_folder, tmp_path / "copy"))
    )
    copy.later(hours=1)
    copy.work()
    assert service.received().total() == 3
    adoption = adopted(copy)
    assert adoption.uncertain == 3, "the original may have sent them meanwhile"
    copy.work()
    assert service.received().total() == 3


def test_a_new_machine_with_a_lost_folder_waits(
    service: Service, publication: int, tmp_path: Path
) -> None:
    make_issue(service, publication)
    moved = service.elsewhere(tmp_path / "new")
    moved.work()
    assert not service.received()
    moved.later(minutes=2)  # the last beat of the lost host is no sign of life any more
    moved.work()
    with moved.started() as runtime:
        assert "remembers nothing of this database" in runtime.guard.standing().why
    adopted(moved)
    moved.work()
    assert not service.received()
    with moved.started() as runtime, runtime.database.reading() as session:
        assert [one.status for one in unfinished_deliveries(session, publication)] == ["paused"]
    send_the_rest(moved)
    assert service.received() == ONCE, "nothing of it was planned, so nothing of it had left"


def test_adopting_twice_or_without_need_changes_nothing(service: Service, publication: int) -> None:
    with pytest.raises(NothingToAdopt):
        adopted(service)


def test_of_two_persons_who_adopt_at_once_only_one_does(service: Service, publication: int) -> None:
    """The second would pause again what the first one lets go on."""
    backup = Backup(service.settings.database_url)
    service.work()
    backup.put_back()
    barrier = Barrier(2)

    def person() -> str:
        with service.started() as runtime:
            runtime.guard.look()
            barrier.wait(timeout=20)
            try:
                adopt(runtime.database, runtime.guard, NOON, patience_s=0)
            except (AdoptionUnderWay, NothingToAdopt):
                return "refused"
        return "adopted"

    with ThreadPoolExecutor(2) as threads:
        persons = [threads.submit(person) for _ in range(2)]
        assert sorted(one.result() for one in persons) == ["adopted", "refused"]
    backup.remove()


def test_a_new_host_of_a_living_database_joins_and_adopts_nothing(
    service: Service, publication: int, tmp_path: Path
) -> None:
    """What the living host sends is not given up because a person was quick."""
    make_issue(service, publication)
    new = service.elsewhere(tmp_path / "new")
    with service.started() as living, new.started() as runtime:
        living.guard.beat()
        with ThreadPoolExecutor(1) as thread:
            adopting = thread.submit(adopt, runtime.database, runtime.guard, NOON, patience_s=20)
            while not adopting.done():
                living.guard.beat()
            with pytest.raises(NothingToAdopt):
                adopting.result()
        assert runtime.guard.look().agrees
        assert runtime.database.read(unfinished_deliveries, publication)[0].status == "sending"


def test_what_a_lost_log_knew_is_uncertain(service: Service, publication: int) -> None:
    """The folder's memory is there, its sent log was removed to make room."""
    make_issue(service, publication)
    send_some(service)
    backup = Backup(service.settings.database_url)
    send_others(service)
    shutil.rmtree(Path(service.settings.journal_folder) / "sent")
    backup.put_back()
    assert adopted(service).uncertain == 3
    with service.started() as runtime, runtime.database.reading() as session:
        [paused] = unfinished_deliveries(session, publication)
        assert "may have gone out" in paused.trouble
    send_the_rest(service)
    assert service.received() == ONCE
    backup.remove()


def test_small_letters_that_may_have_left_elsewhere_are_counted_and_not_sent_again(
    service: Service, publication: int, tmp_path: Path
) -> None:
    write_to_new(service, publication, "new@readers.example")
    backup = Backup(service.settings.database_url)
    service.work()
    backup.put_back()
    moved = service.elsewhere(tmp_path / "moved")
    adoption = adopted(moved)
    assert adoption.small == 1
    assert "1 small letters left or may have" in " ".join(adoption.sentences)
    moved.work()
    assert service.received() == {"new@readers.example": 1}
    backup.remove()


def test_a_small_letter_with_the_number_of_one_that_left_is_sent(
    service: Service, publication: int
) -> None:
    """The pages take sign-ups before a person adopts, and the database gives old numbers again."""
    backup = Backup(service.settings.database_url)
    write_to_new(service, publication, "first@readers.example")
    service.work()
    backup.put_back()
    service.later(minutes=1)
    write_to_new(service, publication, "second@readers.example")
    adopted(service)
    service.work()
    assert service.received() == {"first@readers.example": 1, "second@readers.example": 1}
    backup.remove()


def write_to_new(service: Service, publication: int, address: str) -> None:
    with service.started() as runtime, runtime.database.writing() as session:
        notice = Notice("A source is silent", "Look at it.", "http://news.example/desk")
        write_notice(session, publication, address, notice, now=service.clock.now())


def test_a_host_that_is_lost_for_good_stops_nobody_for_ever(
    service: Service, publication: int, tmp_path: Path
) -> None:
    make_issue(service, publication)
    backup = Backup(service.settings.database_url)
    other = service.elsewhere(tmp_path / "other")
    with service.started() as runtime, other.started() as second:
        second.guard.look()
        runtime.guard.beat()
        second.guard.require()
    backup.put_back()
    with service.started() as runtime:
        assert runtime.guard.look().reason == "older"
    shutil.rmtree(service.settings.journal_folder)
    with other.started() as runtime:
        done = adopt(runtime.database, runtime.guard, NOON, without_others=True, patience_s=0)
        assert done.paused == 1, "nobody knows what the lost host sent of it"
        runtime.guard.require()
    backup.remove()


def test_only_the_host_that_remembers_more_can_adopt(
    service: Service, publication: int, tmp_path: Path
) -> None:
    backup = Backup(service.settings.database_url)
    other = service.elsewhere(tmp_path / "other")
    with service.started() as runtime, other.started() as second:
        second.guard.look()
        runtime.guard.beat()
        second.guard.require()
    backup.put_back()
    service.work()
    with pytest.raises(AdoptElsewhere):
        adopted(other)
    adopted(service)
    backup.remove()


def test_after_adoption_the_rule_sends_nothing_that_was_due_before(
    service: Service, publication: int
) -> None:
    with service.started() as runtime, runtime.database.writing() as session:
        session.get_one(Publication, publication).rule = "send"
    backup = Backup(service.settings.database_url)
    service.work()
    backup.put_back()
    service.work()
    adopted(service)
    with service.started() as runtime, runtime.database.writing() as session:
        delivery = planned_in(session, publication)
        issue_id = delivery.issue_id
        session.delete(delivery)
        session.get_one(Issue, issue_id).sqlmodel_update({"status": "proposed", "sent_at": None})
    service.later(minutes=1)
    service.work()
    with service.started() as runtime, runtime.database.reading() as session:
        issue = session.get_one(Issue, issue_id)
        assert issue.status == "held"
        assert "before this database was adopted" in issue.note
    assert not service.received()
    backup.remove()
