"""The team of a publication: which editors work on it, and in which role.

A publication keeps one owner at least: without one nobody could add another. So whoever changes a
team holds the publication's row meanwhile, and two owners cannot remove each other at once.
"""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from newsletter.desk import editors, entry_links, sessions
from newsletter.desk.models import Editor, Membership
from newsletter.desk.roles import Act, Role, may
from newsletter.errors import Conflict, NotFound, Refused
from newsletter.publications.models import Publication
from newsletter.publications.reading import read_publication_to_change
from newsletter.statements import add_and_flush


class NoMember(NotFound):
    """Nobody of that address or number is on this team."""

    hint = "`newsletter editor list` shows who is."


class KnownMember(Conflict):
    """That person is on the team already. Change their role instead."""

    hint = "`newsletter editor role` does so."


class LastOwner(Refused):
    """A publication needs an owner, and this is the last one. Make somebody else an owner first."""

    hint = "`newsletter editor role ADDRESS owner` does so."


class NoOwnerYet(Refused):
    """A publication needs an owner first: nobody else could add or remove people later."""


def add_member(
    session: Session,
    publication_id: int,
    editor_id: int,
    role: Role,
) -> Membership:
    """Let an editor work on a publication. Raises KnownMember or NoOwnerYet."""
    read_publication_to_change(session, publication_id)
    if _find(session, publication_id, editor_id):
        raise KnownMember
    if role != Role.OWNER and not who_may(session, publication_id, Act.PEOPLE):
        raise NoOwnerYet
    row = Membership(editor_id=editor_id, publication_id=publication_id, role=role)
    return add_and_flush(session, row)


def change_role(
    session: Session,
    publication_id: int,
    editor_id: int,
    role: Role,
) -> Role:
    """Give a member another role; returns the former one. Raises NoMember or LastOwner."""
    read_publication_to_change(session, publication_id)
    member = _read(session, publication_id, editor_id)
    former = Role(member.role)
    if role != Role.OWNER:
        _check_not_last(session, member)
    member.role = role
    session.flush()
    return former


def remove_member(
    session: Session,
    publication_id: int,
    editor_id: int,
) -> Editor:
    """Take an editor off a team, and end their sessions. Raises NoMember or LastOwner.

    Who is on no team any more is removed whole. What they did keeps their address.
    """
    read_publication_to_change(session, publication_id)
    member = _read(session, publication_id, editor_id)
    _check_not_last(session, member)
    editor = session.get_one(Editor, editor_id)
    session.delete(member)
    session.flush()
    sessions.end_sessions(session, editor_id)
    entry_links.end_links(session, publication_id, editor.address)
    if not session.exec(select(Membership.id).filter_by(editor_id=editor_id)).first():
        editors.remove_editor(session, editor.address)
    return editor


def role_of(
    session: Session,
    publication_id: int,
    editor_id: int,
) -> Role | None:
    """Return an editor's role; None for somebody who is not on this team."""
    member = _find(session, publication_id, editor_id)
    return Role(member.role) if member else None


def teams_of(session: Session, editor_id: int) -> Sequence[tuple[Publication, Role]]:
    """Return the publications that an editor works on, the oldest first, each with their role."""
    query = select(Publication, Membership.role).join(
        Membership, col(Membership.publication_id) == col(Publication.id)
    )
    query = query.where(Membership.editor_id == editor_id).order_by(col(Publication.id))
    return [(publication, Role(role)) for publication, role in session.exec(query)]


def read_team(
    session: Session,
    publication_id: int,
) -> Sequence[tuple[Editor, Role]]:
    """Return who is on a team, the oldest editor first."""
    query = select(Editor, Membership.role).join(Membership)
    query = query.where(Membership.publication_id == publication_id).order_by(col(Editor.id))
    return [(editor, Role(role)) for editor, role in session.exec(query)]


def find_member(
    session: Session,
    publication_id: int,
    address: str,
) -> Editor:
    """Return the member of an address as a person types it. Raises NoMember."""
    editor = editors.find_typed(session, address)
    if editor is None:
        raise NoMember
    _read(session, publication_id, editor.key)
    return editor


def has_owner(session: Session) -> bool:
    """True if somebody owns a publication of this installation."""
    owners = select(Membership.id).filter_by(role=Role.OWNER).limit(1)
    return session.exec(owners).first() is not None


def make_owner(
    session: Session,
    publication_id: int,
    editor_id: int,
) -> None:
    """Make an editor an owner, whether they are on the team yet or not."""
    if _find(session, publication_id, editor_id):
        change_role(session, publication_id, editor_id, Role.OWNER)
    else:
        add_member(session, publication_id, editor_id, Role.OWNER)


def who_may(
    session: Session,
    publication_id: int,
    act: Act,
) -> Sequence[Editor]:
    """Return the members who may do that: to them a notice about it goes."""
    return [editor for editor, role in read_team(session, publication_id) if may(role, act)]


def _find(
    session: Session,
    publication_id: int,
    editor_id: int,
) -> Membership | None:
    query = select(Membership).filter_by(publication_id=publication_id, editor_id=editor_id)
    return session.exec(query).one_or_none()


def _read(
    session: Session,
    publication_id: int,
    editor_id: int,
) -> Membership:
    member = _find(session, publication_id, editor_id)
    if member is None:
        raise NoMember
    return member


def _check_not_last(session: Session, member: Membership) -> None:
    """Raise LastOwner if the publication would have no owner without this one."""
    if _owners(session, member.publication_id) == [member.id]:
        raise LastOwner


def _owners(session: Session, publication_id: int) -> Sequence[int | None]:
    owners = select(Membership.id).filter_by(publication_id=publication_id, role=Role.OWNER)
    return session.exec(owners).all()
