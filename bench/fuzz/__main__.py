"""Ask every page, form and JSON body for what it does not expect, on both databases.

python -m bench.fuzz [--requests 20000] [--seed 1] [--database sqlite]

Some requests come from an editor who is logged in and a program with a token, some from a stranger.
At the end the rows on SQLite are copied to PostgreSQL. Exit code 1 if any answer is 500, if a
person gets JSON or a program a page for an error, or if the copy fails.
"""

import argparse
import asyncio
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bench.fuzz.asking import Fault, Judge, account, quiet
from bench.fuzz.making import Maker, Target, targets_of
from bench.places import fresh_database, postgresql, workplace
from newsletter.desk import tokens
from newsletter.migrations.copying import copy
from newsletter.migrations.running import upgrade
from newsletter.tokens import PURPOSES
from newsletter.web.requests import COOKIE
from subscribers.joining import signup
from tests.web.asking import Site, site
from tests.web.public.article_stage import NOW, OTHERS, propose_one, send, write

KINDS = "sqlite", "postgres"
SLOW = ("/desk/login",)  # a password's hash takes a third of a second
LOGGED_OUT = ("/desk/logout",)
STEP = timedelta(seconds=40)  # between requests: so that no brake is all that is tested


@dataclass(frozen=True, slots=True)
class Result:
    """What became of all requests on one database."""

    counts: Mapping[int, int]
    faults: Sequence[Fault]

    @property
    def requests(self) -> int:
        return sum(self.counts.values())


def play(opened: Site, requests: int, seed: int) -> Result:
    """Ask for all targets in turn, until so many requests were made."""
    secret = _furnish(opened)
    targets = [target for target in targets_of(opened.app) if target.path not in LOGGED_OUT]
    maker = Maker(random.Random(seed), _usual(opened))
    judge = Judge(opened.app)
    asyncio.run(_ask_all(opened, judge, maker, targets, secret, requests))
    return Result(Counter(judge.counts), judge.faults)


async def _ask_all(
    opened: Site,
    judge: Judge,
    maker: Maker,
    targets: Sequence[Target],
    secret: str,
    requests: int,
) -> None:
    known = {
        "host": b"news.example",
        "cookie": f"{COOKIE}={opened.cookies[COOKIE]}".encode(),
        "authorization": f"Bearer {secret}".encode(),
    }
    for number in range(requests):
        target = targets[number % len(targets)]
        if target.path in SLOW and number % (20 * len(targets)) >= len(targets):
            continue
        opened.clock.move_to(opened.clock.now() + STEP)
        headers = known if maker.chance.random() < 0.6 else {"host": b"news.example"}
        await judge.ask(target, maker.make(target), dict(headers))


def _furnish(opened: Site) -> str:
    """Put something behind most addresses; returns the secret of a token of the API."""
    write(opened)
    send(opened, propose_one(opened, OTHERS[:2]))
    propose_one(opened)
    now = opened.clock.now()
    with opened.runtime.database.writing() as session:
        asked = signup.sign_up(session, opened.key, "ada@readers.example", name="Ada", now=now)
        signup.confirm(session, asked.subscription_id, now=now)
        _, secret = tokens.make_token(
            session, opened.key, "shop", may_vouch=True, by="mara", now=now
        )
    return secret


def _usual(opened: Site) -> Mapping[str, Sequence[str]]:
    """Return plausible texts for fields, so that most requests come past the first check."""
    signer = opened.runtime.signer
    numbers = 1, 2, (1 << 40) + 1, 2**63 - 1
    signed = [signer.sign(purpose, number) for purpose in PURPOSES for number in numbers]
    words = ("Tidal", "a word", "Ada", "news")
    addresses = ("ada@readers.example", "bob@readers.example", "ADA@readers.example")
    days = ("2026-05-12", "2026-01-01", "0001-01-01", "9999-12-31")
    urls = ("https://tidal.example/", "http://127.0.0.1:1/", "https://tidal.example/a?b=c#d")
    numbers_typed = ("1", "2", "10", "0")
    return {
        **dict.fromkeys(("token", "rest", "form"), signed),
        **dict.fromkeys(("email", "address", "contact", "to"), addresses),
        **dict.fromkeys(("joined_from", "joined_to", "day", "first_day", "last_day", "date"), days),
        **dict.fromkeys(("url", "image_url", "feed", "link", "page_url"), urls),
        **dict.fromkeys(("page", "before", "version", "edit", "number", "step"), numbers_typed),
        **dict.fromkeys(("name", "title", "q", "words", "subject", "source"), words),
        "slug": ("tidal", "harbor-compute-sells-the-tide-by-the-answer"),
        "frequency": ("every", "monthly"),
        "file": ("address,name\nada@x.example,Ada\n", "<opml/>", "PK\x03\x04"),
    }


def _check_copy(opened: Site, server: str, folder: Path) -> str:
    """Copy what SQLite has to PostgreSQL; returns what went wrong, or ""."""
    with fresh_database(folder, server) as to_url:
        try:
            copy(opened.runtime.database, to_url, lambda _name, _count: None)
        except Exception as error:  # whatever it is, it is what this looks for
            return f"The copy to PostgreSQL failed: {type(error).__name__}: {error}"
    return ""


@contextmanager
def _site_on(folder: Path, server: str | None) -> Iterator[Site]:
    with fresh_database(folder, server) as url:
        upgrade(url)
        with site(url, NOW) as opened:
            yield opened


def _report(kind: str, result: Result, wrong: str) -> bool:
    """Print what was seen on one database. True if all is well."""
    by_status = ", ".join(f"{status}: {count}" for status, count in sorted(result.counts.items()))
    print(f"{kind}: {result.requests:,} requests; {by_status}")
    for seen, count, fault in account(result.faults):
        print(f"  {count} times: {seen}\n    {fault}")
    if wrong:
        print(f"  {wrong}")
    print(f"  {len(result.faults)} faults")
    return not (result.faults or wrong)


def main() -> None:
    """Play on each kind of database; exit code 1 if anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000, help="on each database")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=KINDS, action="append", help="both, unless given")
    args = parser.parse_args()
    quiet()
    is_well = True
    with workplace() as folder, postgresql(folder) as server:
        for kind in args.database or KINDS:
            with _site_on(folder, server.url if kind == "postgres" else None) as opened:
                result = play(opened, args.requests, args.seed)
                wrong = _check_copy(opened, server.url, folder) if kind == "sqlite" else ""
                is_well &= _report(kind, result, wrong)
    sys.exit(0 if is_well else 1)


if __name__ == "__main__":
    main()
