"""Judge choosing: gather weeks of labelled news and of real feeds over loopback, propose an issue
of each, and compare it with labels.

python -m bench.choosing [--stories FOLDER] [--feeds FOLDER] [--json FILE] [--brief]
                         [--without-speed]
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from bench.choosing.judging import Proposal, judge_feeds, judge_stories
from bench.choosing.speed import CANDIDATES, measure_speed


def main() -> None:
    """Judge the stories and feeds that are given, then measure the speed."""
    parser = argparse.ArgumentParser(prog="python -m bench.choosing", description=__doc__)
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


if __name__ == "__main__":
    main()
