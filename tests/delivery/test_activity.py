"""Who is active, for an audience: votes, and opens and clicks of people where they are known."""

import json
from datetime import timedelta

import pytest
from sqlmodel import col, select

from newsletter.delivery import activity
from newsletter.delivery.voting import vote
from newsletter.desk.tokens import make_token
from newsletter.publications.models import Publication
from newsletter.publications.preferences import change
from newsletter.tokens import pair
from newsletter.tracking.forgetting import forget_old_events
from subscribers.audiences.activity import note_seen
from subscribers.audiences.evaluating import (
    AudienceRule,
    considered_query,
    last_subscriber_id,
    recipients_query,
)
from subscribers.audiences.filters import Filter
from subscribers.audiences.saved import save_audience
from subscribers.models import Subscriber, Subscription
from tests.samples.times import NOON
from tests.tracking.stage import HOUR, Stage, sent_issue

ADA, BOB, CY, DEE = (
    "ada@readers.example",
    "bob@readers.example",
    "cy@readers.example",
    "dee@readers.example",
)
ACTIVE, QUIET = Filter(active_days=3), Filter(quiet_days=3)


def taken(stage: Stage, audience: Filter) -> str:
    """First letters of those whom an issue would go to.

    The count says as many, and every other has a reason.
    """
    now = stage.site.clock.now()
    with stage.site.runtime.database.reading() as session:
        publication = session.get_one(Publication, stage.site.key)
        condition = activity.audience_condition(session, publication, audience, now)
        here, wanted = (
            (stage.site.key, 0, last_subscriber_id(session)),
            AudienceRule(now, condition=condition),
        )
        got = {row.address[0] for row in session.execute(recipients_query(*here, wanted))}
        reasons = [row.exclusion for row in session.execute(considered_query(*here, wanted))]
        assert reasons.count("not in the audience") == len(reasons) - len(got)
        assert activity.count_audience(session, publication, audience, now) == len(got)
    return "".join(sorted(got))


def they_do_something(stage: Stage) -> None:
    """Ada follows a link, Bob loads the pixel, Dee votes.

    A robot follows the link of Cy's letter.
    """
    stage.follow(stage.paths(ADA)[0], network="192.0.2.1")
    stage.follow(stage.paths(BOB, "o")[0], network="192.0.2.2")
    stage.follow(stage.paths(CY)[1], network="192.0.2.3", method="HEAD")
    they_vote(stage)
    stage.later(HOUR)
    assert stage.settle() == 3


def they_vote(stage: Stage) -> None:
    with stage.site.runtime.database.writing() as session:
        dee = session.exec(select(Subscriber.id).where(col(Subscriber.address) == DEE)).one() or 0
        vote(session, pair(stage.issue_id, dee), "yes", stage.site.clock.now())


@pytest.mark.parametrize(
    ("mode", "active", "quiet"), [("anonymous", "d", "abc"), ("individual", "abd", "c")]
)
def test_active_is_who_voted_and_where_readers_are_known_who_opened_or_clicked_robots_apart(
    database_url: str, mode: str, active: str, quiet: str
) -> None:
    with sent_issue(database_url, mode, ADA, BOB, CY, DEE) as stage:
        stage.later(timedelta(days=4))
        assert (taken(stage, ACTIVE), taken(stage, QUIET)) == ("", "abcd")
        they_do_something(stage)
        assert (taken(stage, ACTIVE), taken(stage, QUIET)) == (active, quiet)
        stage.later(timedelta(days=4))
        assert (taken(stage, ACTIVE), taken(stage, QUIET)) == ("", "abcd")


def test_a_publication_that_counts_nothing_knows_votes(database_url: str) -> None:
    with sent_issue(database_url, "off", ADA, DEE) as stage:
        they_vote(stage)
        assert taken(stage, ACTIVE) == "d"


def test_a_publication_that_wants_to_know_less_asks_no_more_who_clicked(database_url: str) -> None:
    with sent_issue(database_url, "individual", ADA, BOB, CY, DEE) as stage:
        they_do_something(stage)
        for mode, active in (("anonymous", "d"), ("individual", "abd"), ("off", "d")):
            stage.set_mode(mode)
            assert taken(stage, ACTIVE) == active


def test_the_latest_open_or_click_counts_in_whatever_order_they_are_judged(
    database_url: str,
) -> None:
    with sent_issue(database_url, "individual", ADA) as stage:
        for visits in (1, 3):
            for _ in range(visits):
                stage.follow(stage.paths(ADA)[0])
                stage.later(timedelta(days=2))
            assert stage.settle() == visits
            assert taken(stage, ACTIVE) == "a"
        with stage.site.runtime.database.writing() as session:
            subscription = session.exec(select(Subscription)).one()
            seen_at = subscription.seen_at
            note_seen(session, stage.site.key, {subscription.subscriber_id: NOON})
            session.refresh(subscription)
            assert subscription.seen_at == seen_at


def test_what_is_forgotten_is_no_activity_any_more(database_url: str) -> None:
    with sent_issue(database_url, "individual", ADA, BOB) as stage:
        database, key = stage.site.runtime.database, stage.site.key
        database.write(change, key, tracking_days=30)
        for reader in (ADA, BOB):
            stage.follow(stage.paths(reader)[0])
        stage.later(timedelta(days=25))
        stage.follow(stage.paths(BOB)[0])
        stage.later(timedelta(days=6))
        stage.settle()
        assert taken(stage, Filter(active_days=60)) == "ab"
        assert forget_old_events(database, key, stage.site.clock.now()) == 2
        assert taken(stage, Filter(active_days=60)) == "b"
        with database.reading() as session:
            seen = [row.seen_at for row in session.exec(select(Subscription)) if row.seen_at]
            assert len(seen) == 1


def test_the_desk_and_a_program_are_told_what_activity_means_and_how_many_are_active(
    database_url: str,
) -> None:
    with sent_issue(database_url, "individual", ADA, BOB) as stage:
        web = stage.site
        stage.follow(stage.paths(ADA)[0])
        stage.later(HOUR)
        stage.settle()
        with web.runtime.database.writing() as session:
            save_audience(session, web.key, "Awake", ACTIVE, by="mara", now=web.clock.now())
            _, secret = make_token(
                session, web.key, "shop", may_vouch=False, by="mara", now=web.clock.now()
            )
        for mode, readers, words in (
            ("individual", 1, "followed a link"),
            ("anonymous", 0, "without knowing whose"),
            ("off", 0, "not counted"),
        ):
            stage.set_mode(mode)
            page = web.get("/desk/audiences?active_days=3").text
            assert words in page
            assert (
                f'<b class="num">{readers}</b>'
                in web.get("/desk/audiences/count?active_days=3").text
            )
            answer = json.loads(web.ask("GET", "/api/audiences", token=secret).text)
            assert words in answer["activity"]
            (audience,) = answer["audiences"]
            assert (audience["name"], audience["takes"], audience["readers"]) == (
                "Awake",
                "active within 3 days",
                readers,
            )
        assert web.ask("GET", "/api/audiences").status == 401
