"""An extra issue takes no issue's place, uses up what it links, and leaves the rest to the next."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from newsletter.database import Database
from newsletter.editions.printing import preview
from newsletter.issues import composing, reasons
from newsletter.issues.beside.extra import UNTITLED, ExtraOrder, make_extra
from newsletter.issues.beside.timing import PastTime
from newsletter.issues.models import Issue
from newsletter.issues.proposing import propose, window_start
from newsletter.issues.reading import current_issue, open_extras
from newsletter.issues.refreshing import refresh
from newsletter.publications.models import Publication
from subscribers.audiences.filters import Filter
from subscribers.audiences.saved import save_audience
from tests.delivery.rig import URLS
from tests.issues.stage import WEEK, news, send, stories, titles
from tests.races import together
from tests.samples.times import NOON

SOON = NOON + timedelta(hours=4)


def _make(session: Session, publication: Publication, **order: object) -> Issue:
    return make_extra(
        session,
        publication.key,
        ExtraOrder(SOON, "mara", **order),  # type: ignore[arg-type]
        NOON,
    )


def test_an_extra_issue_of_the_candidates_is_beside_the_one_of_the_cadence(
    session: Session, publication: Publication
) -> None:
    news(session, publication, 5)
    extra = _make(session, publication)
    assert (extra.status, extra.due_at, extra.deadline_at) == ("proposed", SOON, None)
    assert len(stories(session, extra.key)) == 5
    assert extra.subject != UNTITLED
    assert "Thin" not in extra.note
    assert current_issue(session, publication.key) is None
    assert open_extras(session, publication.key) == [extra]
    printed = preview(session, extra.key, URLS)[1]
    assert "Extra issue" in printed.html
    assert "Extra issue" in printed.text
    assert "No. 1" not in printed.text


def test_an_empty_one_stays_empty_and_offers_all_candidates(
    session: Session, publication: Publication
) -> None:
    news(session, publication, 5)
    extra = _make(session, publication, title=" The harbor\nopens ", is_empty=True)
    refresh(session, extra.key, NOON)
    assert (extra.subject, extra.status) == ("The harbor opens", "proposed")
    assert stories(session, extra.key) == []
    [first, *_] = reasons.read_assessments(session, extra.key)
    assert reasons.count_assessments(session, extra.key) == 5
    composing.add(session, extra.key, first.article_id, version=extra.version, by="mara", now=NOON)
    refresh(session, extra.key, NOON)
    assert titles(session, extra.key) == [first.title]
    assert extra.subject == "The harbor opens"


def test_what_an_open_extra_issue_holds_comes_in_no_other_issue(
    session: Session, publication: Publication
) -> None:
    news(session, publication, 12)
    weekly = propose(session, publication.key, period="p1", due_at=NOON + WEEK, now=NOON)
    extra = _make(session, publication)
    both = set(titles(session, extra.key)) & set(titles(session, weekly.key))
    assert both
    refresh(session, weekly.key, NOON)
    assert not set(titles(session, extra.key)) & set(titles(session, weekly.key))
    other = _make(session, publication)
    assert not set(titles(session, extra.key)) & set(titles(session, other.key))


def test_what_it_linked_counts_as_used_and_the_rest_waits_for_the_next_issue(
    session: Session, publication: Publication
) -> None:
    news(session, publication, 12)
    before = window_start(session, publication.key, NOON)
    session.get_one(Publication, publication.key).compact = 0
    extra = _make(session, publication)
    used = set(titles(session, extra.key))
    send(session, extra)
    assert window_start(session, publication.key, NOON) == before
    weekly = propose(session, publication.key, period="p1", due_at=NOON + WEEK, now=NOON)
    assert titles(session, weekly.key)
    assert not used & set(titles(session, weekly.key))


def test_it_goes_to_an_audience_if_its_editor_says_so(
    session: Session, publication: Publication
) -> None:
    audience = save_audience(session, publication.key, "Regulars", Filter(), by="mara", now=NOON)
    extra = _make(session, publication, audience=audience)
    assert extra.audience["name"] == "Regulars"


def test_a_time_that_is_over_makes_no_extra_issue(
    session: Session, publication: Publication
) -> None:
    with pytest.raises(PastTime):
        make_extra(session, publication.key, ExtraOrder(NOON - timedelta(seconds=1), "mara"), NOON)


def test_two_editors_at_once_make_two_with_numbers_of_their_own(
    database: Database, publication: Publication
) -> None:
    made = together(*[lambda: database.write(_make, publication).number] * 3)
    assert sorted(made) == [1, 2, 3]
