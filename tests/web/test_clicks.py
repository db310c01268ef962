"""Counted links and the pixel: where they lead, what is kept, and who counts as a person."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from newsletter.editions.models import Edition
from newsletter.tokens import pair
from newsletter.tracking.models import Event
from tests.tracking.stage import Stage, sent_issue

ADA, BOB = "ada@readers.example", "bob@readers.example"


def links(stage: Stage) -> list[str]:
    with stage.site.runtime.database.reading() as session:
        return list(session.get_one(Edition, stage.delivery.edition_id).links)


def test_a_link_leads_to_the_editions_own_address_and_is_a_persons_click(database_url: str) -> None:
    with sent_issue(database_url, "anonymous", ADA) as stage:
        for place, path in enumerate(
            sorted(stage.paths(ADA), key=lambda path: int(path.rpartition("/")[2]))[:-1]
        ):
            answer = stage.follow(path)
            assert (answer.status, answer.headers["location"]) == (302, links(stage)[place])
            assert answer.headers["cache-control"] == "no-store"
            stage.later(timedelta(minutes=15))
        figures = stage.figures()
        assert (figures.clicks.people, figures.clicks.robots) == (len(links(stage)), 0)
        assert [link.clicks.people for link in figures.links] == [1] * len(links(stage))


@pytest.mark.parametrize(("mode", "apart"), [("anonymous", 1), ("individual", 2)])
def test_only_individual_links_tell_readers_apart(database_url: str, mode: str, apart: int) -> None:
    with sent_issue(database_url, mode, ADA, BOB) as stage:
        assert len({stage.paths(ADA)[0], stage.paths(BOB)[0]}) == apart
        stage.follow(stage.paths(ADA)[0])
        stage.recorder.flush()
        with stage.site.runtime.database.reading() as session:
            (event,) = session.exec(select(Event)).all()
        assert bool(event.message_id) is (mode == "individual")


def test_the_pixel_is_one_point_that_nobody_keeps_and_counts_an_open(database_url: str) -> None:
    with sent_issue(database_url, "anonymous", ADA) as stage:
        answer = stage.follow(stage.paths(ADA, "o")[0])
        assert (answer.status, answer.headers["content-type"], answer.headers["cache-control"]) == (
            200,
            "image/gif",
            "no-store",
        )
        assert stage.figures().opens.people == 1
        assert stage.figures().clicks.people == 0


@pytest.mark.parametrize("bad", ["99", "-1", "x", "0/0", "0x0", "٣", "1e0", "00000", ""])
def test_a_place_that_the_edition_does_not_have_is_a_friendly_page_and_no_redirect(
    sqlite_url: str, bad: str
) -> None:
    with sent_issue(sqlite_url, "anonymous", ADA) as stage:
        answer = stage.follow(stage.paths(ADA)[0].rpartition("/")[0] + "/" + bad)
        assert answer.status == 404
        assert "location" not in answer.headers
        assert "no such link in that letter" in answer.text
        assert stage.figures().clicks.people == 0


def test_no_token_of_another_purpose_or_edition_leads_anywhere(database_url: str) -> None:
    with sent_issue(database_url, "anonymous", ADA) as stage:
        signer, key = stage.site.runtime.signer, stage.delivery.edition_id
        for token in (
            signer.sign("letter", pair(key, 0)),
            signer.sign("preferences", pair(key, 0)),
            signer.sign("click", pair(key + 1, 0)),
        ):
            answer = stage.follow(f"/c/{token}/0")
            assert answer.status in (403, 404)
            assert "location" not in answer.headers
        answer = stage.site.post(f"/leave/{signer.sign('click', pair(key, 0))}")
        assert answer.status == 403


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(data=st.data())
def test_whatever_is_done_to_a_link_it_leads_to_the_editions_addresses_or_nowhere(
    sqlite_stage: Stage, data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(sqlite_stage.paths(ADA)))
    at = data.draw(st.integers(3, len(path)))
    odd = data.draw(st.text(st.characters(codec="ascii", exclude_characters="?#"), max_size=12))
    changed = path[:at] + odd + path[at + data.draw(st.integers(0, 3)) :]
    answer = sqlite_stage.follow(changed)
    assert answer.headers.get("location") in (None, *links(sqlite_stage))


def test_head_is_answered_like_get_and_is_never_a_person(database_url: str) -> None:
    with sent_issue(database_url, "anonymous", ADA) as stage:
        path = stage.paths(ADA)[0]
        asked, seen = stage.follow(path, method="HEAD", network="192.0.2.9"), stage.follow(path)
        assert (asked.status, asked.headers["location"]) == (302, seen.headers["location"])
        figures = stage.figures()
        assert (figures.clicks.people, figures.clicks.robots) == (1, 1)
        assert figures.robots == {"head": 1}
        assert stage.site.post(path).status == 405


def test_the_hidden_link_is_for_programs_and_its_visitor_is_a_robot(database_url: str) -> None:
    with sent_issue(database_url, "anonymous", ADA) as stage:
        *_, hidden = sorted(stage.paths(ADA), key=lambda path: int(path.rpartition("/")[2]))
        stage.follow(stage.paths(ADA)[0])
        answer = stage.follow(hidden)
        assert answer.status == 404
        assert "hidden in the letter, for programs" in answer.text
        figures = stage.figures()
        assert (figures.clicks.people, figures.robots) == (0, {"company": 1, "honey": 1})


def test_who_turns_counting_off_keeps_links_working_and_nothing_is_stored_any_more(
    database_url: str,
) -> None:
    with sent_issue(database_url, "individual", ADA) as stage:
        stage.set_mode("anonymous")
        stage.follow(stage.paths(ADA)[0])
        stage.recorder.flush()
        stage.set_mode("off")
        assert stage.follow(stage.paths(ADA)[0]).status == 302
        stage.recorder.flush()
        with stage.site.runtime.database.reading() as session:
            assert [event.message_id for event in session.exec(select(Event)).all()] == [0]
