"""A doubtful list is asked: who presses the button stays, silence leaves, and a scanner keeps
nobody."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from newsletter.editions.press import press_letter
from newsletter.editions.printing import face_of
from newsletter.letters.models import SmallLetter
from newsletter.letters.reconfirming import BadAnswerDays, ask_to_stay
from newsletter.lists.importing import import_file
from newsletter.schedule.daily import Round, carry_out_daily
from subscribers.joining import signup
from subscribers.leaving import unsubscribing
from subscribers.models import ConsentRecord, Subscriber, Subscription
from subscribers.suppressing import suppress
from tests.samples.times import NOON
from tests.web.asking import Site, site


@pytest.fixture
def desk(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.chdir(tmp_path)
    with site(database_url, NOON) as one:
        path = tmp_path / "in.csv"
        path.write_text("email\n" + "".join(f"r{n}@x.example\n" for n in range(6)))
        import_file(one.runtime.database, one.key, path, now=NOON, rejected_path=tmp_path / "r.csv")
        with one.runtime.database.writing() as session:
            signup.confirm(
                session,
                signup.sign_up(session, one.key, "own@x.example", now=NOON).subscription_id,
                now=NOON,
            )
            suppress(session, "r1@x.example", "bounce", NOON)
        yield one


def standing(session: Session) -> dict[str, tuple[str, str]]:
    query = select(Subscriber.address, Subscription.status, Subscription.left_by).join(
        Subscription, col(Subscription.subscriber_id) == Subscriber.id
    )
    return {address: (status, by) for address, status, by in session.exec(query)}


def letters(desk: Site) -> dict[str, str]:
    """The link of each letter, by address."""
    with desk.runtime.database.reading() as session:
        return {
            one.address: one.fields["stay_url"].removeprefix("http://news.example")
            for one in session.exec(select(SmallLetter).where(SmallLetter.kind == "reconfirm"))
        }


def daily(desk: Site) -> list[str]:
    runtime = desk.runtime
    return list(
        carry_out_daily(
            Round(
                runtime.database, desk.publication, runtime.signer, desk.clock.now(), runtime.urls
            )
        )
    )


def ask_all(desk: Site, days: int) -> int:
    return ask_to_stay(
        desk.runtime.database,
        1,
        days,
        urls=desk.runtime.urls,
        signer=desk.runtime.signer,
        now=NOON,
    )


def test_who_presses_stays_and_silence_leaves(desk: Site) -> None:
    page = "/desk/readers/import/done/1"
    assert "Ask them" in desk.get(page).text
    assert desk.post(f"{page}/reconfirm", days="14").status == 303
    assert "5</b> were asked" in desk.get(page).text
    links = letters(desk)
    assert set(links) == {"r0@x.example", *(f"r{n}@x.example" for n in range(2, 6))}, (
        "who must not be mailed is not asked"
    )
    assert ask_all(desk, 14) == 0, "nobody is asked twice"
    for _ in range(2):
        assert "Yes, keep it coming" in desk.get(links["r0@x.example"]).text
        desk.head(links["r0@x.example"])
        assert "You stay" in desk.post(links["r2@x.example"]).text
    with desk.runtime.database.writing() as session:
        unsubscribing.end_subscription(session, 4, by="link", now=NOON)
    assert "had left already" in desk.post(links["r3@x.example"]).text
    with desk.runtime.database.writing() as session:  # who signs up again has said yes
        signup.confirm(
            session,
            signup.sign_up(session, desk.key, "r3@x.example", now=NOON).subscription_id,
            now=NOON,
        )
    desk.clock.move_by(timedelta(days=13))
    daily(desk)
    assert desk.runtime.database.read(standing)["r0@x.example"] == ("active", "")
    desk.clock.move_by(timedelta(days=2))
    assert "who was asked to stay and did not answer: 3 left" in daily(desk)
    assert desk.runtime.database.read(standing) == {
        "own@x.example": ("active", ""),
        "r1@x.example": ("active", ""),
        "r2@x.example": ("active", ""),
        "r3@x.example": ("active", "link"),
        "r0@x.example": ("unsubscribed", "silence"),
        "r4@x.example": ("unsubscribed", "silence"),
        "r5@x.example": ("unsubscribed", "silence"),
    }
    with desk.runtime.database.reading() as session:
        kept = session.exec(
            select(ConsentRecord.subscription_id).where(ConsentRecord.act == "reconfirm")
        ).all()
        assert kept == [
            session.exec(
                select(Subscription.id)
                .join(Subscriber, col(Subscriber.id) == col(Subscription.subscriber_id))
                .where(Subscriber.address == "r2@x.example")
            ).one()
        ]
    assert desk.post(links["r0@x.example"]).status == 403, "the link is over with its time"


def test_the_letter_says_what_silence_does_and_how_to_leave_now(desk: Site) -> None:
    ask_all(desk, 14)
    with desk.runtime.database.reading() as session:
        row = session.exec(select(SmallLetter).where(SmallLetter.kind == "reconfirm")).first()
        assert row is not None
        letter = press_letter("reconfirm", face_of(desk.publication, desk.runtime.urls), row.fields)
    assert letter.subject == "Do you want to stay with The Inference?"
    for part in (letter.html, letter.text):
        assert row.fields["stay_url"] in part
        assert row.fields["unsubscribe_url"] in part
        assert "nothing more comes" in " ".join(part.split())
    with pytest.raises(BadAnswerDays):
        ask_all(desk, 1)
