"""The journal: what was told to it is told again after a crash, and nothing else."""

import os
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.sender import journal

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
    for step, message in steps:
        if step == "intent":
            own.write([], [message])
            in_doubt.add(message)
            outcomes.pop(message, None)
        else:
            assert isinstance(step, int)
            own.write([(message, step)], [])
            outcomes[message] = step
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


@contextmanager
def disk_with_room_for(octets: int) -> Iterator[None]:
    """No file of this process grows beyond so many octets: the system takes a part, and refuses."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def test_a_journal_that_could_not_be_rewritten_for_want_of_room_is_still_the_journal(
    tmp_path: Path,
) -> None:
    own = journal.begin(tmp_path)
    own.write([(1, 250)], [2])
    with disk_with_room_for(40), pytest.raises(OSError, match="File too large|No space"):
        own.rewrite([(5, 451)], [6, 7, 8])
    own.write([(2, 250)], [9])
    [path] = tmp_path.glob("*journal*")
    past = journal.read_journal(path)
    assert (dict(past.outcomes), past.in_doubt) == ({1: 250, 2: 250}, {9})
    own.close()


@pytest.mark.parametrize("name", ["", "\n", "elsewhere", "../home-00000000"])
def test_a_folder_whose_name_is_damaged_is_never_taken_for_all_folders(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "home").write_text(name)
    with pytest.raises(journal.BadHome):
        journal.begin(tmp_path)


def test_a_journal_that_begins_is_never_taken_for_a_dead_ones(tmp_path: Path) -> None:
    journal.home_of(tmp_path)
    over = threading.Event()

    found: list[journal.DeadJournal] = []
    failed: list[OSError] = []

    def settle() -> None:
        while not over.is_set():
            try:
                with journal.dead_journals(tmp_path) as dead:
                    found.extend(dead)
            except OSError as error:
                failed.append(error)

    settler = threading.Thread(target=settle)
    settler.start()
    try:
        for _ in range(300):
            own = journal.begin(tmp_path)
            assert own.name in journal.journal_names(tmp_path), "it was removed as a dead one's"
            own.close()
    finally:
        over.set()
        settler.join()
    assert (found, failed) == ([], [])
