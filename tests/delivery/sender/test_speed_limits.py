"""Speed limits: what a person allows is shared by all who send."""

import asyncio
from pathlib import Path

from newsletter.database import Database
from newsletter.delivery.claiming import claim
from newsletter.delivery.models import Delivery
from newsletter.delivery.planning import freeze
from newsletter.delivery.sender import journal
from newsletter.delivery.sender.bookkeeping import JournaledBooks
from newsletter.publications.preferences import change, set_domain_rate
from tests.delivery.rig import planned, planned_beside


def test_senders_that_share_a_delivery_share_what_is_allowed(
    database: Database, tmp_path: Path
) -> None:
    rig = planned(database, *(f"reader{n}@readers.example" for n in range(6)))
    key = rig.publication.key
    with database.writing() as session:
        change(session, key, letters_per_s=90)
        set_domain_rate(session, key, "slow.example", 30)
    first, second = (
        JournaledBooks(database, rig.delivery_id, journal.begin(tmp_path), rig.clock)
        for _ in range(2)
    )

    async def speeds(*, second_works: bool) -> tuple[float, float]:
        await first.claim(2)
        if second_works:
            await second.claim(2)
        orders = await first.record({})
        return orders.limits.letters_per_s, orders.limits.domain_rates["slow.example"]

    assert asyncio.run(speeds(second_works=False)) == (90, 30)
    assert asyncio.run(speeds(second_works=True)) == (45, 15)


def test_two_deliveries_of_a_publication_share_what_is_allowed(
    database: Database, tmp_path: Path
) -> None:
    rig = planned(database, *(f"reader{n}@readers.example" for n in range(6)))
    other = planned_beside(rig, "other.example", "ada@readers.example")
    assert freeze(database, other.delivery_id)
    books = JournaledBooks(database, rig.delivery_id, journal.begin(tmp_path), rig.clock)

    def speed() -> float:
        return asyncio.run(books.record({})).limits.letters_per_s

    with database.writing() as session:
        change(session, rig.publication.key, letters_per_s=90)
        claim(session, other.delivery_id, 1, by="another", now=rig.clock.now())
    assert speed() == 90, "that one is of another publication"
    with database.writing() as session:
        session.get_one(Delivery, other.delivery_id).publication_id = rig.publication.key
    assert speed() == 45
