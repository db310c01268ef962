"""Labelled items: what folding sees of them, and the story that it does not see."""

import json
from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Labelled:
    """An item as folding sees it, and the story that it tells, which folding does not see."""

    id: str
    title: str
    dek: str
    url: str
    source: str
    published_at: datetime
    story: str


Part = Callable[[Labelled], bool]


def read_items(path: Path) -> list[Labelled]:
    """Read labelled items, one JSON object a line; other fields are left alone."""
    fields = [name for name in Labelled.__dataclass_fields__ if name != "published_at"]
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        Labelled(
            **{name: row[name] for name in fields},
            published_at=datetime.fromisoformat(row["published_at"]),
        )
        for row in rows
    ]


def of_stories(stories: Container[str]) -> Part:
    """Return the part of the items that tell `stories`."""
    return lambda item: item.story in stories


def of_source(source: str) -> Part:
    """Return the part of the items that are of `source`."""
    return lambda item: item.source == source
