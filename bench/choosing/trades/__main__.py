"""Judge choosing for publications of other trades: four weeks of labelled news of each.

python -m bench.choosing.trades [--trade NAME] [--brief]

The news is invented; its labels say what an editor of that trade would lead with (lead), bring
(in) or never bring (out). Each week is gathered over loopback, proposed, and sent as proposed: once
by the usual cues, and once by the cue file of the trade, which has its name.
"""

import argparse
import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape

from sqlmodel import Session

from bench.choosing.trial import Trial, trial
from newsletter.issues.reading import read_blocks
from newsletter.publications.preferences import change

FOLDER = Path(__file__).parent
TRADES = tuple(sorted(file.stem for file in FOLDER.glob("*.csv")))
START = datetime(2026, 6, 1, tzinfo=UTC)  # a Monday
WEEK = timedelta(days=7)
ARTICLE_KINDS = ("lead", "stories", "brief")


@dataclass(frozen=True, slots=True)
class Item:
    """One labelled article. `event` is the same for articles of one event, and "" for most."""

    week: int
    label: str
    event: str
    source: str
    title: str
    dek: str


@dataclass(frozen=True, slots=True)
class Judged:
    """How the proposal of one week agrees with its labels. `wanted` counts events, not articles."""

    week: int
    has_lead: bool
    wanted: int
    wanted_in: int
    unwanted_in: tuple[str, ...]
    twice: int
    shown: tuple[str, ...]

    def line(self) -> str:
        lead = "a lead" if self.has_lead else "no lead"
        return (
            f"week {self.week}: {lead} of the labels, wanted {self.wanted_in} of {self.wanted}, "
            f"unwanted {len(self.unwanted_in)}, twice {self.twice}"
        )


def read_items(trade: str) -> tuple[Item, ...]:
    """Return the labelled articles of a trade, in the order of its file."""
    with (FOLDER / f"{trade}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Item(**{**row, "week": int(row["week"])}) for row in csv.DictReader(file))


def judge(
    trade: str,
    cues: str,
) -> list[Judged]:
    """Propose the four weeks of a trade one after the other, by a cue file; "" is the usual one."""
    items = read_items(trade)
    judged = []
    with trial(START) as run:
        run.database.write(change, run.key, cues=cues)
        for week in sorted({item.week for item in items}):
            due = START + week * WEEK
            run.clock.move_to(due)
            run.gather(_feeds(item for item in items if item.week <= week), cut=False)
            judged.append(_judge_week(run, week, [item for item in items if item.week == week]))
    return judged


def _judge_week(run: Trial, week: int, items: Sequence[Item]) -> Judged:
    """Propose one week, compare it with its labels, and send it."""
    issue, _ = run.propose()
    titles = run.database.read(_titles_of, issue.key)
    run.send(issue)
    by_title = {item.title: item for item in items}
    shown = [by_title[title] for title in titles if title in by_title]
    events = [_event(item) for item in shown]
    wanted = {_event(item) for item in items if item.label in ("lead", "in")}
    return Judged(
        week=week,
        has_lead=bool(shown) and shown[0].label == "lead",
        wanted=len(wanted),
        wanted_in=len(wanted & set(events)),
        unwanted_in=tuple(item.title for item in shown if item.label == "out"),
        twice=len(events) - len(set(events)),
        shown=tuple(titles),
    )


def _event(item: Item) -> str:
    return item.event or item.title


def _titles_of(session: Session, issue_id: int) -> list[str]:
    """Return the titles of an issue's stories, the lead first."""
    blocks = read_blocks(session, issue_id)
    return [block.title for block in blocks if block.kind in ARTICLE_KINDS]


def _feeds(items: Iterable[Item]) -> dict[str, bytes]:
    """Return a feed for each source, with its articles on the days of their weeks."""
    by_source: Mapping[str, list[Item]] = defaultdict(list)
    for item in items:
        by_source[item.source].append(item)
    return {f"{_slug(name)}.xml": _feed(name, of) for name, of in by_source.items()}


def _feed(source: str, items: Sequence[Item]) -> bytes:
    host = f"https://{_slug(source)}.example"
    entries = "".join(_entry(host, item, number) for number, item in enumerate(items))
    head = f"<title>{escape(source)}</title><link>{host}/</link>"
    text = f'<rss version="2.0"><channel>{head}{entries}</channel></rss>'
    return text.encode()


def _entry(host: str, item: Item, number: int) -> str:
    at = START + (item.week - 1) * WEEK + timedelta(hours=9 + 24 * (number % 5))
    return (
        f"<item><title>{escape(item.title)}</title>"
        f"<link>{host}/{item.week}/{_slug(item.title)}</link>"
        f"<description>{escape(item.dek)}</description>"
        f"<pubDate>{format_datetime(at)}</pubDate></item>"
    )


def _slug(text: str) -> str:
    return "-".join("".join(sign if sign.isalnum() else " " for sign in text.lower()).split())


def main() -> None:
    """Judge the trades that are asked for, all unless some are."""
    parser = argparse.ArgumentParser(prog="python -m bench.choosing.trades", description=__doc__)
    parser.add_argument("--trade", choices=TRADES, action="append")
    parser.add_argument("--brief", action="store_true", help="the counts only")
    args = parser.parse_args()
    for trade in args.trade or TRADES:
        own = (FOLDER / f"{trade}.toml").read_text("utf-8")
        for name, cues in (("the usual cues", ""), ("its own cues", own)):
            print(f"\n{trade}, by {name}")
            _print(judge(trade, cues), brief=args.brief)


def _print(
    weeks: Iterable[Judged],
    *,
    brief: bool,
) -> None:
    for week in weeks:
        print(f"  {week.line()}")
        if not brief:
            print("".join(f"    {title}\n" for title in week.shown), end="")


if __name__ == "__main__":
    main()
