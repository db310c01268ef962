"""Dead senders: their journals decide what becomes of their claims."""

from pathlib import Path

from newsletter.database import Database
from newsletter.delivery import control
from newsletter.delivery.claiming import claim
from newsletter.delivery.dead_senders import settle_dead_senders
from newsletter.delivery.sender import journal
from tests.delivery.rig import planned


def test_a_dead_senders_claims_become_what_its_journal_says_and_replaying_twice_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    rig = planned(database, *(f"reader{n}@readers.example" for n in range(6)))
    own = journal.begin(tmp_path / "journals")
    claimed = database.write(claim, rig.delivery_id, 5, by=own.name, now=rig.clock.now())
    accepted, refused, deferred, doubtful, untouched = (message.id for message in claimed)
    own.write([], [accepted, refused, deferred, doubtful])
    own.write([(accepted, 250), (refused, 550), (deferred, 451)], [])
    own.close()
    for _ in range(2):
        past = journal.read_journal(next((tmp_path / "journals").glob("*.journal")))
        lost = database.write(settle_dead_senders, [past], "", frozenset, rig.clock.now())
    status = {message.id: message.status for message in rig.messages()}
    assert [status[key] for key in (accepted, refused, deferred, doubtful, untouched)] == [
        "accepted",
        "refused",
        "deferred",
        "uncertain",
        "planned",
    ]
    assert rig.ledger().messages["planned"] == 2
    assert lost == 0


def test_claims_whose_journal_is_lost_are_uncertain_never_planned_again(database: Database) -> None:
    rig = planned(database, "reader@readers.example")
    database.write(claim, rig.delivery_id, 1, by="a host without a journal", now=rig.clock.now())
    assert database.write(settle_dead_senders, [], "", frozenset, rig.clock.now()) == 1
    assert rig.ledger().messages == {"uncertain": 1}


def test_another_hosts_claims_and_a_living_senders_are_never_freed(
    database: Database, tmp_path: Path
) -> None:
    rig = planned(database, *(f"reader{n}@readers.example" for n in range(3)))
    now, living = rig.clock.now(), journal.begin(tmp_path)
    lost = f"{journal.home_of(tmp_path)}.1.gone"
    for name in (living.name, lost, "elsewhere-1234.7.abcd"):
        database.write(claim, rig.delivery_id, 1, by=name, now=now)
    settled = database.write(
        settle_dead_senders,
        [],
        journal.home_of(tmp_path),
        lambda: journal.journal_names(tmp_path),
        now,
    )
    living.close()
    assert settled == 1
    assert [message.status for message in rig.messages()] == ["claimed", "uncertain", "claimed"]
    assert database.write(control.declare_lost, "elsewhere-1234") == 1, "by a person's word only"
