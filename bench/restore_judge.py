"""The judgement of bench.restore: the rows at the end of the week against the sink's own log."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlmodel import Session, select

from bench.restore_fates import Fate
from bench.restore_world import World
from newsletter.database import Database
from newsletter.delivery.ledger import read_ledger
from newsletter.delivery.models import Delivery, Message
from newsletter.delivery.status import OPEN
from newsletter.issues.models import Issue
from newsletter.letters.models import SmallLetter
from newsletter.letters.status import WAITING
from newsletter.settings import Settings

Letters = Counter[tuple[str, str]]


def judge(
    world: World,
    fate: Fate,
    looked: Mapping[str, Any],
    sent_before: int,
    letters_before: Letters,
    adopted: Mapping[str, Any],
) -> dict[str, int]:
    """Count what must be zero, and some figures."""
    rows = world.run(read_rows, world.settings)
    letters = world.letters()
    is_blind = fate.has_lost_log and fate.is_older  # nobody knows what left after the copy
    if is_blind:
        letters -= _of_lost_issues(letters_before, looked["issues"])
    statuses = {(address, str(number)): status for address, number, status in rows["messages"]}
    return {
        "before adoption": sent_before if looked["why"] else 0,
        "unsaid": _count_unsaid(fate, looked, adopted),
        "twice": sum(count - 1 for count in letters.values()),
        "falsely accepted": _count_false(statuses, letters)
        + _count_false_small(rows["small"], letters),
        "not shown": 0 if is_blind else _count_hidden(letters, statuses, rows["issues"]),
        "letters": letters.total(),
        "adoptions": bool(looked["why"]),
        **_count_rows(statuses, rows["small"]),
    }


def _count_rows(
    statuses: Mapping[tuple[str, str], str],
    small: Iterable[tuple[str, str]],
) -> dict[str, int]:
    """Count what the rows say by themselves."""
    by_status = Counter(statuses.values())
    waiting = sum(status in (*WAITING, "claimed") for _, status in small)
    return {
        "lost": sum(by_status[status] for status in ("refused", "expired", "cancelled")),
        "stuck": sum(by_status[status] for status in OPEN) + waiting,
        "messages": len(statuses),
        "uncertain": by_status["uncertain"],
    }


def _count_false(statuses: Mapping[tuple[str, str], str], letters: Letters) -> int:
    """Count messages whose rows say that the relay took a letter which it did not get."""
    return sum(status == "accepted" and not letters[key] for key, status in statuses.items())


def read_rows(settings: Settings) -> dict[str, Any]:
    """Return what the database says at the end. Raises LedgerBroken."""
    database = Database(settings.database_url)
    found = database.read(_read_rows)
    database.close()
    return found


def _read_rows(session: Session) -> dict[str, Any]:
    for delivery in session.exec(select(Delivery)).all():
        read_ledger(session, delivery.key)
    messages = select(Message.address, Issue.number, Message.status).join(
        Issue,
        Issue.id == Message.issue_id,  # type: ignore[arg-type]
    )
    return {
        "messages": [list(row) for row in session.exec(messages)],
        "issues": {str(row.number): [row.status, row.note] for row in session.exec(select(Issue))},
        "small": [
            list(row) for row in session.exec(select(SmallLetter.address, SmallLetter.status))
        ],
    }


def _of_lost_issues(letters: Letters, known: Iterable[int]) -> Letters:
    """Return the letters of issues whose numbers are given again: nobody knows of them."""
    names = set(map(str, known))
    lost = {
        letter: count
        for letter, count in letters.items()
        if letter[1].isdigit() and letter[1] not in names
    }
    return Counter(lost)


def _count_unsaid(fate: Fate, looked: Mapping[str, Any], adopted: Mapping[str, Any]) -> int:
    """Count what was not said: why nothing is sent, or that there was nothing to adopt."""
    is_expected = fate.kind != "file" and looked["hosts"] > 0
    is_missing = is_expected and not looked["why"]
    is_wordless = looked["why"] and not all(
        any(map(str.isdigit, words)) for words in (looked["why"], looked["waits"], looked["shown"])
    )
    done = adopted.get("done", 1) + adopted.get("was_killed", False)
    return sum((is_missing, bool(is_wordless), bool(looked["why"]) and not 1 <= done <= 2)) + (
        not adopted.get("was_killed", False) and adopted.get("done", 1) != 1
    )


def _count_false_small(small: Iterable[tuple[str, str]], letters: Letters) -> int:
    """Count small letters that are accepted and that nobody got."""
    got = Counter(
        {address: letters[address, name] for address, name in letters if not name.isdigit()}
    )
    accepted = Counter(address for address, status in small if status == "accepted")
    return (accepted - got).total()


def _count_hidden(
    letters: Letters,
    statuses: Mapping[tuple[str, str], str],
    issues: Mapping[str, tuple[str, str]],
) -> int:
    """Count letters that left, and that neither a message nor a stand-in for their issue shows."""
    hidden = 0
    unknown: Counter[str] = Counter()
    for letter in letters:
        _, name = letter
        status = statuses.get(letter)
        if status is not None:
            hidden += status not in ("accepted", "uncertain")
        elif name.isdigit() and issues.get(name, ("", ""))[0] != "sent":
            unknown[name] += 1
    for name, count in unknown.items():
        hidden += max(0, count - _letters_in(issues.get(name, ("", ""))[1]))
    return hidden


def _letters_in(note: str) -> int:
    """Return the number that a stand-in's note begins with."""
    first = note.split(" ")[0].replace(",", "")
    return int(first) if first.isdigit() else 0
