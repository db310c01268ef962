"""Entry links: a newer one replaces a former one, and two uses at once are one."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import Session

from newsletter.database import Database
from newsletter.desk import entry_links
from newsletter.desk.entry_links import EndedLink, ForAnotherAddress, UsedLink, Wish
from newsletter.errors import NewsletterError
from newsletter.publications.opening import open_publication
from tests.samples.times import NOON

WIM = "wim@a.example"


def wish(session: Session, name: str = "The Inference") -> Wish:
    key = open_publication(
        session, name=name, sender_address="a@b.example", cadence="Tuesday 09:00 UTC"
    ).key
    return Wish("invitation", key, WIM, "writer", "Mara")


def test_a_link_is_replaced_in_its_own_publication_only(session: Session) -> None:
    first, second = wish(session), wish(session, "The Other")
    old = entry_links.make_link(session, first, NOON).key
    other = entry_links.make_link(session, second, NOON).key
    new = entry_links.make_link(session, first, NOON).key
    with pytest.raises(EndedLink):
        entry_links.read_link(session, old, "invitation")
    with pytest.raises(EndedLink):
        entry_links.read_link(session, new, "password")
    with pytest.raises(ForAnotherAddress):
        entry_links.use_link(session, new, "invitation", "eve@a.example", NOON)
    assert entry_links.use_link(session, new, "invitation", WIM.upper(), NOON).role == "writer"
    with pytest.raises(UsedLink):
        entry_links.read_link(session, new, "invitation")
    assert entry_links.read_link(session, other, "invitation").made_by == "Mara"


def test_two_who_use_a_link_at_once_use_it_once(database: Database) -> None:
    with database.writing() as session:
        link = entry_links.make_link(session, wish(session), NOON).key

    def use(_: int) -> bool:
        try:
            database.write(entry_links.use_link, link, "invitation", WIM, NOON)
        except NewsletterError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(use, range(2))) == [False, True]
