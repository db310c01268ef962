"""Choosing, judged: weeks of labelled news and of real feeds are served on loopback, gathered, proposed, and held against the labels.

python -m bench.choosing [--stories FOLDER] [--feeds FOLDER] [--json FILE] [--brief] [--without-speed]
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.demo import feeds
from newsletter.fetching.limits import Limits
from newsletter.formats.found import Found
from newsletter.gathering import sources
from newsletter.gathering.articles import canonical, store_found
from newsletter.gathering.gather import gather
from newsletter.gathering.models import Article
from newsletter.gathering.sources import NewSource
from newsletter.issues import approval, reasons
from newsletter.issues.models import Assessment, Block, Issue
from newsletter.issues.proposing import propose
from newsletter.issues.reading import read_blocks
from newsletter.migrations.running import upgrade
from newsletter.publications.opening import open_publication

ZONE = ZoneInfo("Europe/Berlin")
NOWS = tuple(
    datetime(2026, month, day, 9, tzinfo=ZONE) for month, day in ((5, 15), (5, 22), (6, 12))
)
WEEK = timedelta(days=7)
SOURCES = 200
CANDIDATES = 10_000
SYLLABLES = (
    "ka",
    "lo",
    "mi",
    "ren",
    "su",
    "ta",
    "vor",
    "wex",
    "yun",
    "zel",
    "bar",
    "dron",
    "fel",
    "gor",
    "hal",
    "jin",
)
EVERYDAY = (
    *(
        "model",
        "chips",
        "court",
        "launches",
        "study",
        "agents",
        "robots",
        "plans",
        "cloud",
        "firm",
        "price",
        "the",
        "of",
        "a",
        "to",
        "in",
    ),
    *(
        "for",
        "its",
        "with",
        "from",
        "after",
        "over",
        "under",
        "people",
        "city",
        "school",
        "office",
        "water",
        "energy",
        "morning",
        "team",
    ),
    *(
        "small",
        "large",
        "older",
        "public",
        "local",
        "engineers",
        "teachers",
        "patients",
        "customers",
        "machines",
        "letters",
        "streets",
    ),
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal and what the labels say of it; without labels, `wanted` and the rest are empty."""

    name: str
    seconds: float
    subject: str
    shown: Sequence[str]
    wanted: int = 0
    wanted_in: int = 0
    left_out: Sequence[str] = ()
    unwanted: int = 0
    unwanted_in: Sequence[str] = ()


class Trial:
    """A publication in a passing database, its feeds served from files on loopback."""

    def __init__(self, database: Database, clock: SetClock) -> None:
        self.database, self.clock = database, clock
        made = database.write(
            open_publication, name="Trial", sender_address="a@b.example", cadence="Monday 09:00 UTC"
        )
        self.key = made.key

    def gather(self, documents: Mapping[str, bytes], *, cut: bool) -> None:
        """Serve these documents as they were at the clock's time, and read them."""
        bodies: dict[str, feeds.Body] = {
            f"/{name}": (lambda at, body=body: feeds.as_of(body, at) if cut else body)
            for name, body in documents.items()
        }
        with feeds.serving(bodies, self.clock) as address, self.database.writing() as session:
            known = {Path(one.url).name: one for one in sources.all_sources(session, self.key)}
            for name in documents:
                if name in known:
                    known[name].url, known[name].due_at = f"{address}/{name}", None
                else:
                    sources.add(session, self.key, NewSource(f"{address}/{name}"))
            session.commit()
            gather(self.database, self.key, self.clock, Limits(allow_private=True))

    def propose(self, due_at: datetime | None = None) -> tuple[Issue, float]:
        now = self.clock.now()
        due_at = due_at or now
        began = time.perf_counter()
        issue = self.database.write(
            propose, self.key, period=due_at.isoformat(), due_at=due_at, now=now
        )
        return issue, time.perf_counter() - began

    def send(self, issue: Issue) -> None:
        def sent(session: Session) -> None:
            approval.approve(session, issue.key, "bench", by="bench", now=self.clock.now())
            approval.mark_sent(session, issue.key, self.clock.now())

        self.database.write(sent)


@contextmanager
def trial(at: datetime) -> Iterator[Trial]:
    """A new one, thrown away at the end."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/trial.sqlite3"
        upgrade(url)
        database = Database(url)
        yield Trial(database, SetClock(at))
        database.close()


def judge_stories(folder: Path) -> list[Proposal]:
    """The labelled weeks, one after the other, each issue sent as proposed."""
    expected = json.loads((folder / "expectations.json").read_text("utf-8"))
    labels = [json.loads(line) for line in (folder / "items.jsonl").read_text("utf-8").splitlines()]
    story = {canonical(one["url"]): one["story"] for one in labels}
    urls = {one["id"]: canonical(one["url"]) for one in labels}
    found = []
    with trial(datetime(2026, 5, 1, tzinfo=UTC)) as one:
        for number, week in enumerate(expected["weeks"], start=1):
            day = date.fromisoformat(week["to"]) + timedelta(days=1)
            one.clock.move_to(datetime.combine(day, datetime.min.time(), UTC))
            one.gather(_as_feeds(folder, day), cut=False)
            issue, seconds = one.propose()
            found.append(_judged(one, issue, seconds, number, week, story, urls))
            one.send(issue)
    return found


def _judged(
    one: Trial,
    issue: Issue,
    seconds: float,
    number: int,
    week: dict,
    story: dict[str, str],
    urls: dict[str, str],
) -> Proposal:
    with one.database.reading() as session:
        shown = [block for block in read_blocks(session, issue.key) if block.kind != "tools"]
        address = dict(session.exec(select(Article.id, Article.url)).all())
        report = reasons.read_assessments(session, issue.key)
    told = {
        story.get(address[block.article_id or 0], "?") for block in shown if block.kind != "similar"
    }
    linked = {address[block.article_id or 0] for block in shown}
    wanted = {one["story"] for one in week["must"]}
    bad = {urls[item]: one["story"] for one in week["must_not"] for item in one["items"]}
    left = [f"{name}: {_why(name, report, address, story)}" for name in sorted(wanted - told)]
    unwanted_in = sorted(name for url, name in bad.items() if url in linked)
    lines = [
        f"{_line(block)}  [{story.get(address[block.article_id or 0], '?')}]" for block in shown
    ]
    return Proposal(
        f"stories, week {number}",
        seconds,
        issue.subject,
        lines,
        len(wanted),
        len(wanted & told),
        left,
        len(bad),
        unwanted_in,
    )


def _why(
    name: str, report: Sequence[Assessment], address: Mapping[int, str], story: Mapping[str, str]
) -> str:
    rows = [
        row
        for row in report
        if any(story.get(address[key]) == name for key in (row.article_id, *row.folded))
    ]
    return " | ".join(f"{row.verdict} ({row.title})" for row in rows) or "not considered"


def judge_feeds(folder: Path) -> list[Proposal]:
    """The real feeds at three times, each with the issue of the week before sent."""
    documents = {file.name: file.read_bytes() for file in sorted(folder.glob("*.xml"))}
    found = []
    for now in NOWS:
        with trial(now - WEEK) as one:
            one.gather(documents, cut=True)
            one.send(one.propose()[0])
            one.clock.move_to(now)
            one.gather(documents, cut=True)
            issue, seconds = one.propose()
            with one.database.reading() as session:
                shown = [
                    _line(block)
                    for block in read_blocks(session, issue.key)
                    if block.kind != "tools"
                ]
                out = [
                    f"   out {row.score:5.1f} {row.title[:70]}: {row.verdict}"
                    for row in reasons.read_assessments(session, issue.key)
                    if row.place is None
                ]
        found.append(Proposal(f"feeds at {now:%Y-%m-%d}", seconds, issue.subject, [*shown, *out]))
    return found


def measure_speed(candidates: int) -> Sequence[tuple[str, float]]:
    """Propose from so many articles of 200 sources, then look again at once, and an hour later with a fiftieth of them new; and a loop
    that tells how busy the machine was. Of each the seconds of the clock, then those of a core."""
    words = [f"{a}{b}" for a in SYLLABLES for b in SYLLABLES if a != b]
    draw = random.Random(5)
    at = datetime(2026, 5, 12, 9, tzinfo=UTC)
    figures: list[tuple[str, float]] = []

    def fill(session: Session, numbers: range) -> None:
        for source in sources.all_sources(session, one.key):
            store_found(
                session,
                source.key,
                [_made(draw, words, at, source.key, n) for n in numbers],
                one.clock.now(),
            )

    def look(what: str) -> None:
        cpu = time.process_time()
        issue, seconds = one.propose(at)
        cpu = time.process_time() - cpu
        with one.database.reading() as session:
            considered = reasons.count_assessments(session, issue.key)
        figures.extend(
            ((f"{what} {considered:,} stories", seconds), ("  processor time of it", cpu))
        )

    each = candidates // SOURCES
    with trial(at) as one:
        with one.database.writing() as session:
            for number in range(SOURCES):
                sources.add(session, one.key, NewSource(f"https://s{number}.example/feed"))
        one.database.write(fill, range(each))
        look("propose, the first look of a process,")
        look("the same looked at again,")
        one.clock.move_to(at + timedelta(hours=1))
        one.database.write(fill, range(each, each + each // 50))
        look("an hour later")
    return (*figures, ("a loop of five million additions", _loop()))


def _loop() -> float:
    began, total = time.process_time(), 0
    for number in range(5_000_000):
        total += number
    return time.process_time() - began


def _made(
    draw: random.Random, words: Sequence[str], at: datetime, source: int, number: int
) -> Found:
    title = " ".join(draw.choices(words, k=6) + draw.choices(EVERYDAY, k=4)).capitalize()
    dek = " ".join(draw.choices(words, k=8) + draw.choices(EVERYDAY, k=14)).capitalize() + "."
    topics = (draw.choice(("models", "policy", "chips", "robots")),)
    return Found(
        f"https://s{source}.example/{number}",
        title,
        dek,
        "",
        at - timedelta(minutes=draw.randint(1, 9000)),
        "",
        topics,
    )


def _as_feeds(folder: Path, until: date) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as made:
        subprocess.run(
            [sys.executable, folder / "as_feeds.py", made, "--until", until.isoformat()],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return {file.name: file.read_bytes() for file in sorted(Path(made).iterdir())}


def _line(block: Block) -> str:
    return f"{block.kind:8}{block.score:5.1f}  {block.title}  · {block.source}"


def judged_table(found: Sequence[Proposal], *, brief: bool) -> str:
    """What a person reads."""
    lines = []
    for one in found:
        lines += [f"\n{one.name}: {one.subject}   ({one.seconds * 1000:.0f} ms)"]
        lines += [] if brief else [f"  {line}" for line in one.shown]
        if one.wanted:
            lines.append(
                f"  wanted {one.wanted_in} of {one.wanted}, unwanted {len(one.unwanted_in)} of {one.unwanted} {', '.join(one.unwanted_in)}"
            )
            lines += [f"    left out {line}" for line in one.left_out]
    return "\n".join(lines)


def main() -> None:
    """Judge what there is to judge, then measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--stories",
        type=Path,
        help="labelled news, one folder with items.jsonl, expectations.json and as_feeds.py",
    )
    parser.add_argument("--feeds", type=Path, help="a folder of real .xml feeds")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--brief", action="store_true", help="the counts only")
    parser.add_argument("--without-speed", action="store_true")
    args = parser.parse_args()
    found = [
        *(judge_stories(args.stories) if args.stories else ()),
        *(judge_feeds(args.feeds) if args.feeds else ()),
    ]
    print(judged_table(found, brief=args.brief))
    speed = [] if args.without_speed else measure_speed(CANDIDATES)
    for what, seconds in speed:
        print(f"{what:58}{seconds:8.2f} s")
    if args.json:
        args.json.write_text(
            json.dumps(
                {"proposals": [asdict(one) for one in found], "speed": dict(speed)}, indent=1
            ),
            "utf-8",
        )


if __name__ == "__main__":
    main()
