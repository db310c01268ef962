"""Entry links: each comes in once, within a day, for one address and one publication.

The token in a letter has the number of the row and nothing else; what the link may do stands in the
row. So a link ends when its row does: by another invitation, by a removal, by its use.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import Session, col, delete, select

from newsletter.desk.editors import fold
from newsletter.desk.models import EntryLink
from newsletter.errors import NotFound, Refused
from newsletter.statements import add_and_flush

Kind = Literal["invitation", "password"]
LINK_FOR = timedelta(days=1)


class UsedLink(Refused):
    """This link was used already. Log in with your password, or ask for another link."""


class EndedLink(Refused):
    """This link does not work any more: a newer one replaced it, or it was withdrawn. Ask whoever
    sent it for another."""


class ForAnotherAddress(Refused):
    """This link was made for another address. It works for the person it was sent to, with the
    address it was sent to."""


class NoInvitation(NotFound):
    """There is no such invitation."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom a link is for, and what it does; `role` and `by` are of an invitation."""

    kind: Kind
    publication_id: int
    address: str
    role: str = ""
    by: str = ""


def make_link(
    session: Session,
    wish: Wish,
    now: datetime,
) -> EntryLink:
    """Make a link; former ones of its kind, address and publication end."""
    session.exec(delete(EntryLink).where(col(EntryLink.expires_at) < now))
    end_links(session, wish.publication_id, wish.address, wish.kind)
    link = EntryLink(
        kind=wish.kind,
        publication_id=wish.publication_id,
        address=wish.address,
        role=wish.role,
        made_by=wish.by,
        made_at=now,
        expires_at=now + LINK_FOR,
    )
    return add_and_flush(session, link)


def read_link(
    session: Session,
    link_id: int,
    kind: Kind,
) -> EntryLink:
    """Return a link that still comes in. Raises EndedLink or UsedLink.

    Two who use it at once do so one after the other.
    """
    link = session.get(EntryLink, link_id, with_for_update=True)
    if link is None or link.kind != kind:
        raise EndedLink
    if link.used_at:
        raise UsedLink
    return link


def check_address(link: EntryLink, address: str) -> None:
    """Raise ForAnotherAddress unless this is whom the link was made for."""
    if fold(link.address) != fold(address):
        raise ForAnotherAddress


def use_link(
    session: Session,
    link_id: int,
    kind: Kind,
    address: str,
    now: datetime,
) -> EntryLink:
    """Use a link up for the person who typed this address. Raises ForAnotherAddress too."""
    link = read_link(session, link_id, kind)
    check_address(link, address)
    link.used_at = now
    session.flush()
    return link


def read_invitations(
    session: Session,
    publication_id: int,
    now: datetime,
) -> Sequence[EntryLink]:
    """Return the invitations that nobody took up yet, the oldest first."""
    query = select(EntryLink).filter_by(publication_id=publication_id, kind="invitation")
    open_now = query.where(col(EntryLink.used_at).is_(None), col(EntryLink.expires_at) >= now)
    return session.exec(open_now.order_by(col(EntryLink.id))).all()


def withdraw_invitation(
    session: Session,
    publication_id: int,
    link_id: int,
) -> str:
    """End an invitation; returns its address. Raises NoInvitation."""
    link = session.get(EntryLink, link_id)
    if link is None or (link.publication_id, link.kind) != (publication_id, "invitation"):
        raise NoInvitation
    session.delete(link)
    session.flush()
    return link.address


def end_links(
    session: Session,
    publication_id: int,
    address: str,
    *kinds: Kind,
) -> None:
    """End an address's links of these kinds, or of all, in a publication."""
    query = select(EntryLink).filter_by(publication_id=publication_id)
    for link in session.exec(query).all():
        # By fold, in any spelling: no two databases agree about case beyond ASCII.
        if fold(link.address) == fold(address) and (not kinds or link.kind in kinds):
            session.delete(link)
    session.flush()
