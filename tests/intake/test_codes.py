"""Codes of a second factor: counted by themselves, and their editor hears of many wrong ones."""

from datetime import timedelta

import pyotp
import pytest
from sqlmodel import select

from newsletter.database import Database
from newsletter.desk import factors
from newsletter.desk.factors import WrongCode
from newsletter.desk.sessions import Origin
from newsletter.desk.turnstile import Turnstile
from newsletter.intake.codes import prove_code
from newsletter.intake.guessing import TooManyGuesses
from newsletter.intake.logins import HalfLogin, Login, log_in
from newsletter.letters.models import SmallLetter
from newsletter.letters.publisher import Publisher
from newsletter.publications.models import Publication
from newsletter.tokens import Signer
from newsletter.urls import Urls
from tests.logins import add_cheap_editor
from tests.samples.times import NOON

ADA, PASSWORD = "ada@inference.example", "a long password"
HERE = Origin("203.0.113.7")


@pytest.fixture
def publisher(publication: Publication) -> Publisher:
    return Publisher(publication, Urls("http://news.example"), Signer("a secret of the tests"))


@pytest.fixture
def app(database: Database, publisher: Publisher) -> pyotp.TOTP:
    """The app of an editor who has set it up."""
    with database.writing() as session:
        key = add_cheap_editor(session, ADA, "Ada", NOON, PASSWORD).key
        factors.begin_factor(session, key, NOON)
        setup = factors.read_setup(session, publisher.signer, key, ADA, "Desk")
        assert setup
        found = pyotp.TOTP(setup.key)
        factors.finish_factor(session, publisher.signer, key, found.at(NOON), NOON)
    return found


def test_the_password_ends_no_wait_for_codes_and_is_not_kept_waiting(
    database: Database, publisher: Publisher, app: pyotp.TOTP
) -> None:
    turnstile, now = Turnstile(), NOON + timedelta(minutes=5)
    for number in range(5):
        with pytest.raises(WrongCode):
            prove_code(database, publisher, turnstile, Login(ADA, str(number), HERE), now)
    half = log_in(database, publisher, turnstile, Login(ADA, PASSWORD, HERE), now)
    assert isinstance(half, HalfLogin)
    right = Login(ADA, app.at(now), HERE)
    with pytest.raises(TooManyGuesses):
        prove_code(database, publisher, turnstile, right, now)
    later = now + timedelta(seconds=60)
    right = Login(ADA, app.at(later), HERE)
    assert prove_code(database, publisher, turnstile, right, later) == "an app's code"


def test_the_editor_hears_that_somebody_knows_their_password(
    database: Database, publisher: Publisher, app: pyotp.TOTP
) -> None:
    for number in range(10):
        wrong = Login(ADA, "x", Origin(f"203.0.{number}.7"))
        with pytest.raises(WrongCode):
            prove_code(database, publisher, Turnstile(), wrong, NOON)
    with database.reading() as session:
        [letter] = session.exec(select(SmallLetter)).all()
    assert (letter.address, "knows your password" in letter.fields["text"]) == (ADA, True)
