"""The receiver of a webhook, for every test of them."""

from collections.abc import Iterator

import pytest

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.publications.models import Publication
from newsletter.webhooks import hooks
from tests.doubles.web import always, serving
from tests.webhooks.rig import NOW, Rig


@pytest.fixture
def rig(database: Database, publication: Publication) -> Iterator[Rig]:
    with serving({"/hook": always(204)}) as web:
        database.write(
            hooks.add_webhook, publication.key, f"{web.url}/hook", (), by="mara", now=NOW
        )
        yield Rig(database, publication, web, SetClock(NOW))
