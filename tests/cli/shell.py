"""A shell of the tests: it runs a command, and reads its rows as a script does."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from typer.testing import CliRunner, Result

from newsletter.cli.main import app
from newsletter.clock import SystemClock
from newsletter.demo import feeds, sample

INIT = (
    "init",
    "--name",
    "The Inference",
    "--sender",
    "editor@inference.example",
    "--postal-address",
    "1 Street",
)


def run(*words: str, code: int = 0, typed: str | None = None) -> Result:
    """Run one command with `typed` as its input; its exit code is a promise."""
    done = CliRunner().invoke(app, list(words), input=typed)
    assert done.exit_code == code, done.output
    return done


def rows(*words: str) -> list[dict[str, object]]:
    return list(json.loads(run(*words, "--json").stdout))


@contextmanager
def sample_feed() -> Iterator[str]:
    documents = sample.feeds(datetime.now(UTC) + timedelta(hours=1))
    bodies: dict[str, feeds.Body] = {
        path: (lambda at, made=made: made[1]) for path, made in documents.items()
    }
    with feeds.serving(bodies, SystemClock()) as address:
        yield address + next(iter(documents))
