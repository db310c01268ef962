"""Judge choosing: gather weeks of labelled news and of real feeds over loopback, propose an issue
of each, and compare it with labels.

python -m bench.choosing [--stories FOLDER] [--feeds FOLDER] [--json FILE] [--brief]
                         [--without-speed]
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
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
    "ka", "lo", "mi", "ren", "su", "ta", "vor", "wex", "yun", "zel", "bar", "dron", "fel", "gor",
    "hal", "jin",
)  # fmt: skip
EVERYDAY = (
    "model", "chips", "court", "launches", "study", "agents", "robots", "plans", "cloud", "firm",
    "price", "the", "of", "a", "to", "in", "for", "its", "with", "from", "after", "over", "under",
    "people", "city", "school", "office", "water", "energy", "morning", "team", "small", "large",
    "older", "public", "local", "engineers", "teachers", "patients", "customers", "machines",
    "letters", "streets",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal, and how it compares with the labels.

    Without labels, all fields after `shown` are empty.
    """

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
        self.database = database
        self.clock = clock
        publication = database.write(
            open_publication,
            name="Trial",
            sender_address="a@b.example",
            cadence="Monday 09:00 UTC",
        )
        self.key = publication.key

    def gather(self, documents: Mapping[str, bytes], *, cut: bool) -> None:
        """Serve these documents by name, and read them.

        `cut` leaves out what is dated after the clock's time.
        """
        bodies: dict[str, feeds.Body] = {
            f"/{name}": (lambda at, body=body: feeds.as_of(body, at) if cut else body)
            for name, body in documents.items()
        }
        with feeds.serving(bodies, self.clock) as address:
            self.database.write(self._point_sources_to, address, documents)
            gather(self.database, self.key, self.clock, Limits(allow_private=True))

    def propose(self, due_at: datetime | None = None) -> tuple[Issue, float]:
        """Propose an issue, due now if no time is given; return it with the seconds it took."""
        now = self.clock.now()
        due_at = due_at or now
        began = time.perf_counter()
        issue = self.database.write(
            propose,
            self.key,
            period=due_at.isoformat(),
            due_at=due_at,
            now=now,
        )
        return issue, time.perf_counter() - began

    def send(self, issue: Issue) -> None:
        """Approve an issue and mark it as sent."""

        def approve_and_send(session: Session) -> None:
            approval.approve(session, issue.key, "bench", by="bench", now=self.clock.now())
            approval.mark_sent(session, issue.key, self.clock.now())

        self.database.write(approve_and_send)

    def _point_sources_to(self, session: Session, address: str, names: Iterable[str]) -> None:
        """Let each source be read from this server, whose port is another each time."""
        known = {Path(source.url).name: source for source in sources.all_sources(session, self.key)}
        for name in names:
            if name in known:
                known[name].url = f"{address}/{name}"
                known[name].due_at = None
            else:
                sources.add(session, self.key, NewSource(f"{address}/{name}"))


@contextmanager
def trial(at: datetime) -> Iterator[Trial]:
    """Yield a new trial, whose database is thrown away at the end."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/trial.sqlite3"
        upgrade(url)
        database = Database(url)
        yield Trial(database, SetClock(at))
        database.close()


class Labels:
    """The story of each labelled address, and the address of each labelled item."""

    def __init__(self, folder: Path) -> None:
        lines = (folder / "items.jsonl").read_text("utf-8").splitlines()
        items = [json.loads(line) for line in lines]
        self._stories = {canonical(item["url"]): item["story"] for item in items}
        self._urls = {item["id"]: canonical(item["url"]) for item in items}

    def story_of(self, url: str) -> str:
        return self._stories.get(url, "?")

    def unwanted_in(self, week: dict) -> dict[str, str]:
        """Return the story of each address that an issue of that week must not link."""
        found = {}
        for story in week["must_not"]:
            found.update((self._urls[item], story["story"]) for item in story["items"])
        return found


def judge_stories(folder: Path) -> list[Proposal]:
    """Judge the labelled weeks one after the other; each issue is sent as proposed."""
    expected = json.loads((folder / "expectations.json").read_text("utf-8"))
    labels = Labels(folder)
    proposals = []
    with trial(datetime(2026, 5, 1, tzinfo=UTC)) as run:
        for number, week in enumerate(expected["weeks"], start=1):
            day = date.fromisoformat(week["to"]) + timedelta(days=1)
            run.clock.move_to(datetime.combine(day, datetime.min.time(), UTC))
            run.gather(_as_feeds(folder, day), cut=False)
            issue, seconds = run.propose()
            proposal = Proposal(f"stories, week {number}", seconds, issue.subject, [])
            proposals.append(_judge(run, issue, proposal, week, labels))
            run.send(issue)
    return proposals


def _judge(run: Trial, issue: Issue, proposal: Proposal, week: dict, labels: Labels) -> Proposal:
    """Return the proposal with what is shown, and how that compares with the labels of a week."""
    with run.database.reading() as session:
        shown = [block for block in read_blocks(session, issue.key) if block.kind != "tools"]
        address = dict(session.exec(select(Article.id, Article.url)).all())
        rows = reasons.read_assessments(session, issue.key)
    story = {article_id: labels.story_of(url) for article_id, url in address.items()}
    brought = {story[block.article_id] for block in shown if block.kind != "similar"}
    linked = {address[block.article_id] for block in shown}
    wanted = {label["story"] for label in week["must"]}
    unwanted = labels.unwanted_in(week)
    return replace(
        proposal,
        shown=[f"{_line(block)}  [{story[block.article_id]}]" for block in shown],
        wanted=len(wanted),
        wanted_in=len(wanted & brought),
        left_out=[f"{name}: {_why_out(name, rows, story)}" for name in sorted(wanted - brought)],
        unwanted=len(unwanted),
        unwanted_in=sorted(name for url, name in unwanted.items() if url in linked),
    )


def _why_out(name: str, rows: Sequence[Assessment], story: Mapping[int, str]) -> str:
    """Return the verdicts on the candidates that tell a story."""
    found = []
    for row in rows:
        if name in (story[article_id] for article_id in (row.article_id, *row.folded)):
            found.append(f"{row.verdict} ({row.title})")
    return " | ".join(found) or "not considered"


def judge_feeds(folder: Path) -> list[Proposal]:
    """Propose from the real feeds at three times, each after the issue of the week before."""
    documents = {file.name: file.read_bytes() for file in sorted(folder.glob("*.xml"))}
    proposals = []
    for now in NOWS:
        with trial(now - WEEK) as run:
            run.gather(documents, cut=True)
            run.send(run.propose()[0])
            run.clock.move_to(now)
            run.gather(documents, cut=True)
            issue, seconds = run.propose()
            lines = run.database.read(_lines_of, issue.key)
        proposals.append(Proposal(f"feeds at {now:%Y-%m-%d}", seconds, issue.subject, lines))
    return proposals


def _lines_of(session: Session, issue_id: int) -> list[str]:
    """Return a line for each block of an issue, then one for each candidate that is out."""
    blocks = read_blocks(session, issue_id)
    shown = [_line(block) for block in blocks if block.kind != "tools"]
    out = [
        f"   out {row.score:5.1f} {row.title[:70]}: {row.verdict}"
        for row in reasons.read_assessments(session, issue_id)
        if row.place is None
    ]
    return [*shown, *out]


class Speed:
    """Proposals from many articles of invented words, timed."""

    def __init__(self, run: Trial, at: datetime) -> None:
        self.figures: list[tuple[str, float]] = []
        self._run = run
        self._at = at
        self._draw = random.Random(5)
        self._words = [f"{a}{b}" for a in SYLLABLES for b in SYLLABLES if a != b]

    def fill(self, session: Session, numbers: range) -> None:
        """Let each source have articles of these numbers."""
        for source in sources.all_sources(session, self._run.key):
            found = [self._made(source.key, number) for number in numbers]
            store_found(session, source.key, found, self._run.clock.now())

    def look(self, name: str) -> None:
        """Propose, and keep the seconds of the clock and of a core."""
        cpu = time.process_time()
        issue, seconds = self._run.propose(self._at)
        cpu = time.process_time() - cpu
        considered = self._run.database.read(reasons.count_assessments, issue.key)
        self.figures.append((f"{name} {considered:,} stories", seconds))
        self.figures.append(("  processor time of it", cpu))

    def _made(self, source: int, number: int) -> Found:
        title = self._text(6, 4)
        dek = self._text(8, 14)
        topic = self._draw.choice(("models", "policy", "chips", "robots"))
        age = timedelta(minutes=self._draw.randint(1, 9000))
        return Found(
            f"https://s{source}.example/{number}",
            title,
            f"{dek}.",
            "",
            self._at - age,
            "",
            (topic,),
        )

    def _text(self, invented: int, everyday: int) -> str:
        words = self._draw.choices(self._words, k=invented)
        words += self._draw.choices(EVERYDAY, k=everyday)
        return " ".join(words).capitalize()


def measure_speed(candidates: int) -> Sequence[tuple[str, float]]:
    """Propose from so many articles of 200 sources, look again at once, and again an hour later.

    By then a fiftieth of them is new. A loop at the end shows how busy the machine was. Of each are
    returned the seconds of the clock, then those of a core.
    """
    at = datetime(2026, 5, 12, 9, tzinfo=UTC)
    each = candidates // SOURCES
    with trial(at) as run:
        speed = Speed(run, at)
        run.database.write(_add_sources, run.key)
        run.database.write(speed.fill, range(each))
        speed.look("propose, the first look of a process,")
        speed.look("the same looked at again,")
        run.clock.move_to(at + timedelta(hours=1))
        run.database.write(speed.fill, range(each, each + each // 50))
        speed.look("an hour later")
    return (*speed.figures, ("a loop of five million additions", _loop()))


def _add_sources(session: Session, publication_id: int) -> None:
    for number in range(SOURCES):
        sources.add(session, publication_id, NewSource(f"https://s{number}.example/feed"))


def _loop() -> float:
    began = time.process_time()
    total = 0
    for number in range(5_000_000):
        total += number
    return time.process_time() - began


def _as_feeds(folder: Path, until: date) -> dict[str, bytes]:
    """Return the labelled items up to a day as feeds; the labels' own program makes them."""
    with tempfile.TemporaryDirectory() as made:
        subprocess.run(
            [sys.executable, folder / "as_feeds.py", made, "--until", until.isoformat()],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return {file.name: file.read_bytes() for file in sorted(Path(made).iterdir())}


def _line(block: Block) -> str:
    return f"{block.kind:8}{block.score:5.1f}  {block.title}  · {block.source}"


def judged_table(proposals: Sequence[Proposal], *, brief: bool) -> str:
    """Return the proposals as a person reads them; `brief` has the counts only."""
    lines = []
    for proposal in proposals:
        milliseconds = proposal.seconds * 1000
        lines.append(f"\n{proposal.name}: {proposal.subject}   ({milliseconds:.0f} ms)")
        if not brief:
            lines += [f"  {line}" for line in proposal.shown]
        if proposal.wanted:
            lines.append(
                f"  wanted {proposal.wanted_in} of {proposal.wanted}, "
                f"unwanted {len(proposal.unwanted_in)} of {proposal.unwanted} "
                f"{', '.join(proposal.unwanted_in)}"
            )
            lines += [f"    left out {line}" for line in proposal.left_out]
    return "\n".join(lines)


def main() -> None:
    """Judge the stories and feeds that are given, then measure the speed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--stories",
        type=Path,
        help="labelled news, a folder with items.jsonl, expectations.json and as_feeds.py",
    )
    parser.add_argument("--feeds", type=Path, help="a folder of real .xml feeds")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--brief", action="store_true", help="the counts only")
    parser.add_argument("--without-speed", action="store_true")
    args = parser.parse_args()
    proposals = [
        *(judge_stories(args.stories) if args.stories else ()),
        *(judge_feeds(args.feeds) if args.feeds else ()),
    ]
    print(judged_table(proposals, brief=args.brief))
    speed = [] if args.without_speed else measure_speed(CANDIDATES)
    for name, seconds in speed:
        print(f"{name:58}{seconds:8.2f} s")
    if args.json:
        figures = {"proposals": list(map(asdict, proposals)), "speed": dict(speed)}
        args.json.write_text(json.dumps(figures, indent=1), "utf-8")


if __name__ == "__main__":
    main()
