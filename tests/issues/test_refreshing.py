"""Refreshing: a hand's work survives whatever is gathered; nothing dropped comes back; nothing changes without need."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from newsletter.database import Database
from newsletter.issues import choices, composing, reasons
from newsletter.issues.choices import EditedWords
from newsletter.issues.models import Block
from newsletter.issues.proposing import propose
from newsletter.issues.reading import read_blocks, read_issue
from newsletter.issues.refreshing import refresh
from newsletter.publications.models import Publication
from tests.issues.test_proposing import WORDS, gathered, news
from tests.samples.times import NOON

WEEK = timedelta(days=7)
MARA = {"by": "mara@inference.example", "now": NOON}
BIG = [
    "Court bans scoring by voice in landmark ruling",
    "Breach: attackers exploited a flaw in ferries",
    "Bank sues insurer over $900 million",
]


def opened(session: Session, publication: Publication, count: int = 12) -> int:
    news(session, publication, count)
    return propose(session, publication.key, period="p1", due_at=NOON, now=NOON).key


def stories(session: Session, issue_id: int) -> list[Block]:
    return [block for block in read_blocks(session, issue_id) if block.is_story]


def titles(session: Session, issue_id: int) -> list[str]:
    return [block.title for block in stories(session, issue_id)]


def version(session: Session, issue_id: int) -> int:
    return read_issue(session, issue_id).version


def test_looking_again_with_nothing_new_changes_nothing(
    session: Session, publication: Publication
) -> None:
    key = opened(session, publication)
    before = [
        (block.id, block.title, block.kind, block.position) for block in read_blocks(session, key)
    ]
    assert not refresh(session, key, NOON)
    assert version(session, key) == 1
    assert [
        (block.id, block.title, block.kind, block.position) for block in read_blocks(session, key)
    ] == before


def test_better_news_takes_a_place_and_the_stories_that_stay_keep_their_blocks(
    session: Session, publication: Publication
) -> None:
    key = opened(session, publication)
    before = {block.title: block.id for block in stories(session, key)}
    gathered(session, publication, "wire", BIG[:1])
    assert refresh(session, key, NOON)
    assert version(session, key) == 2
    assert titles(session, key)[0] == BIG[0]
    assert len(stories(session, key)) == 11
    assert all(before[block.title] == block.id for block in stories(session, key)[1:])
    assert read_issue(session, key).subject == BIG[0]


def test_what_was_dropped_does_not_come_back_but_can_be_brought_back(
    session: Session, publication: Publication
) -> None:
    key = opened(session, publication)
    gone = stories(session, key)[3]
    composing.drop(session, key, gone.key, version=1, **MARA)
    refresh(session, key, NOON)
    assert gone.title not in titles(session, key)
    report = {row.title: row.verdict for row in reasons.read_assessments(session, key)}
    assert report[gone.title] == "dropped by mara@inference.example"
    composing.add(session, key, gone.article_id or 0, version=version(session, key), **MARA)
    refresh(session, key, NOON)
    assert gone.title in titles(session, key)


def test_kept_moved_edited_and_led_stories_stay_where_they_are(
    session: Session, publication: Publication
) -> None:
    key = opened(session, publication)
    row = stories(session, key)
    composing.lead(session, key, row[5].article_id or 0, version=version(session, key), **MARA)
    composing.keep(session, key, row[9].article_id or 0, version=version(session, key), **MARA)
    row = stories(session, key)
    composing.edit(
        session,
        key,
        row[2].key,
        EditedWords("In our own words", "A text."),
        version=version(session, key),
        **MARA,
    )
    composing.move(session, key, row[7].key, 1, version=version(session, key), **MARA)
    mine = {at: titles(session, key)[at] for at in (0, 2, 7, 8, 9)}
    gathered(session, publication, "wire", BIG)
    assert refresh(session, key, NOON)
    after = titles(session, key)
    assert {at: after[at] for at in mine} == mine
    assert mine[2] == "In our own words"
    assert set(BIG) <= set(after)


def test_an_edit_survives_being_dropped_and_brought_back(
    session: Session, publication: Publication
) -> None:
    key = opened(session, publication)
    block = stories(session, key)[4]
    composing.edit(
        session, key, block.key, EditedWords("In our own words", "A text."), version=1, **MARA
    )
    composing.drop(session, key, block.key, version=version(session, key), **MARA)
    composing.add(session, key, block.article_id or 0, version=version(session, key), **MARA)
    assert "In our own words" in titles(session, key)


def test_a_subject_by_hand_is_not_worded_again(session: Session, publication: Publication) -> None:
    key = opened(session, publication)
    composing.change_subject(session, key, "Our subject", "", version=1, by="mara")
    gathered(session, publication, "wire", BIG[:1])
    refresh(session, key, NOON)
    assert read_issue(session, key).subject == "Our subject"


def test_a_held_or_approved_issue_is_not_touched(
    session: Session, publication: Publication
) -> None:
    key = opened(session, publication)
    gathered(session, publication, "wire", BIG)
    composing.hold(session, key)
    assert not refresh(session, key, NOON)
    assert not set(BIG) & set(titles(session, key))


def test_a_refresh_makes_no_form_stale_but_another_hand_does(
    session: Session, publication: Publication
) -> None:
    key = opened(session, publication)
    last = stories(session, key)[1]
    gathered(session, publication, "wire", BIG[:1])
    refresh(session, key, NOON)
    composing.drop(session, key, last.key, version=1, **MARA)  # opened before the refresh
    with pytest.raises(composing.IssueChanged):
        composing.drop(session, key, stories(session, key)[0].key, version=1, **MARA)


def test_dropping_the_lead_makes_the_next_story_lead(
    session: Session, publication: Publication
) -> None:
    key = opened(session, publication)
    before = stories(session, key)
    composing.drop(session, key, before[0].key, version=1, **MARA)
    assert (stories(session, key)[0].kind, stories(session, key)[0].title) == (
        "lead",
        before[1].title,
    )
    assert [block.kind for block in stories(session, key)] == [
        "lead",
        *["stories"] * 4,
        *["brief"] * 5,
    ]


def test_ranking_learns_from_what_hands_did_in_other_issues(
    session: Session, publication: Publication
) -> None:
    key = opened(session, publication)
    for block in stories(session, key)[:3]:
        composing.drop(session, key, block.key, version=version(session, key), **MARA)
    habits = choices.history(session, publication.key, 0, NOON).sources
    assert [habit.dropped for habit in habits.values()] == [3.0]
    assert not choices.history(session, publication.key, key, NOON).sources
    later = choices.history(session, publication.key, 0, NOON + 8 * WEEK).sources
    assert [round(habit.dropped, 2) for habit in later.values()] == [1.5]


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(
            ("drop", "keep", "lead", "up", "down", "edit", "back", "gather", "refresh")
        ),
        st.integers(0, 20),
    ),
    max_size=14,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(actions=ACTIONS)
def test_whatever_hands_and_gatherings_do_the_hands_work_stands(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, actions: list[tuple[str, int]]
) -> None:
    with fresh(sqlite_template, tmp_path_factory) as (session, publication):
        key = opened(session, publication)
        dropped: dict[int, str] = {}
        edited: dict[int, str] = {}
        lead = 0
        for step, (what, n) in enumerate(actions):
            row = stories(session, key)
            block = row[n % len(row)] if row else None
            now = {"by": "mara", "now": NOON + timedelta(minutes=step)}
            if what == "gather":
                gathered(session, publication, f"wire{step}", [f"{BIG[n % 3]} {WORDS[n % 13]}"])
            elif what == "refresh":
                refresh(session, key, NOON)
            elif what == "back" and dropped:
                article = sorted(dropped)[n % len(dropped)]
                composing.add(session, key, article, version=version(session, key), **now)
                del dropped[article]
            elif block and what == "drop" and len(row) > 2:
                composing.drop(session, key, block.key, version=version(session, key), **now)
                dropped[block.article_id or 0] = block.title
                lead = 0 if lead == block.article_id else lead
            elif block and what == "keep":
                composing.keep(
                    session, key, block.article_id or 0, version=version(session, key), **now
                )
            elif block and what == "lead":
                composing.lead(
                    session, key, block.article_id or 0, version=version(session, key), **now
                )
                lead = block.article_id or 0
            elif block and what in ("up", "down"):
                composing.move(
                    session,
                    key,
                    block.key,
                    -1 if what == "up" else 1,
                    version=version(session, key),
                    **now,
                )
                first = stories(session, key)[0].article_id
                lead = lead if first == lead else 0
            elif block and what == "edit":
                composing.edit(
                    session,
                    key,
                    block.key,
                    EditedWords(f"Words {step}", "Text."),
                    version=version(session, key),
                    **now,
                )
                edited[block.article_id or 0] = f"Words {step}"
            pinned = {
                at: b.article_id
                for at, b in enumerate(stories(session, key))
                if b.article_id in _touched(session, key)
            }
            refresh(session, key, NOON)
            after = stories(session, key)
            shown = {b.article_id: b.title for b in after}
            assert {at: after[at].article_id for at in pinned} == pinned
            assert not shown.keys() & dropped.keys()
            assert all(
                shown[article] == words for article, words in edited.items() if article in shown
            )
            assert not lead or after[0].article_id == lead
            assert [b.kind for b in after] == [
                "lead",
                *["stories"] * 4,
                *["brief"] * (len(after) - 5),
            ]
            assert len(shown) == len(after)
            assert not refresh(session, key, NOON)


@contextmanager
def fresh(template: Path, folders: pytest.TempPathFactory) -> Iterator[tuple[Session, Publication]]:
    """A database of its own for each example."""
    path = folders.mktemp("fresh") / "test.sqlite3"
    shutil.copy(template, path)
    database = Database(f"sqlite:///{path}")
    with database.writing() as session:
        made = Publication(
            slug="inference",
            name="The Inference",
            sender_name="I",
            sender_address="editor@inference.example",
        )
        session.add(made)
        session.flush()
        yield session, made
    database.close()


def _touched(session: Session, issue_id: int) -> set[int]:
    return {one.article_id for one in choices.of_issue(session, issue_id) if one.kind != "dropped"}
