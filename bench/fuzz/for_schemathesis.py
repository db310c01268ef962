"""Serve a new installation for a fuzzer from outside, with the schema of all its operations.

python -m bench.fuzz.for_schemathesis [--database postgres] --schema /tmp/openapi.json

It prints where it serves, a cookie of the desk and a token of the API, and ends when its standard
input does. The application itself publishes no schema: it would tell strangers of the desk.
"""

import argparse
import json
import sys
from contextlib import ExitStack
from pathlib import Path

from bench.attacks.ground import ground
from bench.fuzz.__main__ import KINDS
from bench.places import fresh_database, postgresql, workplace
from newsletter.desk import tokens
from newsletter.web.application import application
from tests.journeys.world import World
from tests.logins import log_in_first


def main() -> None:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.fuzz.for_schemathesis", description=__doc__
    )
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--schema", type=Path, required=True, help="the file to write it to")
    args = parser.parse_args()
    with workplace() as folder, ExitStack() as closing:
        server = None
        if args.database == "postgres":
            server = closing.enter_context(postgresql(folder)).url
        url = closing.enter_context(fresh_database(folder, server))
        world = closing.enter_context(ground(folder, url)).world
        args.schema.write_text(json.dumps(application(world.runtime).openapi()), "utf-8")
        print("\n".join(_ways_in(world)), flush=True)
        sys.stdin.read()


def _ways_in(world: World) -> tuple[str, str, str]:
    """Return the address, and the headers of an editor and of a program."""
    runtime = world.runtime
    now = runtime.clock.now()
    cookie = runtime.database.write(log_in_first, runtime.signer.secret, now)
    _, secret = runtime.database.write(
        tokens.make_token,
        world.publication.key,
        "fuzzer",
        may_vouch=True,
        by="bench",
        now=now,
    )
    return runtime.settings.public_url, f"Cookie: {cookie}", f"Authorization: Bearer {secret}"


if __name__ == "__main__":
    main()
