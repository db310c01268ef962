"""Proposals of labelled weeks and of real feeds, and how they compare with the labels."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from bench.choosing.trial import trial
from newsletter.formats.canonical import canonical
from newsletter.gathering.models import Article
from newsletter.issues import reasons
from newsletter.issues.models import Assessment, Block
from newsletter.issues.reading import read_blocks

ZONE = ZoneInfo("Europe/Berlin")
NOWS = tuple(
    datetime(2026, month, day, 9, tzinfo=ZONE) for month, day in ((5, 15), (5, 22), (6, 12))
)
WEEK = timedelta(days=7)

WeekLabels = Mapping[str, Any]  # a week of expectations.json


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
            content = run.database.read(LabelledIssue, issue.key, labels)
            proposal = Proposal(f"stories, week {number}", seconds, issue.subject, content.lines())
            proposals.append(_compare(proposal, content, week, labels))
            run.send(issue)
    return proposals


def _compare(
    proposal: Proposal, content: "LabelledIssue", week: WeekLabels, labels: "Labels"
) -> Proposal:
    """Add to a proposal how its issue compares with the labels of its week."""
    wanted = {label["story"] for label in week["must"]}
    left_out = sorted(wanted - content.stories())
    unwanted = labels.unwanted_in(week)
    urls = content.urls()
    return replace(
        proposal,
        wanted=len(wanted),
        wanted_in=len(wanted) - len(left_out),
        left_out=[f"{story}: {content.why_out(story)}" for story in left_out],
        unwanted=len(unwanted),
        unwanted_in=sorted(story for url, story in unwanted.items() if url in urls),
    )


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
    shown = [_line(block) for block in _article_blocks(session, issue_id)]
    out = [
        f"   out {row.score:5.1f} {row.title[:70]}: {row.verdict}"
        for row in reasons.read_assessments(session, issue_id)
        if row.place is None
    ]
    return [*shown, *out]


class Labels:
    """The story of each labelled address, and the address of each labelled item."""

    def __init__(self, folder: Path) -> None:
        lines = (folder / "items.jsonl").read_text("utf-8").splitlines()
        items = [json.loads(line) for line in lines]
        self._stories: dict[str, str] = {canonical(item["url"]): item["story"] for item in items}
        self._urls = {item["id"]: canonical(item["url"]) for item in items}

    def story_of(self, url: str) -> str:
        return self._stories.get(url, "?")

    def unwanted_in(self, week: WeekLabels) -> dict[str, str]:
        """Return the story of each address that an issue of that week must not link."""
        found: dict[str, str] = {}
        for story in week["must_not"]:
            found.update((self._urls[item], story["story"]) for item in story["items"])
        return found


class LabelledIssue:
    """What an issue shows and what was considered for it, with the labelled story of each."""

    def __init__(self, session: Session, issue_id: int, labels: Labels) -> None:
        self._blocks = _article_blocks(session, issue_id)
        self._assessments = reasons.read_assessments(session, issue_id)
        self._urls = dict(session.exec(select(Article.id, Article.url)).all())
        self._story = {key: labels.story_of(url) for key, url in self._urls.items()}

    def lines(self) -> list[str]:
        """Return a line for each block."""
        return [f"{_line(block)}  [{self._story[block.article_id]}]" for block in self._blocks]

    def stories(self) -> set[str]:
        """Return the stories that it brings; a similar article beside another brings none."""
        return {self._story[block.article_id] for block in self._blocks if block.kind != "similar"}

    def urls(self) -> set[str]:
        """Return all addresses that it links."""
        return {self._urls[block.article_id] for block in self._blocks}

    def why_out(self, story: str) -> str:
        """Return the verdicts on the candidates that tell a story."""
        verdicts = [
            f"{row.verdict} ({row.title})" for row in self._assessments if self._tells(row, story)
        ]
        return " | ".join(verdicts) or "not considered"

    def _tells(self, row: Assessment, story: str) -> bool:
        """True if the candidate, or an article that was folded into it, tells the story."""
        return story in (self._story[key] for key in (row.article_id, *row.folded))


def _as_feeds(folder: Path, until: date) -> dict[str, bytes]:
    """Return the labelled items up to a day as feeds; the labels' own program makes them."""
    with tempfile.TemporaryDirectory() as made:
        subprocess.run(
            [sys.executable, folder / "as_feeds.py", made, "--until", until.isoformat()],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return {file.name: file.read_bytes() for file in sorted(Path(made).iterdir())}


def _article_blocks(session: Session, issue_id: int) -> list[Block]:
    return [block for block in read_blocks(session, issue_id) if block.kind != "tools"]


def _line(block: Block) -> str:
    return f"{block.kind:8}{block.score:5.1f}  {block.title}  · {block.source}"
