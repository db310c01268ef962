"""Measure folding: fit the coefficients, cross-validate them, name the worst mistakes, and time ten
thousand titles.

python -m bench.folding [--stories ../shared/stories] [--feeds ../shared/feeds] [--json FILE]

The labelled items are read here and nowhere in the program. The coefficients are fitted to every
pair that folding would compare, in several views of the items: whole, half of them without a dek,
titles only, and each week alone. So no single length or size of window is learned. The same titles
with other names are other stories. Real feeds are the background: many products of one firm in
short titles, hardly anything told twice. Their pairs within a fortnight count as two stories, save
those of one title. Then the bias is raised as far as the training items keep LEAST_PRECISION, and
the threshold is even odds.

Cross-validation: the model of a fold, its bias too, never saw an item of it. A fold holds whole
families of stories (a story and its later developments). A strict fold also holds together what is
listed as easily mixed up. Everything is then folded at once; counted are the pairs with an item of
the fold, and half where the other is not of it. Nothing is fitted to the held-out set,
tests/samples/stories.jsonl.
"""

import argparse
import json
import sys
from pathlib import Path

from bench.folding.study import Study
from bench.folding.views import background


def main() -> int:
    """Run from the shell."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.folding",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--stories", type=Path, default=Path("../shared/stories"), metavar="FOLDER")
    parser.add_argument("--feeds", type=Path, default=Path("../shared/feeds"), metavar="FOLDER")
    parser.add_argument("--json", type=Path, metavar="FILE")
    given = parser.parse_args()
    if not (given.stories / "items.jsonl").is_file():
        print(
            f"There is no items.jsonl in {given.stories}: "
            "say where the labelled stories are with --stories FOLDER.",
            file=sys.stderr,
        )
        return 2
    if not list(given.feeds.glob("*.xml")):
        print(
            f"There are no *.xml in {given.feeds}: say where real feeds are with --feeds FOLDER.",
            file=sys.stderr,
        )
        return 2
    study = Study(given.stories, background(given.feeds))
    study.run()
    if given.json:
        given.json.write_text(json.dumps(study.figures, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
