"""Reports: the articles that an issue may choose from, each with the sources that show it."""

from datetime import timedelta

from sqlmodel import Session, col, select

from newsletter.fetching.fetcher import Fetched
from newsletter.formats.found import Found
from newsletter.gathering import sources
from newsletter.gathering.models import Article, Sighting
from newsletter.gathering.source_answers import SourceAnswer, store_answers
from newsletter.issues.reading import read_issue
from newsletter.issues.reports import (
    PATTERNS,
    linked_reports,
    read_past,
    read_reports,
    read_series,
    reports_in_window,
)
from newsletter.publications.models import Publication
from tests.issues.stage import WEEK, gathered, open_issue, send, stories
from tests.samples.times import NOON

HOUR = timedelta(hours=1)


def article_ids(session: Session) -> list[int]:
    return [key or 0 for key in session.exec(select(Article.id).order_by(col(Article.id)))]


def test_reports_come_as_asked_for_and_an_article_that_is_not_there_is_left_out(
    session: Session, publication: Publication
) -> None:
    gathered(session, publication, "wire", ["A ferry sinks", "A bell rings"])
    keys = article_ids(session)[::-1]
    found = read_reports(session, publication.key, [keys[0], 999, keys[1]])
    assert [report.id for report in found] == keys
    assert {report.title for report in found} == {"A ferry sinks", "A bell rings"}
    assert found[0].source == "Wire"


def test_the_heaviest_source_of_an_article_is_its_first_voice(
    session: Session, publication: Publication
) -> None:
    gathered(session, publication, "wire", ["A ferry sinks"])
    key = article_ids(session)[0]
    wire = sources.all_sources(session, publication.key)[0]
    post = sources.add(session, publication.key, sources.NewSource("https://post.example/feed"))
    post.weight = 2.0
    session.add(Sighting(source_id=post.key, article_id=key, seen_at=NOON))
    session.flush()
    report = read_reports(session, publication.key, [key])[0]
    assert [voice.id for voice in report.voices] == [post.key, wire.key]
    assert report.weight == 2.0


def test_a_firm_that_an_editor_named_is_the_voice_of_all_its_addresses(
    session: Session, publication: Publication
) -> None:
    for name in ("tidewater", "lamps", "wire"):
        gathered(session, publication, name, [f"A ferry sinks off {name}"])
    tidewater, lamps, wire = sources.all_sources(session, publication.key)
    tidewater.guessed_firm = "tidewater.example"
    lamps.guessed_firm = "lamps.example"
    lamps.speaks_for = "Tidewater"
    wire.guessed_firm = "wire.example"
    session.flush()
    found = read_reports(session, publication.key, article_ids(session))
    assert [report.voices[0].firm for report in found] == ["tidewater", "tidewater", "wire.example"]
    assert [report.firm for report in found] == ["tidewater", "tidewater", "wire.example"]


def test_a_source_brings_the_languages_that_an_editor_allows_it(
    session: Session, publication: Publication
) -> None:
    gathered(session, publication, "wire", ["A ferry sinks"])
    (wire,) = sources.all_sources(session, publication.key)
    wire.languages = "de-AT, fr"
    session.flush()
    (found,) = read_reports(session, publication.key, article_ids(session))
    assert found.voices[0].languages == {"de", "fr"}


def test_a_withdrawn_article_and_one_of_the_future_are_not_in_the_window(
    session: Session, publication: Publication
) -> None:
    key = open_issue(session, publication, 3)
    gathered(session, publication, "wire", ["Tomorrow"], hours=-24)
    gone = session.get(Article, stories(session, key)[0].article_id)
    assert gone
    gone.withdrawn_at = NOON
    session.flush()
    found = reports_in_window(session, read_issue(session, key), NOON)
    assert len(found) == 2
    assert {"Tomorrow", gone.title}.isdisjoint(report.title for report in found)


def test_a_backlog_without_dates_is_no_news_and_what_comes_after_it_is(
    session: Session, publication: Publication
) -> None:
    """A source that is read for the first time shows thirty items of any age."""
    key = open_issue(session, publication, 1)
    new = sources.add(session, publication.key, sources.NewSource("https://attic.example/feed"))
    old = [Found(f"https://attic.example/{n}", f"Attic story {n}") for n in range(30)]
    dated = Found("https://attic.example/d", "Attic opens", published_at=NOON - HOUR)
    read = Fetched(200, new.url)
    store_answers(session, [SourceAnswer(new.key, read, found=[*old, dated])], NOON)
    fresh = Found("https://attic.example/new", "Attic closes")
    later = NOON + HOUR
    store_answers(session, [SourceAnswer(new.key, read, found=[fresh, *old, dated])], later)
    found = reports_in_window(session, read_issue(session, key), later + HOUR)
    titles = {report.title for report in found if "Attic" in report.title}
    assert titles == {"Attic opens", "Attic closes"}


def test_an_event_that_is_months_ahead_is_no_news_yet(
    session: Session, publication: Publication
) -> None:
    key = open_issue(session, publication, 1)
    new = sources.add(session, publication.key, sources.NewSource("https://fair.example/feed"))
    day = NOON + timedelta(days=90)
    event = Found("https://fair.example/f", "Fair of ferries", published_at=day)
    store_answers(session, [SourceAnswer(new.key, Fetched(200, new.url), found=[event])], NOON)
    issue = read_issue(session, key)
    shown = [reports_in_window(session, issue, at) for at in (NOON + HOUR, day + HOUR)]
    assert [event.title in {report.title for report in found} for found in shown] == [False, True]


def test_what_a_sent_issue_linked_is_known_with_its_number_and_leaves_the_window(
    session: Session, publication: Publication
) -> None:
    key = open_issue(session, publication, 3)
    shown = [block.url for block in stories(session, key)]
    issue = read_issue(session, key)
    send(session, issue)
    links = linked_reports(session, publication.key)
    assert [link.report.url for link in links] == sorted(shown)
    assert {(link.number, link.sent_at) for link in links} == {(1, NOON)}
    assert reports_in_window(session, issue, NOON + WEEK) == []


def test_the_past_shows_what_recurs_and_what_is_usual_for_a_hundred_days(
    session: Session, publication: Publication
) -> None:
    days = PATTERNS // timedelta(hours=1)
    gathered(session, publication, "wire", ["Harbour bulletin 7", "Long ago"], hours=days - 1)
    wire = sources.all_sources(session, publication.key)[0]
    series = read_series(session, publication.key, NOON)
    assert "harbour bulletin #" in series[wire.key]
    assert read_past(session, publication.key, NOON) == [
        ("Harbour bulletin 7", "Dek."),
        ("Long ago", "Dek."),
    ]
    assert read_past(session, publication.key, NOON + timedelta(days=1)) == []
