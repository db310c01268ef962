"""Coming in by a letter: an invitation to a team, and another password for a forgotten one.

Who asks for a password learns nothing by the answer: it is the same for any address, and counted
by network and by address. A password is hashed in turn, and in no transaction.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from newsletter.database import Database
from newsletter.desk import editors, entry_links, team
from newsletter.desk.entry_links import Kind, Wish
from newsletter.desk.models import EntryLink
from newsletter.desk.roles import Role
from newsletter.desk.turnstile import Turnstile
from newsletter.errors import Refused
from newsletter.intake import counting
from newsletter.intake.counting import Counted, Windows
from newsletter.intake.judging import LOST_LINKS, MAILBOX_DAY
from newsletter.letters.publisher import Publisher
from newsletter.letters.writing import Notice, write_notice
from newsletter.tokens import Signer
from subscribers.addresses import normalise, shorten_network


class IsEditor(Refused):
    """You have a login here already. Type the password that you have: it stays."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody types who follows an entry link."""

    token: str
    address: str
    password: str = field(repr=False)
    name: str = ""


def invite(
    session: Session,
    publisher: Publisher,
    address: str,
    role: Role,
    by: str,
    now: datetime,
) -> EntryLink:
    """Write somebody a letter with which they become an editor; a former invitation ends.

    Raises BadAddress or KnownMember.
    """
    known = normalise(address)
    editor = editors.find_typed(session, known)
    if editor and team.role_of(session, publisher.key, editor.key):
        raise team.KnownMember
    link = entry_links.make_link(session, Wish("invitation", publisher.key, known, role, by), now)
    notice = Notice(
        head=f"You are invited to the desk of {publisher.publication.name}",
        text=f"{by} invites you to work on {publisher.publication.name}, as {role}. The link "
        "works once, for a day, and for your address only. If you do not know why you get this, "
        "you need do nothing.",
        url=_url(publisher, link),
        url_label="Take the invitation up",
    )
    write_notice(session, publisher.key, known, notice, now=now)
    return link


def ask_password(
    session: Session,
    publisher: Publisher,
    address: str,
    network: str,
    now: datetime,
) -> None:
    """Write an editor a letter with a link to another password; nothing for anybody else.

    What is too often is left out without a word: whoever asks shall not learn who is an editor.
    """
    editor = editors.find_typed(session, address)
    asked: Counted = ("password link", "network", shorten_network(network))
    mailbox: Counted = ("password link", "address", editors.fold(address)[:320])
    windows: Windows = {asked: LOST_LINKS.until(now), mailbox: MAILBOX_DAY.until(now)}
    counts = counting.count_up(session, publisher.signer.secret, windows)
    is_often = counts[asked] > LOST_LINKS.most or counts[mailbox] > MAILBOX_DAY.most
    if editor is None or is_often:
        return
    wish = Wish("password", publisher.key, editor.address)
    link = entry_links.make_link(session, wish, now)
    notice = Notice(
        head="Another password for the desk",
        text="Somebody asked for another password for your login. The link works once, for a day. "
        "If it was not you, you need do nothing: your password stays as it is.",
        url=_url(publisher, link),
        url_label="Choose a password",
    )
    write_notice(session, publisher.key, editor.address, notice, now=now)


def look_at_link(
    session: Session,
    signer: Signer,
    token: str,
    kind: Kind,
    now: datetime,
) -> None:
    """Raise what is wrong with a link, before anybody types: OldToken, EndedLink, UsedLink."""
    entry_links.read_link(session, signer.read("entry", token, now), kind)


def take_up(
    database: Database,
    publisher: Publisher,
    turnstile: Turnstile,
    newcomer: Newcomer,
    now: datetime,
) -> None:
    """Make whom an invitation was sent to an editor of its publication.

    Raises what the link or the password is refused for, or IsEditor for who has a login here.
    """
    link_id = publisher.signer.read("entry", newcomer.token, now)
    database.read(_check_entry, link_id, "invitation", newcomer.address)
    if database.read(editors.find_typed, newcomer.address):
        raise IsEditor
    kept = _hash_in_turn(turnstile, newcomer)
    database.write(_join, link_id, newcomer, kept, now)


def take_up_known(
    session: Session,
    signer: Signer,
    newcomer: Newcomer,
    now: datetime,
) -> None:
    """Let an editor who just proved their password work on one more publication."""
    link_id = signer.read("entry", newcomer.token, now)
    _join(session, link_id, newcomer, "", now)


def set_lost_password(
    database: Database,
    publisher: Publisher,
    turnstile: Turnstile,
    newcomer: Newcomer,
    now: datetime,
) -> None:
    """Give an editor another password by the link in their letter, and end their sessions.

    Raises what the link or the password is refused for.
    """
    link_id = publisher.signer.read("entry", newcomer.token, now)
    database.read(_check_entry, link_id, "password", newcomer.address)
    kept = _hash_in_turn(turnstile, newcomer)
    database.write(_replace, link_id, newcomer, kept, now)


def _check_entry(
    session: Session,
    link_id: int,
    kind: Kind,
    address: str,
) -> None:
    entry_links.check_address(entry_links.read_link(session, link_id, kind), address)


def _hash_in_turn(
    turnstile: Turnstile,
    newcomer: Newcomer,
) -> str:
    """Return the hash of a new password. Raises Crowded or WeakPassword."""
    with turnstile.passing(is_known=True):
        return editors.hash_checked(newcomer.password, newcomer.address, newcomer.name)


def _join(
    session: Session,
    link_id: int,
    newcomer: Newcomer,
    kept: str,
    now: datetime,
) -> None:
    link = entry_links.use_link(session, link_id, "invitation", newcomer.address, now)
    editor = editors.find_typed(session, link.address)
    if editor is None:
        editor = editors.add_with_hash(session, link.address, newcomer.name, kept, now)
    team.add_member(session, link.publication_id, editor.key, Role(link.role))


def _replace(
    session: Session,
    link_id: int,
    newcomer: Newcomer,
    kept: str,
    now: datetime,
) -> None:
    link = entry_links.use_link(session, link_id, "password", newcomer.address, now)
    editors.keep_hash(session, editors.find_editor(session, link.address), kept)


def _url(
    publisher: Publisher,
    link: EntryLink,
) -> str:
    token = publisher.signer.sign("entry", link.key, link.expires_at)
    return publisher.urls.desk_entry(token, link.kind)
