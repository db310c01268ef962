"""Pure. What remains of doubles: of two statuses the stricter, of two preferences the quieter."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
# The first that any of them has counts: a "no" in one spelling is the reader's no.
STRICTER = ("unsubscribed", "active", "unconfirmed")
STRICTEST = ("complaint", "refused", "bounce", "manual", "forgotten")  # why nobody writes to them


def join_subscriptions(same: Sequence[Row]) -> dict[str, Any]:
    """Return the values of one subscription in place of those of one mailbox and publication."""
    status = min((row["status"] for row in same), key=STRICTER.index)
    alike = [row for row in same if row["status"] == status]
    last_left = max(alike, key=lambda row: (row["left_at"] is not None, row["left_at"]))
    return {
        "status": status,
        "joined_at": min(row["joined_at"] for row in alike),
        "confirmed_at": _least(row["confirmed_at"] for row in alike),
        **{name: last_left[name] for name in ("left_at", "left_issue_id", "left_by")},
        "reconfirm_by": _least_if_all(row["reconfirm_by"] for row in alike),
        "frequency": _quieter(row["frequency"] for row in same),
        "snoozed_until": _greatest(row["snoozed_until"] for row in same),
        "topics": _union(row["topics"] for row in same),
        "import_id": next((row["import_id"] for row in alike if row["import_id"]), None),
        "source": next((row["source"] for row in alike if row["source"]), ""),
        "seen_at": _greatest(row["seen_at"] for row in same),
    }


def join_people(
    group: Sequence[Row], subscriptions_of: Mapping[int, Sequence[Row]]
) -> dict[str, Any]:
    """Return the values of one person in place of those of one mailbox, the oldest first.

    Letters go to the spelling of who reads now, or else confirmed once, or else came first.
    """
    best = max(group, key=lambda person: _proof(subscriptions_of.get(person["id"], ())))
    ordered = [best, *(person for person in group if person is not best)]
    attributes: dict[str, str] = {}
    for person in reversed(ordered):
        attributes |= person["attributes"] or {}
    return {
        "address": best["address"],
        "name": _first(person["name"] for person in ordered),
        "time_zone": _first(person["time_zone"] for person in ordered),
        "attributes": attributes,
    }


def strictness(reason: str) -> int:
    """Return the place of a suppression's reason, the strictest first; others come last."""
    return STRICTEST.index(reason) if reason in STRICTEST else len(STRICTEST)


def _proof(subscriptions: Iterable[Row]) -> int:
    """How surely letters reach a spelling: 2 for who reads there, 1 for who confirmed there."""
    proofs = [
        2 if row["status"] == "active" else 1 if row["confirmed_at"] else 0 for row in subscriptions
    ]
    return max(proofs, default=0)


def _first(texts: Iterable[str]) -> str:
    return next(filter(None, texts), "")


def _least(values: Iterable[Any]) -> Any:
    return min((value for value in values if value is not None), default=None)


def _least_if_all(values: Iterable[Any]) -> Any:
    """The least, or None if one is None: who joined of their own will need not be asked again."""
    known = list(values)
    return None if None in known else min(known)


def _greatest(values: Iterable[Any]) -> Any:
    return max((value for value in values if value is not None), default=None)


def _quieter(frequencies: Iterable[str]) -> str:
    return "monthly" if "monthly" in set(frequencies) else "every"


def _union(chosen: Iterable[Sequence[str]]) -> list[str]:
    """All topics that somebody chose, each once; [] (all topics) only if nobody chose."""
    return list(dict.fromkeys(topic for topics in chosen for topic in topics or ()))
