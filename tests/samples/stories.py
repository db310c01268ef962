"""Labelled items: our own held-out set, which no weight was fitted to, and the shared one where it
is there."""

import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from pathlib import Path

from newsletter.choosing.folds.folding import fold
from newsletter.formats.canonical import canonical
from tests.samples.times import NOON

OWN = Path(__file__).with_name("stories.jsonl")
SHARED = (
    Path(os.environ.get("NEWSLETTER_SHARED", str(Path(__file__).parents[2].parent / "shared")))
    / "stories/items.jsonl"
)


@dataclass(frozen=True)
class Item:
    """An item as folding sees it; `story` is the label, which it does not see."""

    id: str
    title: str
    dek: str = ""
    url: str = ""
    source: str = ""
    published_at: datetime = field(default=NOON)
    story: str = ""


def read_items(path: Path) -> list[Item]:
    """Read one JSON object a line."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    dated = [{**row, "published_at": datetime.fromisoformat(row["published_at"])} for row in rows]
    return [Item(**{name: row[name] for name in Item.__dataclass_fields__}) for row in dated]


def precision_and_recall(items: list[Item]) -> tuple[float, float]:
    """Fold, and count pairs."""
    group = {key: at for at, keys in enumerate(fold(items, address=canonical)) for key in keys}
    same = {(a.id, b.id) for a, b in combinations(items, 2) if a.story == b.story}
    folded = {(a.id, b.id) for a, b in combinations(items, 2) if group[a.id] == group[b.id]}
    return len(same & folded) / len(folded), len(same & folded) / len(same)
