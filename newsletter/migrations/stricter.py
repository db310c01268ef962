"""Pure. What remains of doubles: of two statuses the stricter, of two preferences the quieter."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
# The first that any of them has counts: a "no" in one spelling is the reader's no.
STRICTER = ("unsubscribed", "active", "unconfirmed")
SUREST = ("confirm", "vouch", "")  # by which act they agreed; "" by a list
STRICTEST = ("complaint", "refused", "bounce", "manual", "forgotten")  # why nobody writes to them


def join_subscriptions(same: Sequence[Row]) -> dict[str, Any]:
    """Return the values of one subscription in place of those of one mailbox and publication."""
    status = min((row["status"] for row in same), key=STRICTER.index)
    alike = [row for row in same if row["status"] == status]
    return {
        "status": status,
        **_history(alike),
        **_way_out(alike),
        **_preferences(same),
        **_called([*alike, *same]),
        "seen_at": _greatest(_column(same, "seen_at")),
    }


def _history(alike: Sequence[Row]) -> dict[str, Any]:
    """How those of the status that won came in: the surest consent counts, with its time."""
    surest = min(alike, key=_doubt)
    history = {
        "joined_at": _least(_column(alike, "joined_at")),
        "confirmed_at": surest["confirmed_at"],
        "reconfirm_by": _least_if_all(_column(alike, "reconfirm_by")),
        "import_id": surest["import_id"],
        "source": _first(_column(alike, "source")) or "",
    }
    if "agreed_by" in surest:
        history["agreed_by"] = surest["agreed_by"]
    return history


def _doubt(row: Row) -> tuple[int, float]:
    """How sure a consent is not: a button, then a voucher, then a list; the first of its kind."""
    at = row["confirmed_at"]
    kind = SUREST.index(row.get("agreed_by", ""))
    return kind, float(at.timestamp()) if at else math.inf


def _way_out(alike: Sequence[Row]) -> dict[str, Any]:
    """How the last of them left; nothing for who is here."""
    last = max(alike, key=_left_at)
    return {
        "left_at": last["left_at"],
        "left_issue_id": last["left_issue_id"],
        "left_by": last["left_by"],
    }


def _left_at(row: Row) -> float:
    left_at = row["left_at"]
    return float(left_at.timestamp()) if left_at else 0.0


def _preferences(same: Sequence[Row]) -> dict[str, Any]:
    """The quieter of what was chosen in any of the spellings."""
    is_monthly = "monthly" in _column(same, "frequency")
    return {
        "frequency": "monthly" if is_monthly else "every",
        "snoozed_until": _greatest(_column(same, "snoozed_until")),
        "topics": _union(_column(same, "topics")),
    }


def join_people(
    group: Sequence[Row], subscriptions_of: Mapping[int, Sequence[Row]]
) -> dict[str, Any]:
    """Return the values of one person in place of those of one mailbox, the oldest first.

    Letters go to the spelling of who reads now, or else confirmed once, or else came first.
    """
    best = max(
        group,
        key=lambda person: _proof(subscriptions_of.get(person["id"], ())),
    )
    others = [person for person in group if person is not best]
    ordered = [best, *others]
    return {
        "address": best["address"],
        "time_zone": _first(_column(ordered, "time_zone")) or "",
        **_called(ordered),
    }


def _called(ordered: Sequence[Row]) -> dict[str, Any]:
    """The name and the attributes, if these rows have them: what the first says counts."""
    if "name" not in ordered[0]:
        return {}
    return {
        "name": _first(_column(ordered, "name")) or "",
        "attributes": _merged(_column(ordered, "attributes")),
    }


def strictness(reason: str) -> int:
    """Return the place of a suppression's reason, the strictest first; others come last."""
    return STRICTEST.index(reason) if reason in STRICTEST else len(STRICTEST)


def _proof(subscriptions: Iterable[Row]) -> int:
    """How surely letters reach a spelling: 2 for who reads there, 1 for who confirmed there."""
    proof = 0
    for row in subscriptions:
        if row["status"] == "active":
            return 2
        if row["confirmed_at"]:
            proof = 1
    return proof


def _column(
    rows: Iterable[Row],
    name: str,
) -> list[Any]:
    return [row[name] for row in rows]


def _first(values: Iterable[Any]) -> Any:
    """The first that says something, or None."""
    return next(filter(None, values), None)


def _least(values: Iterable[Any]) -> Any:
    known = list(filter(None, values))
    return min(known, default=None)


def _least_if_all(values: Sequence[Any]) -> Any:
    """The least, or None if one is None.

    Who joined of their own will in another spelling need not be asked whether they want to stay.
    """
    return None if None in values else min(values)


def _greatest(values: Iterable[Any]) -> Any:
    known = list(filter(None, values))
    return max(known, default=None)


def _union(chosen: Iterable[Sequence[str] | None]) -> list[str]:
    """All topics that somebody chose, each once; [], which is all topics, only if nobody chose."""
    found: dict[str, None] = {}
    for topics in chosen:
        found |= dict.fromkeys(topics or ())
    return list(found)


def _merged(attributes: Sequence[Mapping[str, str] | None]) -> dict[str, str]:
    """The attributes of all; of one name, those of the first who has it."""
    merged: dict[str, str] = {}
    for theirs in reversed(attributes):
        merged |= theirs or {}
    return merged
