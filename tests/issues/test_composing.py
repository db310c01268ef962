"""Composing: each change of an editor outlives a refresh, and only editors make a form stale."""

import pytest
from sqlmodel import Session

from newsletter.issues import composing, reasons
from newsletter.issues.choices import EditedWords
from newsletter.issues.reading import read_issue
from newsletter.issues.refreshing import refresh
from newsletter.publications.models import Publication
from tests.issues.stage import BIG, MARA, gathered, open_issue, stories, titles, version
from tests.samples.times import NOON


def test_what_was_dropped_does_not_come_back_but_can_be_brought_back(
    session: Session, publication: Publication
) -> None:
    key = open_issue(session, publication)
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
    key = open_issue(session, publication)
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
    key = open_issue(session, publication)
    block = stories(session, key)[4]
    composing.edit(
        session, key, block.key, EditedWords("In our own words", "A text."), version=1, **MARA
    )
    composing.drop(session, key, block.key, version=version(session, key), **MARA)
    composing.add(session, key, block.article_id or 0, version=version(session, key), **MARA)
    assert "In our own words" in titles(session, key)


def test_a_subject_of_an_editor_is_not_worded_again(
    session: Session, publication: Publication
) -> None:
    key = open_issue(session, publication)
    composing.change_subject(session, key, "Our subject", "", version=1, by="mara")
    gathered(session, publication, "wire", BIG[:1])
    refresh(session, key, NOON)
    assert read_issue(session, key).subject == "Our subject"


def test_a_refresh_makes_no_form_stale_but_another_editor_does(
    session: Session, publication: Publication
) -> None:
    key = open_issue(session, publication)
    last = stories(session, key)[1]
    gathered(session, publication, "wire", BIG[:1])
    refresh(session, key, NOON)
    composing.drop(session, key, last.key, version=1, **MARA)  # opened before the refresh
    with pytest.raises(composing.IssueChanged):
        composing.drop(session, key, stories(session, key)[0].key, version=1, **MARA)


def test_dropping_the_lead_makes_the_next_story_lead(
    session: Session, publication: Publication
) -> None:
    key = open_issue(session, publication)
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


def test_words_without_a_title_and_an_empty_subject_are_refused(
    session: Session, publication: Publication
) -> None:
    key = open_issue(session, publication)
    block = stories(session, key)[0]
    with pytest.raises(composing.EmptyTitle):
        composing.edit(session, key, block.key, EditedWords(" ", "A text."), version=1, **MARA)
    with pytest.raises(composing.EmptySubject):
        composing.change_subject(session, key, " ", "", version=1, by="mara")
    assert version(session, key) == 1


def test_a_story_of_another_issue_is_not_in_this_one(
    session: Session, publication: Publication
) -> None:
    key = open_issue(session, publication)
    with pytest.raises(composing.NoSuchBlock):
        composing.drop(session, key, 999, version=1, **MARA)


def test_a_sent_issue_is_not_changed(session: Session, publication: Publication) -> None:
    key = open_issue(session, publication)
    read_issue(session, key).status = "sent"
    with pytest.raises(composing.NotEditable):
        composing.change_subject(session, key, "Late", "", version=1, by="mara")
