"""Pure. What becomes of each tool that a source shows: new, same, changed, double or refused."""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Literal

from newsletter.fetching.hosts import host_of, is_public
from newsletter.formats.markup import cut
from newsletter.formats.tools.found import FoundTool
from newsletter.text import one_line
from newsletter.tool_sources.keys import address_key, keys_of, name_key
from newsletter.tools.cards import (
    MOST_DESCRIPTION,
    MOST_NAME,
    MOST_TAG,
    MOST_TAGS,
    Card,
    find_problems,
    is_web_address,
)

Known = Mapping[str, "ToolMatch"]  # by the keys of its address and its name (keys_of)
RowOutcome = Literal["new", "same", "changed", "double", "refused"]
# What is pointed out when it changes. Descriptions and tags are an editor's own words soon.
WATCHED = ("name", "url", "price", "image_url")
CATEGORY_CHARS = 60
EMPTY = Card()
PRIVATE = "This address leads into a private network, where no reader can follow."
ANOTHER_ROW = "Another row has the address of the tool that is known by this name."
# Names that no public DNS has (RFC 6761, RFC 6762, RFC 8375), and what offices use in their place.
PRIVATE_NAMES = (
    *("localhost", "local", "internal", "intranet", "lan", "home", "corp", "home.arpa", "invalid"),
    "onion",
)


@dataclass(frozen=True, slots=True)
class ToolMatch:
    """What is known of one tool: as a gathered one, as a tool of the publication, or as sent in.

    `watched` is what an editor saw last; `reason` says what a person should know of it.
    """

    kind: Literal["gathered", "tool", "submission"]
    id: int
    keys: Sequence[str]
    watched: Mapping[str, str]
    is_open: bool = True  # False: no change of it is pointed out
    reason: str = ""


@dataclass(frozen=True, slots=True)
class JudgedTool:
    """One row with what became of it; `changes` are fields with what was and what is."""

    found: FoundTool
    outcome: RowOutcome
    reason: str = ""
    card: Card = EMPTY
    known: ToolMatch | None = None
    changes: Mapping[str, tuple[str, str]] | None = None


def judge_rows(found: Iterable[FoundTool], *, allow_private: bool = False) -> list[JudgedTool]:
    """Judge rows by themselves: refused, the double of a row before, or new so far."""
    judged: list[JudgedTool] = []
    rows: dict[str, int] = {}
    for tool in found:
        card = card_of(tool)
        reason = _problem(card, allow_private)
        if reason:
            judged.append(JudgedTool(tool, "refused", reason, card))
            continue
        keys = keys_of(card.name, card.url)
        before = next((rows[key] for key in keys if key in rows), None)
        if before is None:
            judged.append(JudgedTool(tool, "new", "", card))
        else:
            reason = f"The same tool as row {before}."
            judged.append(JudgedTool(tool, "double", reason, card))
        for key in keys:
            rows.setdefault(key, tool.row)
    return judged


def addresses_of(judged: Iterable[JudgedTool]) -> Set[str]:
    """Return the keys of the addresses of all rows of a list."""
    return {keys_of(row.card.name, row.card.url)[0] for row in judged}


def compare(
    judged: JudgedTool,
    known: Known,
    addresses: Set[str],
) -> JudgedTool:
    """Judge a row that is new so far by what is known; `addresses` are those of its list.

    Of others a refused one keeps which gathered tool it shows: that did not disappear.
    """
    # The address comes first: it counts for more than the name.
    keys = keys_of(judged.card.name, judged.card.url)
    match = next((known[key] for key in keys if key in known), None)
    if match is None:
        return judged
    if judged.outcome != "new":
        is_shown = judged.outcome == "refused" and match.kind == "gathered"
        return replace(judged, known=match) if is_shown else judged
    # Who takes the old name of another tool is not that tool, which stands in the list, too.
    if keys[0] not in match.keys and not addresses.isdisjoint(match.keys):
        return replace(judged, outcome="double", reason=ANOTHER_ROW)
    if match.kind == "submission":
        return replace(judged, outcome="double", reason=match.reason, known=match)
    now = watched_of(judged.card)
    if match.kind == "tool":
        # Its picture is the editor's choice: another one is no change of it.
        now["image_url"] = ""
    changes = find_changes(match.watched, now) if match.is_open else {}
    return replace(
        judged,
        outcome="changed" if changes else "same",
        reason=match.reason,
        known=match,
        changes=changes,
    )


def find_changes(
    before: Mapping[str, str],
    now: Mapping[str, str],
) -> dict[str, tuple[str, str]]:
    """Return the watched fields that say something else now, with what was and what is.

    What is not given any more is no change: lists leave out what they do not know.
    """
    return {
        field: (before.get(field, ""), now[field])
        for field in WATCHED
        if now.get(field) and not _is_same(field, before.get(field, ""), now[field])
    }


def watched_of(card: Card) -> dict[str, str]:
    """Return the fields of a card that are watched."""
    return {field: getattr(card, field) for field in WATCHED}


def card_of(found: FoundTool) -> Card:
    """Return the card of a found tool: cut where a cut does no harm, else as it is."""
    image = found.image_url if is_web_address(found.image_url, schemes=("https",)) else ""
    return Card(
        _short_name(one_line(found.name)),
        found.url,
        one_line(found.price),
        cut(one_line(found.description), MOST_DESCRIPTION),
        tuple(tag for tag in found.tags if len(tag) <= MOST_TAG)[:MOST_TAGS],
        image,
    )


def category_of(found: FoundTool, card: Card) -> str:
    """Return the category that keeps rivals apart: the source's, else the first tag."""
    return (one_line(found.category) or next(iter(card.tags), ""))[:CATEGORY_CHARS]


def is_private(url: str) -> bool:
    """True for an address that leads into a private network, however it is written."""
    host = host_of(url)
    if any(host == name or host.endswith(f".{name}") for name in PRIVATE_NAMES):
        return True
    try:
        return not is_public(host)
    except ValueError:
        # 0x7f.1 and 127.1 are addresses of this machine to a browser: so says its last label.
        return host.rpartition(".")[2][:1].isdigit()


def count_outcomes(judged: Collection[JudgedTool]) -> dict[str, int]:
    """Return how many rows there are of each outcome, those of none too."""
    outcomes: Sequence[RowOutcome] = ("new", "same", "changed", "double", "refused")
    return {name: sum(row.outcome == name for row in judged) for name in outcomes}


def _problem(card: Card, allow_private: bool) -> str:
    # The same rules as for what an editor types; no host without a dot is an address either.
    problems = dict(find_problems(card))
    if allow_private or "url" in problems:
        return " ".join(problems.values())
    return " ".join([*problems.values(), *([PRIVATE] if is_private(card.url) else [])])


def _short_name(name: str) -> str:
    """Return a name without the words that pages put behind it: "Pen | The Pen Company"."""
    if len(name) <= MOST_NAME:
        return name
    for sign in (" | ", " – ", " — ", " - ", ": ", " · "):
        if sign in name[: MOST_NAME + len(sign)]:
            return name.split(sign)[0].strip()
    return name


def _is_same(
    field: str,
    before: str,
    now: str,
) -> bool:
    if field == "url":
        return address_key(before) == address_key(now)
    if field == "name":
        return name_key(before) == name_key(now)
    return before.casefold().strip() == now.casefold().strip()
