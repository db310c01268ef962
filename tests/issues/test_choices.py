"""Choices: what editors did is kept once, a new choice ends an old one, and habits fade."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from newsletter.choosing.voices.habits import Trait
from newsletter.gathering import source_voices, sources
from newsletter.issues import choices, composing
from newsletter.issues.choices import EditedWords
from newsletter.publications.models import Publication
from tests.issues.stage import MARA, WEEK, open_issue, stories, version
from tests.samples.times import NOON


def kinds(session: Session, issue_id: int) -> list[tuple[int, str]]:
    return [(choice.article_id, choice.kind) for choice in choices.of_issue(session, issue_id)]


def test_ranking_learns_from_what_editors_did_in_other_issues(
    session: Session, publication: Publication
) -> None:
    key = open_issue(session, publication)
    for block in stories(session, key)[:3]:
        composing.drop(session, key, block.key, version=version(session, key), **MARA)
    source = sources.all_sources(session, publication.key)[0]
    trait = Trait("source", str(source.id))
    fresh = choices.history(session, publication.key, 0, NOON)[trait]
    assert fresh.recent == (False,) * 3
    assert not choices.history(session, publication.key, key, NOON)
    faded = choices.history(session, publication.key, 0, NOON + 8 * WEEK)[trait]
    assert fresh.leaning <= faded.leaning
    assert not choices.history(session, publication.key, 0, NOON + 53 * WEEK)


def test_what_was_chosen_of_a_source_can_be_forgotten(
    session: Session, publication: Publication
) -> None:
    key = open_issue(session, publication)
    for block in stories(session, key)[:3]:
        composing.drop(session, key, block.key, version=version(session, key), **MARA)
    source = sources.all_sources(session, publication.key)[0]
    assert choices.source_habit(session, publication.key, source.key, NOON)
    later = NOON + timedelta(minutes=1)
    source_voices.forget_choices(session, publication.key, str(source.id), later)
    assert choices.source_habit(session, publication.key, source.key, later) is None
    assert not choices.history(session, publication.key, 0, later)


def test_a_story_that_an_editor_moves_up_is_raised_and_the_other_only_moved(
    session: Session, publication: Publication
) -> None:
    key = open_issue(session, publication)
    row = [block for block in stories(session, key) if block.kind == "brief"]
    composing.move(session, key, row[1].key, -1, version=version(session, key), **MARA)
    assert dict(kinds(session, key)) == {row[1].article_id: "raised", row[0].article_id: "moved"}
    composing.move(session, key, row[1].key, 1, version=version(session, key), **MARA)
    assert set(dict(kinds(session, key)).values()) == {"moved"}


@pytest.mark.parametrize(
    ("first", "second", "left"),
    [
        ("kept", "dropped", ["dropped"]),
        ("lead", "dropped", ["dropped"]),
        ("dropped", "kept", ["kept"]),
        ("kept", "moved", ["kept", "moved"]),
        ("edited", "dropped", ["edited", "dropped"]),
        ("kept", "kept", ["kept"]),
    ],
)
def test_a_new_choice_ends_those_that_it_contradicts(
    session: Session, publication: Publication, first: str, second: str, left: list[str]
) -> None:
    key = open_issue(session, publication, 3)
    article = stories(session, key)[0].article_id or 0
    choices.record(session, key, article, first, by="mara", now=NOON)
    choices.record(session, key, article, second, by="mara", now=NOON + timedelta(minutes=1))
    assert kinds(session, key) == [(article, kind) for kind in left]


def test_an_issue_has_one_lead_and_a_dropped_article_can_be_forgiven(
    session: Session, publication: Publication
) -> None:
    key = open_issue(session, publication, 3)
    first, second, third = (block.article_id or 0 for block in stories(session, key))
    for article in (first, second):
        choices.record(session, key, article, "lead", by="mara", now=NOON)
    choices.record(session, key, third, "dropped", by="mara", now=NOON)
    assert kinds(session, key) == [(second, "lead"), (third, "dropped")]
    choices.forgive(session, key, third)
    assert kinds(session, key) == [(second, "lead")]


def test_the_words_of_an_edit_are_kept(session: Session, publication: Publication) -> None:
    key = open_issue(session, publication, 3)
    article = stories(session, key)[0].article_id or 0
    words = EditedWords("Our title", "Our text.")
    choices.record(session, key, article, "edited", by="mara", now=NOON, words=words)
    kept = choices.of_issue(session, key)[0]
    assert (kept.title, kept.text, kept.by) == ("Our title", "Our text.", "mara")
