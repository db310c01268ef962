"""docs/api.md is true: each of its commands, run against the service, gives the answer that stands
below it."""

import json
import os
import re
import subprocess
from datetime import UTC, datetime, timedelta

from newsletter.desk import tokens
from tests.architecture.sources import ROOT
from tests.journeys.world import world

NOW = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
PAIR = re.compile(r"```sh\n(.+?)```\n```json\n(.+?)```", re.DOTALL)


def test_each_command_of_the_documentation_answers_what_it_says(sqlite_url: str) -> None:
    pairs = PAIR.findall((ROOT / "docs/api.md").read_text("utf-8"))
    with world(sqlite_url, start=NOW, second_deadline=NOW + timedelta(days=7)) as one:
        _, secret = one.runtime.database.write(
            tokens.make_token,
            one.publication.key,
            "documentation",
            may_vouch=True,
            by="the test",
            now=NOW,
        )
        given = os.environ | {"TOKEN": secret, "NEWSLETTER": one.runtime.settings.public_url}
        for command, answer in pairs:
            done = subprocess.run(
                ["sh", "-c", command],
                env=given,
                capture_output=True,
                text=True,
                check=True,
                timeout=60,
            )
            assert json.loads(done.stdout) == json.loads(answer), command
    assert len(pairs) == 7
