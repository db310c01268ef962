"""An issue on its way to readers whose visits are counted, and a reader's program."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, col, select

from newsletter.delivery.claiming import Recipient
from newsletter.delivery.models import Delivery, Message
from newsletter.delivery.planning import freeze
from newsletter.delivery.sender.addressing import Stationery, draft_letter, prepare_edition
from newsletter.editions.models import Edition
from newsletter.mail.letter import Letter
from newsletter.publications.models import Publication
from newsletter.publications.preferences import change
from newsletter.schedule.daily import Round, carry_out_steps
from newsletter.tracking.figures import Figures, read_figures
from newsletter.tracking.recording import Recorder
from newsletter.tracking.settling import settle_events
from tests.delivery.rig import planned_in
from tests.samples.times import NOON
from tests.web.asking import Answer, Site, site

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
HOUR = timedelta(hours=1)


@dataclass(repr=False)
class Stage:
    """A sent issue in one mode, and what its readers do."""

    site: Site
    delivery: Delivery
    letters: dict[str, Letter]  # by address

    def __repr__(self) -> str:
        return "Stage"

    @property
    def issue_id(self) -> int:
        return self.delivery.issue_id

    def paths(self, reader: str, kind: str = "c") -> list[str]:
        """The counted links of a reader's letter in order, or its pixel (kind "o")."""
        text = self.letters[reader].content.replace(b"=\r\n", b"").replace(b"=3D", b"=").decode()
        return list(
            dict.fromkeys(
                re.findall(
                    rf"http://news\.example(/{kind}/[\w-]+(?:/\d+)?)", text.partition("<html")[2]
                )
            )
        )

    def follow(
        self,
        path: str,
        *,
        method: str = "GET",
        agent: str = FIREFOX,
        network: str = "192.0.2.1",
        **headers: str,
    ) -> Answer:
        return self.site.visit(method, path, network, user_agent=agent, **headers)

    def set_mode(self, mode: str) -> None:
        self.site.runtime.database.write(change, self.site.key, tracking=mode)
        self.later(timedelta(seconds=2))  # the application looks again where links lead

    def later(self, step: timedelta) -> None:
        self.site.clock.move_by(step)

    def daily(self) -> list[str]:
        """What the daily routine says that it did."""
        web = self.site
        return list(
            carry_out_steps(
                Round(
                    web.runtime.database,
                    web.publication,
                    web.runtime.signer,
                    web.clock.now(),
                    web.runtime.urls,
                )
            )
        )

    @property
    def recorder(self) -> Recorder:
        found: Recorder = self.site.app.state.recorder
        return found

    def figures(self) -> Figures:
        self.recorder.flush()
        found = self.site.runtime.database.read(read_figures, self.issue_id)
        assert found is not None
        return found

    def settle(self) -> int:
        self.recorder.flush()
        return settle_events(self.site.runtime.database, self.site.clock.now())


@contextmanager
def sent_issue(database_url: str, mode: str, *readers: str) -> Iterator[Stage]:
    """An issue accepted for these readers at noon; it is an hour later."""
    with site(database_url, NOON) as web:
        database = web.runtime.database
        with database.writing() as session:
            change(session, web.key, tracking=mode)
            delivery = planned_in(session, web.key, *readers)
        assert freeze(database, delivery.key)
        with database.writing() as session:
            letters = {
                message.address: _letter(session, web, delivery, message)
                for message in _messages(session, delivery)
            }
        web.clock.move_by(HOUR)
        yield Stage(web, delivery, letters)
        web.app.state.recorder.close()


def _messages(session: Session, delivery: Delivery) -> list[Message]:
    return list(session.exec(select(Message).where(col(Message.delivery_id) == delivery.id)).all())


def _letter(session: Session, web: Site, delivery: Delivery, message: Message) -> Letter:
    """The letter of a message, which the relay took."""
    prepared = prepare_edition(
        session.get_one(Publication, delivery.publication_id).letterhead,
        session.get_one(Edition, delivery.edition_id),
        1,
        Stationery(web.runtime.signer, web.runtime.urls),
        now=NOON,
        tracking=delivery.tracking,
    )
    message.status, message.settled_at = "accepted", NOON
    draft = draft_letter(
        prepared,
        Recipient(
            message.key, message.address, message.name, message.confirmed_at, message.subscriber_id
        ),
    )
    return prepared.form.finish(draft, [])
