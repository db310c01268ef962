"""A publication with one webhook, and the receiver behind it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import col, select

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.fetching.limits import Limits
from newsletter.publications.models import Publication
from newsletter.urls import Urls
from newsletter.webhooks import hooks
from newsletter.webhooks.calling import call_due
from newsletter.webhooks.models import Call, Webhook
from subscribers.joining import signup
from subscribers.leaving import unsubscribing
from tests.doubles.web import Script, Web

NOW = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
ADA = "ada@readers.example"
LIMITS, URLS = Limits(allow_private=True), Urls("https://letters.example")


@dataclass
class Rig:
    """A publication with one webhook, whose receiver answers by a script."""

    database: Database
    publication: Publication
    web: Web
    clock: SetClock

    @property
    def key(self) -> int:
        return self.publication.key

    def answers(self, script: Script) -> None:
        self.web.scripts["/hook"] = script

    def join(self, address: str = ADA) -> int:
        with self.database.writing() as session:
            asked = signup.sign_up(session, self.key, address, now=self.clock.now())
            signup.confirm(session, asked.subscription_id, now=self.clock.now())
        return asked.subscription_id

    def leave(self, subscription_id: int) -> None:
        self.database.write(
            unsubscribing.end_subscription,
            subscription_id,
            by="link",
            issue_id=None,
            now=self.clock.now(),
        )

    def call(self, after: timedelta = timedelta(0)) -> int:
        self.clock.move_by(after)
        return call_due(self.database, self.clock, LIMITS, URLS)

    def payloads(self) -> list[dict[str, object]]:
        return [json.loads(asked.body) for asked in self.web.asked]

    def calls(self) -> list[Call]:
        with self.database.reading() as session:
            return list(session.exec(select(Call).order_by(col(Call.id))).all())

    def hook(self) -> Webhook:
        return self.database.read(hooks.read_all, self.key)[0]
