"""The journal: what was told to it is told again after a crash, and nothing else."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.database import Database
from newsletter.delivery import control
from newsletter.delivery.claiming import claim
from newsletter.delivery.dead_senders import settle_dead_senders
from newsletter.delivery.sender import journal
from tests.delivery.rig import planned

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("intent"), st.integers(1, 9)),
        st.tuples(st.sampled_from([0, 250, 451, 550]), st.integers(1, 9)),
    ),
    max_size=40,
)


@given(STEPS, st.integers(0, 15), st.binary(max_size=3))
def test_a_journal_tells_its_whole_records_whatever_the_tail(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[object, int]],
    torn: int,
    noise: bytes,
) -> None:
    folder = tmp_path_factory.mktemp("journals")
    own = journal.begin(folder)
    outcomes: dict[int, int] = {}
    in_doubt: set[int] = set()
    for what, message in steps:
        if what == "intent":
            own.write([], [message])
            in_doubt.add(message)
            outcomes.pop(message, None)
        else:
            assert isinstance(what, int)
            own.write([(message, what)], [])
            outcomes[message] = what
            in_doubt.discard(message)
    path = next(folder.glob("*.journal"))
    with path.open("ab") as file:
        file.write(os.urandom(torn) + noise)
    past = journal.read_journal(path)
    assert (dict(past.outcomes), past.in_doubt) == (outcomes, in_doubt)
    own.close()


def test_the_journal_of_a_living_sender_is_left_alone_and_that_of_a_dead_one_is_taken_once(
    tmp_path: Path,
) -> None:
    living = journal.begin(tmp_path)
    living.write([], [7])
    with journal.dead_journals(tmp_path) as pasts:
        assert pasts == []
    living.close()  # it had something to tell, so it stays
    with pytest.raises(RuntimeError, match="before the commit"):
        _fail_before_the_commit(tmp_path)
    with journal.dead_journals(tmp_path) as pasts:
        assert [past.in_doubt for past in pasts] == [{7}]
    with journal.dead_journals(tmp_path) as pasts:
        assert pasts == []


def _fail_before_the_commit(folder: Path) -> None:
    with journal.dead_journals(folder) as pasts:
        assert [past.in_doubt for past in pasts] == [{7}]
        raise RuntimeError("before the commit")


def test_a_sender_that_ends_in_order_leaves_no_file(tmp_path: Path) -> None:
    own = journal.begin(tmp_path)
    own.write([], [1])
    own.clear()
    own.close()
    assert list(tmp_path.glob("*.journal")) == []


def test_a_dead_senders_claims_become_what_its_journal_says_and_replaying_twice_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    rig = planned(database, *(f"reader{n}@readers.example" for n in range(6)))
    own = journal.begin(tmp_path / "journals")
    claimed = database.write(claim, rig.delivery_id, 5, by=own.name, now=rig.clock.now())
    accepted, refused, deferred, doubtful, untouched = (one.id for one in claimed)
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
    assert [one.status for one in rig.messages()] == ["claimed", "uncertain", "claimed"]
    assert database.write(control.declare_lost, "elsewhere-1234") == 1, "by a person's word only"


def test_a_grown_journal_is_begun_anew_with_what_is_still_unknown_and_stays_the_living_ones(
    tmp_path: Path,
) -> None:
    own = journal.begin(tmp_path)
    own.write([(1, 250), (2, 250)], [3, 4])
    own.rewrite([(5, 451)], [4])
    own.write([(4, 250)], [6])
    with journal.dead_journals(tmp_path) as pasts:
        assert pasts == [], "its lock was never free"
    past = journal.read_journal(next(tmp_path.glob("*.journal")))
    assert (dict(past.outcomes), past.in_doubt) == ({5: 451, 4: 250}, {6})
    own.clear()
    own.close()
