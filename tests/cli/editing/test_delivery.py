"""`newsletter delivery`: how far it is, and a person's orders about it."""

from pathlib import Path

from sqlmodel import delete

from newsletter.database import Database
from newsletter.delivery.claiming import claim
from newsletter.delivery.planning import freeze
from newsletter.delivery.settling import settle
from newsletter.host.models import Host
from newsletter.mail.outcomes import Outcome
from newsletter.publications.reading import first_publication
from tests.cli.shell import INIT, rows, run
from tests.delivery.rig import planned_in
from tests.samples.times import NOON


def test_a_delivery_is_shown_paused_resumed_sent_again_and_stopped(folder: Path) -> None:
    run(*INIT)
    assert "no delivery" in run("delivery", "show", code=3).stderr
    database = Database(f"sqlite:///{folder / 'newsletter.sqlite3'}")
    with database.writing() as session:
        delivery = planned_in(
            session,
            first_publication(session).key,
            *(f"{name}@readers.example" for name in ("ada", "bob", "cyd")),
        )
    assert freeze(database, delivery.key)
    with database.writing() as session:
        taken = claim(session, delivery.key, 2, by="test", now=NOON)
        settle(
            session,
            {taken[0].id: Outcome("accepted", 250), taken[1].id: Outcome("uncertain")},
            NOON,
        )
    shown = rows("delivery", "show", "1")[0]
    assert (shown["number"], shown["status"], shown["percent"], shown["considered"]) == (
        1,
        "sending",
        66,
        3,
    )
    messages = {
        "accepted": 1,
        "waiting": 1,
        "deferred": 0,
        "refused": 0,
        "expired": 0,
        "uncertain": 1,
        "cancelled": 0,
    }
    assert shown["messages"] == messages
    assert "3 considered = 0 excluded + 3 messages" in run("delivery", "show").stdout
    with database.writing() as session:
        gone = Host(name="a-00000000", counter=7, beat_at=NOON, disagrees="gone")
        session.add(gone)
    assert "host's journals is gone" in " ".join(run("delivery", "show").stderr.split())
    with database.writing() as session:
        session.exec(delete(Host))
    assert rows("delivery", "pause", "1")[0]["status"] == "paused"
    assert "--yes" in run("delivery", "resend", code=4).stderr
    again = rows("delivery", "resend", "--yes")[0]
    assert again["status"] == "paused", "sending uncertain ones again resumes nothing"
    assert again["messages"] == messages | {"waiting": 2, "uncertain": 0}
    assert rows("delivery", "resume")[0]["status"] == "sending"
    assert "--yes" in run("delivery", "stop", code=4).stderr
    stopped = rows("delivery", "stop", "--yes")[0]
    assert (stopped["status"], stopped["percent"]) == ("stopped", 33)
    assert "stopped" in run("delivery", "resume", code=5).stderr
