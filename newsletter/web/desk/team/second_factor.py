"""An editor's second factor: set up with a first code, given other recovery codes, switched off."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.desk import factors, sessions
from newsletter.errors import NewsletterError
from newsletter.web.desk.desk import FRESH_FOR_FACTOR, TO_HAVE_ACCOUNT, Desk, DeskDep
from newsletter.web.desk.team.account import prove_again, prove_code_again
from newsletter.web.rendering import go_to
from newsletter.web.requests import Reading, TurnstileDep, Writing

pages = APIRouter(prefix="/desk/account/factor", dependencies=TO_HAVE_ACCOUNT)


class FactorForm(BaseModel):
    """What an editor proves themselves with."""

    password: str = ""
    code: str = ""


FactorFormDep = Annotated[FactorForm, Form()]


# The key is on this page while the app is being set up: a thief of an open browser would copy it.
@pages.get("", dependencies=FRESH_FOR_FACTOR)
def factor_page(
    desk: DeskDep,
    session: Reading,
) -> Response:
    return _page(session, desk)


@pages.post("/begin", dependencies=FRESH_FOR_FACTOR)
def begin(
    desk: DeskDep,
    session: Writing,
) -> Response:
    factors.begin_factor(session, desk.editor.key, desk.now())
    return go_to("/desk/account/factor")


@pages.post("/confirm", dependencies=FRESH_FOR_FACTOR)
def confirm(
    desk: DeskDep,
    form: FactorFormDep,
) -> Response:
    """The other browsers of this editor are logged out: they came in by a password alone."""
    database = desk.runtime.database
    try:
        codes = database.write(_finish, desk, form.code)
    except NewsletterError as error:
        return database.read(_page, desk, error=error)
    return database.read(_page, desk, codes=codes)


@pages.post("/codes")
def make_codes(
    request: Request,
    desk: DeskDep,
    turnstile: TurnstileDep,
    form: FactorFormDep,
) -> Response:
    database = desk.runtime.database
    try:
        _prove_both(request, desk, turnstile, form)
        codes = database.write(factors.make_recovery_codes, desk.editor.key)
    except NewsletterError as error:
        return database.read(_page, desk, error=error)
    return database.read(_page, desk, codes=codes)


@pages.post("/off")
def switch_off(
    request: Request,
    desk: DeskDep,
    turnstile: TurnstileDep,
    form: FactorFormDep,
) -> Response:
    database = desk.runtime.database
    try:
        _prove_both(request, desk, turnstile, form)
        database.write(factors.end_factor, desk.editor.key)
    except NewsletterError as error:
        return database.read(_page, desk, error=error)
    return go_to("/desk/account?done=off")


def _prove_both(
    request: Request,
    desk: Desk,
    turnstile: TurnstileDep,
    form: FactorForm,
) -> None:
    # The password first: a code that is used up by a wrong password would be missed.
    prove_again(request, desk, turnstile, form.password)
    prove_code_again(request, desk, turnstile, form.code)


def _finish(
    session: Session,
    desk: Desk,
    code: str,
) -> Sequence[str]:
    key = desk.editor.key
    codes = factors.finish_factor(session, desk.runtime.signer, key, code, desk.now())
    sessions.end_sessions(session, key, desk.login.key if desk.login else None)
    return codes


def _page(
    session: Session,
    desk: Desk,
    *,
    error: NewsletterError | None = None,
    codes: Sequence[str] = (),
) -> Response:
    key, signer = desk.editor.key, desk.runtime.signer
    return desk.show_form(
        "desk/team/factor.html",
        error,
        has_factor=factors.has_factor(session, key),
        setup=factors.read_setup(session, signer, key, desk.by, desk.publication.name),
        left=factors.count_recovery_codes(session, key),
        is_required=desk.publication.require_factor,
        codes=codes,
    )
