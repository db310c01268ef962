"""Logging in: counted first, one password at a time, and no transaction while it is hashed."""

import hashlib
import logging
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import Session

from newsletter.database import Database
from newsletter.desk import editors, factors, passwords, sessions
from newsletter.desk.models import Editor
from newsletter.desk.sessions import STAY, Origin
from newsletter.desk.turnstile import Turnstile
from newsletter.errors import NewsletterError, Refused
from newsletter.intake import counting, guessing
from newsletter.intake.guessing import NOTICED, Guess
from newsletter.letters.publisher import Publisher
from newsletter.letters.writing import Notice, write_notice
from newsletter.tokens import SUBSCRIBER_BITS, OldToken, Signer, pair, unpair
from subscribers.addresses import shorten_network

log = logging.getLogger(__name__)
KNOWN_FOR = timedelta(days=365)  # a browser, after a login in it
LINK_FOR = timedelta(days=1)  # the link in the notice
HALF_FOR = timedelta(minutes=5)  # from the password to the code
MARK_BITS = 64 - SUBSCRIBER_BITS


class WrongLogin(Refused):
    """That address and password do not belong together. Try again. If you do not know your password
    any more, “Forgotten password” below sends you a link."""


@dataclass(frozen=True, slots=True)
class Login:
    """What came with the login's form.

    `known` is the token of a browser in which an editor logged in before, or of a notice's link;
    `half` is that of a login whose password was right.
    """

    address: str
    password: str = field(repr=False)
    origin: Origin
    known: str = ""
    half: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Admitted:
    """What a right login gives: the editor, the cookie of the session, the token of the browser."""

    editor: Editor
    cookie: str
    known: str


@dataclass(frozen=True, slots=True)
class HalfLogin:
    """What a right password gives an editor who has a second factor: a token for its page alone."""

    token: str


@dataclass(frozen=True, slots=True)
class Claimant:
    """The editor of the typed address as it was before the password was looked at."""

    guess: Guess
    editor_id: int | None = None
    kept: str | None = None


def log_in(
    database: Database,
    publisher: Publisher,
    turnstile: Turnstile,
    login: Login,
    now: datetime,
    idle: timedelta = STAY,
) -> Admitted | HalfLogin:
    """Begin a session if address and password belong together, or ask for a code first.

    Raises what `prove` raises.
    """
    claimant = prove(database, publisher, turnstile, login, now)
    entry = database.write(_let_in, publisher.signer, claimant, login, now, idle)
    if isinstance(entry, Admitted):
        log.info("Editor %s logged in", claimant.editor_id)
    return entry


def prove(
    database: Database,
    publisher: Publisher,
    turnstile: Turnstile,
    login: Login,
    now: datetime,
) -> Claimant:
    """Return whom an address and a password belong to.

    Raises WrongLogin, TooManyGuesses or Crowded. The editor gets a notice at the tenth wrong
    password of a day, and at the hundredth.
    """
    secret = publisher.signer.secret
    claimant = database.read(find_claimant, publisher.signer, login, now)
    with turnstile.passing(is_known=bool(claimant.guess.browser)):
        wrong = database.write(guessing.count_guess, secret, claimant.guess, now)
        is_right = passwords.fits(login.password, claimant.kept)
    if is_right:
        database.write(guessing.take_back, secret, claimant.guess, now)
        return claimant
    database.write(_note_wrong, publisher, claimant, wrong, now)
    log.warning("A login of editor %s had a wrong password", claimant.editor_id or "unknown")
    raise WrongLogin


def find_claimant(
    session: Session,
    signer: Signer,
    login: Login,
    now: datetime,
    kind: Literal["login", "code"] = "login",
) -> Claimant:
    """Return who may be logging in. Raises TooManyGuesses."""
    editor = editors.find_typed(session, login.address)
    network = shorten_network(login.origin.network)
    if editor is None:
        claimant = Claimant(Guess(editors.fold(login.address), network, kind=kind))
    else:
        guess = Guess(
            editors.fold(editor.address),
            network,
            _known_browser(signer, login.known, editor.key, now),
            sessions.is_known_network(session, editor.key, network, now),
            kind,
        )
        claimant = Claimant(guess, editor.key, editor.password_hash)
    guessing.refuse_waiting(session, signer.secret, claimant.guess, now)
    return claimant


def _known_browser(
    signer: Signer,
    token: str,
    editor_id: int,
    now: datetime,
) -> str:
    """Return the mark of a browser in which this editor logged in before; "" for any other."""
    try:
        mark, known_id = unpair(
            signer.read(
                "browser",
                token,
                now,
            )
        )
    except NewsletterError:
        return ""
    return f"{known_id} {mark}" if known_id == editor_id else ""


def _let_in(
    session: Session,
    signer: Signer,
    claimant: Claimant,
    login: Login,
    now: datetime,
    idle: timedelta,
) -> Admitted | HalfLogin:
    """Begin the session. Raises WrongLogin if the editor changed while the hash was made."""
    editor = session.get(Editor, claimant.editor_id)
    if editor is None or editor.password_hash != claimant.kept:
        raise WrongLogin
    if factors.has_factor(session, editor.key):
        number = pair(_print_of(editor.password_hash), editor.key)
        return HalfLogin(signer.sign("half", number, now + HALF_FOR))
    return admit(session, signer, editor, login.origin, now, idle)


def find_half(session: Session, signer: Signer, token: str, now: datetime) -> Editor:
    """Return whose password was right a moment ago. Raises BadToken, RetiredToken or OldToken.

    Another password ends it.
    """
    mark, editor_id = unpair(signer.read("half", token, now))
    editor = session.get(Editor, editor_id)
    if editor is None or _print_of(editor.password_hash) != mark:
        raise OldToken
    return editor


def admit(
    session: Session,
    signer: Signer,
    editor: Editor,
    origin: Origin,
    now: datetime,
    idle: timedelta,
) -> Admitted:
    """Begin the session of an editor who proved all that is asked of them."""
    cookie = sessions.begin_session(
        session,
        editor.key,
        signer.secret,
        origin,
        now,
        idle,
    )
    return Admitted(
        editor,
        cookie,
        _mark(
            signer,
            editor.key,
            now + KNOWN_FOR,
        ),
    )


def _note_wrong(
    session: Session,
    publisher: Publisher,
    claimant: Claimant,
    wrong: int,
    now: datetime,
) -> None:
    """Write to the editor when wrong passwords are many."""
    if wrong not in NOTICED:
        return
    counting.forget_past(session, now)
    editor = session.get(Editor, claimant.editor_id) if claimant.editor_id else None
    if editor is not None:
        _write_notice(
            session,
            publisher,
            editor,
            wrong,
            now,
        )


def _write_notice(
    session: Session,
    publisher: Publisher,
    editor: Editor,
    wrong: int,
    now: datetime,
) -> None:
    """Tell an editor that somebody guesses, with a link that lets their own browser in."""
    token = _mark(
        publisher.signer,
        editor.key,
        now + LINK_FOR,
    )
    notice = Notice(
        head=f"{wrong} wrong passwords for your login today",
        text="Somebody tried to log in at the desk with your address. Nobody got in by a wrong "
        "password. If it was not you, you need do nothing: whoever guesses has to wait longer and "
        "longer. If the desk asks you to wait, too, log in by this link: it works for a day, and "
        "does not wait for the others. It asks for your password.",
        url=publisher.urls.login(token),
    )
    write_notice(
        session,
        publisher.key,
        editor.address,
        notice,
        now=now,
    )


def _print_of(password_hash: str) -> int:
    """Return a number that another password would not have."""
    digest = hashlib.sha256(password_hash.encode()).digest()
    return int.from_bytes(digest) >> (len(digest) * 8 - MARK_BITS)


def _mark(
    signer: Signer,
    editor_id: int,
    until: datetime,
) -> str:
    """Return a new token by which a browser of this editor is known."""
    return signer.sign(
        "browser",
        pair(secrets.randbits(MARK_BITS), editor_id),
        until,
    )
