"""What came by mail to readers of a site, and what its links do."""

from datetime import timedelta

from sqlmodel import Session, col, select

from newsletter.letters.models import SmallLetter
from newsletter.schedule.daily import Round, carry_out_steps
from subscribers.models import Subscriber
from tests.web.letters import Sent

ADA, BOB, NEW = "ada@readers.example", "bob@readers.example", "ada.new@elsewhere.example"


def letters(one: Sent) -> list[SmallLetter]:
    with one.site.runtime.database.reading() as session:
        return list(session.exec(select(SmallLetter).order_by(col(SmallLetter.id))))


def path_in(letter: SmallLetter) -> str:
    return letter.fields["url"].removeprefix("http://news.example")


def last_path(one: Sent, address: str) -> str:
    """Where the last letter to an address leads."""
    return path_in([letter for letter in letters(one) if letter.address == address][-1])


def addresses(one: Sent) -> list[str]:
    return one.site.runtime.database.read(_addresses)


def _addresses(session: Session) -> list[str]:
    return list(session.exec(select(Subscriber.address).order_by(col(Subscriber.id))))


def pass_days(one: Sent, days: int) -> list[str]:
    """Let days pass, and carry out the daily routine of the last; what it did."""
    one.site.clock.move_by(timedelta(days=days))
    runtime = one.site.runtime
    now = one.site.clock.now()
    round_ = Round(runtime.database, one.site.publication, runtime.signer, now, runtime.urls)
    return list(carry_out_steps(round_))


def ask_data(one: Sent, token: str) -> str:
    """Ask for the data behind a letter's link; the path that the last letter leads to."""
    assert one.site.post(f"/preferences/{token}/mine").status == 303
    return path_in(letters(one)[-1])


def ask_move(one: Sent, token: str, address: str = NEW) -> str:
    """Ask for another address by a letter's link, and confirm it there; the path it led to."""
    assert one.site.post(f"/preferences/{token}/address", address=address).status == 303
    path = last_path(one, address)
    assert one.site.post(path).status == 200
    return path
