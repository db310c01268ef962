"""Refreshing: what editors did survives whatever is gathered; nothing changes without need."""

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
from newsletter.issues import choices, composing
from newsletter.issues.choices import EditedWords
from newsletter.issues.reading import read_blocks, read_issue
from newsletter.issues.refreshing import refresh
from newsletter.publications.models import Publication
from tests.issues.stage import BIG, WORDS, gathered, open_issue, stories, titles, version
from tests.samples.times import NOON


def test_looking_again_with_nothing_new_changes_nothing(
    session: Session, publication: Publication
) -> None:
    key = open_issue(session, publication)
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
    key = open_issue(session, publication)
    before = {block.title: block.id for block in stories(session, key)}
    gathered(session, publication, "wire", BIG[:1])
    assert refresh(session, key, NOON)
    assert version(session, key) == 2
    assert titles(session, key)[0] == BIG[0]
    assert len(stories(session, key)) == 11
    assert all(before[block.title] == block.id for block in stories(session, key)[1:])
    assert read_issue(session, key).subject == BIG[0]


def test_a_held_or_approved_issue_is_not_touched(
    session: Session, publication: Publication
) -> None:
    key = open_issue(session, publication)
    gathered(session, publication, "wire", BIG)
    composing.hold(session, key)
    assert not refresh(session, key, NOON)
    assert not set(BIG) & set(titles(session, key))


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
def test_what_editors_did_survives_whatever_is_gathered(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, actions: list[tuple[str, int]]
) -> None:
    with fresh(sqlite_template, tmp_path_factory) as (session, publication):
        key = open_issue(session, publication)
        dropped: dict[int, str] = {}
        edited: dict[int, str] = {}
        lead = 0
        for step, (action, n) in enumerate(actions):
            row = stories(session, key)
            block = row[n % len(row)] if row else None
            now = {"by": "mara", "now": NOON + timedelta(minutes=step)}
            if action == "gather":
                gathered(session, publication, f"wire{step}", [f"{BIG[n % 3]} {WORDS[n % 13]}"])
            elif action == "refresh":
                refresh(session, key, NOON)
            elif action == "back" and dropped:
                article = sorted(dropped)[n % len(dropped)]
                composing.add(session, key, article, version=version(session, key), **now)
                del dropped[article]
            elif block and action == "drop" and len(row) > 2:
                composing.drop(session, key, block.key, version=version(session, key), **now)
                dropped[block.article_id or 0] = block.title
                lead = 0 if lead == block.article_id else lead
            elif block and action == "keep":
                composing.keep(
                    session, key, block.article_id or 0, version=version(session, key), **now
                )
            elif block and action == "lead":
                composing.lead(
                    session, key, block.article_id or 0, version=version(session, key), **now
                )
                lead = block.article_id or 0
            elif block and action in ("up", "down"):
                composing.move(
                    session,
                    key,
                    block.key,
                    -1 if action == "up" else 1,
                    version=version(session, key),
                    **now,
                )
                first = stories(session, key)[0].article_id
                lead = lead if first == lead else 0
            elif block and action == "edit":
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
