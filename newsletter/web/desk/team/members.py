"""The team: who works on the publication in which role, and who is invited to it."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.desk import entry_links, sessions, team
from newsletter.desk.models import Editor
from newsletter.desk.roles import ROLES, TABLE, Role, may, read_role
from newsletter.errors import NewsletterError
from newsletter.intake.entering import invite
from newsletter.web.desk.desk import FRESH_FOR_TEAM, TO_MANAGE_PEOPLE, Desk, DeskDep
from newsletter.web.rendering import go_to
from newsletter.web.requests import Reading, Writing

pages = APIRouter(prefix="/desk/team", dependencies=TO_MANAGE_PEOPLE)


class InvitationForm(BaseModel):
    """Whom an owner invites, and as what."""

    address: str = ""
    role: str = Role.EDITOR


InvitationFormDep = Annotated[InvitationForm, Form()]


class RoleForm(BaseModel):
    """The role that a member gets."""

    role: str = ""


RoleFormDep = Annotated[RoleForm, Form()]


@pages.get("")
def team_page(
    desk: DeskDep,
    session: Reading,
    done: str = "",
) -> Response:
    return _page(session, desk, done=done)


@pages.post("/invitations", dependencies=FRESH_FOR_TEAM)
def send_invitation(
    desk: DeskDep,
    session: Writing,
    form: InvitationFormDep,
) -> Response:
    """A second invitation to the same address replaces the first."""
    try:
        role = read_role(form.role)
        invite(session, desk.publisher, form.address, role, desk.name, desk.now())
    except NewsletterError as error:
        return _page(session, desk, error=error, typed=form)
    return go_to("/desk/team?done=invited")


@pages.post("/invitations/{link_id}/withdraw")
def withdraw(
    link_id: int,
    desk: DeskDep,
    session: Writing,
) -> Response:
    entry_links.withdraw_invitation(session, desk.key, link_id)
    return go_to("/desk/team?done=withdrawn")


@pages.post("/{editor_id}/role", dependencies=FRESH_FOR_TEAM)
def give_role(
    editor_id: int,
    desk: DeskDep,
    session: Writing,
    form: RoleFormDep,
) -> Response:
    team.change_role(session, desk.key, editor_id, read_role(form.role))
    # An owner who made themselves less has no team page any more.
    mine = team.role_of(session, desk.key, desk.editor.key)
    return go_to("/desk/team?done=role" if mine == Role.OWNER else "/desk/account")


@pages.post("/{editor_id}/remove", dependencies=FRESH_FOR_TEAM)
def remove(
    editor_id: int,
    desk: DeskDep,
    session: Writing,
) -> Response:
    team.remove_member(session, desk.key, editor_id)
    return go_to("/desk/team?done=removed")


def _count_logins(
    session: Session,
    desk: Desk,
    members: Sequence[tuple[Editor, Role]],
) -> Mapping[int, int]:
    """Return in how many browsers each member is logged in."""
    now = desk.now()
    return {
        member.key: len(sessions.read_sessions(session, now, member.key)) for member, _ in members
    }


def _page(
    session: Session,
    desk: Desk,
    *,
    error: NewsletterError | None = None,
    typed: InvitationForm | None = None,
    done: str = "",
) -> Response:
    members = team.read_team(session, desk.key)
    return desk.show_form(
        "desk/team/members.html",
        error,
        members=members,
        logins=_count_logins(session, desk, members),
        invitations=entry_links.read_invitations(session, desk.key, desk.now()),
        roles=ROLES,
        table_of_roles=[(words, [may(role, act) for role in ROLES]) for act, _, words in TABLE],
        typed=typed or InvitationForm(),
        done=done,
    )
