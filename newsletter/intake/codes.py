"""Codes of a second factor: counted as passwords are, each by itself, and used up."""

import logging
from datetime import datetime, timedelta

from sqlmodel import Session

from newsletter.database import Database
from newsletter.desk import factors
from newsletter.desk.deeds import Actor, note_deed
from newsletter.desk.factors import Used, WrongCode
from newsletter.desk.models import Editor
from newsletter.desk.roles import Act
from newsletter.desk.sessions import STAY
from newsletter.desk.turnstile import Turnstile
from newsletter.intake import guessing, logins
from newsletter.intake.guessing import NOTICED
from newsletter.intake.logins import Admitted, Login
from newsletter.letters.publisher import Publisher
from newsletter.letters.writing import Notice, write_notice
from subscribers.addresses import shorten_network

log = logging.getLogger(__name__)


def finish_login(
    database: Database,
    publisher: Publisher,
    turnstile: Turnstile,
    login: Login,
    now: datetime,
    idle: timedelta = STAY,
) -> Admitted:
    """Begin the session of somebody whose password was right, if the code is right, too.

    `login` has the code where its form has a password. Raises what `prove_code` raises.
    """
    used = prove_code(database, publisher, turnstile, login, now)
    entry = database.write(_admit, publisher, login, used, now, idle)
    log.info("Editor %s logged in with %s", entry.editor.key, used)
    return entry


def prove_code(
    database: Database,
    publisher: Publisher,
    turnstile: Turnstile,
    login: Login,
    now: datetime,
) -> Used:
    """Use a code of an editor up; it stands where a login has the password.

    Raises WrongCode, TooManyGuesses or Crowded. At the tenth wrong code of a day, and at the
    hundredth, the editor gets a notice: whoever types codes knows their password.
    """
    secret = publisher.signer.secret
    claimant = database.read(logins.find_claimant, publisher.signer, login, now, "code")
    editor_id = claimant.editor_id or 0
    with turnstile.passing(is_known=bool(claimant.guess.browser)):
        wrong = database.write(guessing.count_guess, secret, claimant.guess, now)
        used = database.write(factors.use_code, publisher.signer, editor_id, login.password, now)
    if used:
        database.write(guessing.take_back, secret, claimant.guess, now)
        return used
    if wrong in NOTICED:
        database.write(_write_notice, publisher, editor_id, wrong, now)
    log.warning("A login of editor %s had a wrong code", editor_id)
    raise WrongCode


def _admit(
    session: Session,
    publisher: Publisher,
    login: Login,
    used: Used,
    now: datetime,
    idle: timedelta,
) -> Admitted:
    editor = logins.find_half(session, publisher.signer, login.half, now)
    network = shorten_network(login.origin.network)
    deed = f"logged in with {used}"
    note_deed(session, Actor(editor.address, network, Act.ACCOUNT, deed, publisher.key, now))
    return logins.admit(session, publisher.signer, editor, login.origin, now, idle)


def _write_notice(
    session: Session,
    publisher: Publisher,
    editor_id: int,
    wrong: int,
    now: datetime,
) -> None:
    editor = session.get(Editor, editor_id)
    if editor is None:
        return
    notice = Notice(
        head=f"{wrong} wrong codes for your login today",
        text="Somebody typed your password at the desk, and then wrong codes of your second "
        "factor. Nobody got in by a wrong code. If it was not you, somebody knows your password: "
        "choose another one on your account's page.",
        url=publisher.urls.desk(),
    )
    write_notice(session, publisher.key, editor.address, notice, now=now)
