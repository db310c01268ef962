"""The ways in by a letter: an invitation, and another password. Nobody is logged in here yet."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import BaseModel

from newsletter.database import Database
from newsletter.desk.deeds import Actor, acting
from newsletter.desk.entry_links import Kind
from newsletter.desk.roles import Act
from newsletter.desk.sessions import Origin
from newsletter.desk.turnstile import Turnstile
from newsletter.errors import NewsletterError
from newsletter.intake import entering
from newsletter.intake.entering import Newcomer
from newsletter.intake.logins import Admitted, HalfLogin, Login, log_in
from newsletter.letters.publisher import Publisher
from newsletter.runtime import Runtime
from newsletter.web.desk.login import open_desk
from newsletter.web.errors import status_of
from newsletter.web.limits.login_brake import known_browser
from newsletter.web.rendering import show
from newsletter.web.requests import (
    PublicationDep,
    PublisherDep,
    Reading,
    RuntimeDep,
    TurnstileDep,
    Writing,
    network_of,
)
from subscribers.addresses import shorten_network

pages = APIRouter(prefix="/desk")


class ForgottenForm(BaseModel):
    """The address of whoever forgot their password."""

    address: str = ""


ForgottenFormDep = Annotated[ForgottenForm, Form()]


class EntryForm(BaseModel):
    """What somebody types who follows the link of a letter."""

    address: str = ""
    name: str = ""
    password: str = ""


EntryFormDep = Annotated[EntryForm, Form()]


@pages.get("/forgotten")
def forgotten(publication: PublicationDep) -> Response:
    return show("desk/team/forgotten.html", publication=publication, sent=False)


@pages.post("/forgotten")
def send_link(
    request: Request,
    runtime: RuntimeDep,
    publisher: PublisherDep,
    session: Writing,
    form: ForgottenFormDep,
) -> Response:
    """The answer is the same for any address."""
    network = network_of(request)
    entering.ask_password(session, publisher, form.address, network, runtime.clock.now())
    return show("desk/team/forgotten.html", publication=publisher.publication, sent=True)


@pages.get("/entry/{kind}/{token}")
def ask(
    kind: Kind,
    token: str,
    publisher: PublisherDep,
    runtime: RuntimeDep,
    session: Reading,
) -> Response:
    entering.look_at_link(session, publisher.signer, token, kind, runtime.clock.now())
    return show(
        "desk/team/entry.html",
        publication=publisher.publication,
        kind=kind,
        typed=EntryForm(),
        error="",
    )


@dataclass(frozen=True, slots=True)
class Reception:
    """What a form needs that makes or changes a password."""

    runtime: Runtime
    publisher: Publisher
    turnstile: Turnstile

    @property
    def database(self) -> Database:
        return self.runtime.database

    def now(self) -> datetime:
        return self.runtime.clock.now()


async def _reception(
    runtime: RuntimeDep,
    publisher: PublisherDep,
    turnstile: TurnstileDep,
) -> Reception:
    return Reception(runtime, publisher, turnstile)


ReceptionDep = Annotated[Reception, Depends(_reception)]


@pages.post("/entry/invitation/{token}")
def take_up(
    token: str,
    request: Request,
    reception: ReceptionDep,
    form: EntryFormDep,
) -> Response:
    """Make them an editor, and log them in."""
    newcomer = Newcomer(token, form.address, form.password, form.name.strip())
    publisher = reception.publisher
    try:
        with _noted(request, reception, newcomer, "invitation"):
            is_new = _make(reception, newcomer)
        admitted = _log_in(request, reception, newcomer)
        if not is_new:
            with _noted(request, reception, newcomer, "invitation"):
                reception.database.write(
                    entering.take_up_known, publisher.signer, newcomer, reception.now()
                )
    except NewsletterError as error:
        return _refuse(reception, "invitation", form, error)
    return open_desk(request, reception.runtime, admitted)


@pages.post("/entry/password/{token}")
def set_password(
    token: str,
    request: Request,
    reception: ReceptionDep,
    form: EntryFormDep,
) -> Response:
    """Then they log in with it: the letter alone shall open no desk."""
    newcomer = Newcomer(token, form.address, form.password)
    publisher = reception.publisher
    try:
        with _noted(request, reception, newcomer, "password"):
            entering.set_lost_password(
                reception.database,
                publisher,
                reception.turnstile,
                newcomer,
                reception.now(),
            )
    except NewsletterError as error:
        return _refuse(reception, "password", form, error)
    return show(
        "desk/login.html",
        publication=publisher.publication,
        address=form.address,
        known="",
        error="",
        done="password",
    )


@contextmanager
def _noted(
    request: Request,
    reception: Reception,
    newcomer: Newcomer,
    kind: Kind,
) -> Iterator[None]:
    """Note in the log what changes meanwhile, as done by whom the link was made for.

    Nobody else changes anything: the address is checked before the first row is written.
    """
    actor = Actor(
        by=newcomer.address.strip(),
        network=shorten_network(network_of(request)),
        act=Act.ACCOUNT,
        deed=f"POST /desk/entry/{kind}",  # without the token
        publication_id=reception.publisher.key,
        at=reception.now(),
    )
    former = acting.set(actor)
    try:
        yield
    finally:
        acting.reset(former)


def _make(reception: Reception, newcomer: Newcomer) -> bool:
    """Make a new editor; False if they have a login already, which they must prove."""
    try:
        entering.take_up(
            reception.database,
            reception.publisher,
            reception.turnstile,
            newcomer,
            reception.now(),
        )
    except entering.IsEditor:
        return False
    return True


def _log_in(
    request: Request,
    reception: Reception,
    newcomer: Newcomer,
) -> Admitted | HalfLogin:
    runtime = reception.runtime
    origin = Origin(network_of(request), request.headers.get("user-agent", ""))
    known = known_browser(request, runtime)
    return log_in(
        runtime.database,
        reception.publisher,
        reception.turnstile,
        Login(newcomer.address, newcomer.password, origin, known),
        reception.now(),
        runtime.settings.desk_idle,
    )


def _refuse(
    reception: Reception,
    kind: Kind,
    form: EntryForm,
    error: NewsletterError,
) -> Response:
    return show(
        "desk/team/entry.html",
        status_of(error),
        publication=reception.publisher.publication,
        kind=kind,
        typed=form,
        error=str(error),
    )
