"""Pure. Cue files: TOML with the families of news, read with errors that say what to mend.

A file has a `language`, `[classes]` of words, and a table `[family.NAME]` for each family. Lists of
words and phrases have commas between them. docs/cues.md has all fields.

An editor writes such a file, so each error names the family and says what to mend, and a field that
we do not know is one: a slip in a name would else be silent. Names in `unless` and `needs` must be
families of the same file, and classes in phrases must be in it, too.
"""

import math
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any, TypeGuard

from newsletter.choosing.news.families import Family, NewsCues
from newsletter.choosing.news.forms import FORMS
from newsletter.choosing.news.phrases import BadPhrase, Phrase, parse_phrase

MARKS = ("", "filler", "lesson")
MOST_POINTS = 100.0
TEXTS = ("says", "mark", "phrases", "topics")
LISTS = ("unless", "needs", "forms", "hosts", "paths")
SWITCHES = ("adds", "urgent")
FIELDS = {*TEXTS, *LISTS, *SWITCHES, "points", "dek"}


class BadCues(ValueError):
    """A cue file cannot be used. Its words say where, and what is wrong."""


def parse_cues(text: str) -> NewsCues:
    """Read a cue file. Raises BadCues."""
    try:
        table = tomllib.loads(text)
    except ValueError as error:  # a number of 5,000 figures is no error of TOML
        raise BadCues(f"this is no TOML: {error}") from error
    except RecursionError as error:
        raise BadCues("this is no cue file: it has brackets in brackets in brackets") from error
    language = table.get("language")
    if not isinstance(language, str) or not language:
        raise BadCues('the file says no language; write language = "en" at its head')
    classes = _classes(_table(table, "classes"))
    tables = _table(table, "family")
    if not tables:
        raise BadCues("the file has no family; write a table [family.NAME] for each")
    families = [_family(name, fields, set(tables)) for name, fields in tables.items()]
    try:
        return NewsCues(
            language,
            families,
            classes,
        )
    except BadPhrase as error:
        raise BadCues(str(error)) from error


# Return the words of each class.
def _classes(
    table: Mapping[str, Any],
) -> Mapping[str, list[str]]:
    return {name: _split(f"classes.{name}", words) for name, words in table.items()}


def _table(
    table: Mapping[str, Any],
    name: str,
) -> Mapping[str, Any]:
    """Return a table of the file, empty if it is missing. Raises BadCues."""
    found = table.get(name, {})
    if isinstance(found, dict):
        return found
    raise _no_table(name)


def _no_table(name: str) -> BadCues:
    return BadCues(f"{name} is no table; write [{name}.NAME]")


def _family(
    name: str,
    fields: Any,
    names: set[str],
) -> Family:
    """Return one family from its table. Raises BadCues."""
    _check(
        name,
        fields,
        names,
    )
    return Family(
        name=name,
        says=fields["says"],
        points=float(fields["points"]),
        mark=fields.get("mark", ""),
        dek=fields.get("dek"),
        urgent=bool(fields.get("urgent", False)),
        adds=bool(fields.get("adds", False)),
        phrases=tuple(_phrases(name, fields.get("phrases", ""))),
        unless=frozenset(fields.get("unless", ())),
        needs=frozenset(fields.get("needs", ())),
        forms=frozenset(fields.get("forms", ())),
        topics=frozenset(topic.casefold() for topic in _split(name, fields.get("topics", ""))),
        hosts=tuple(fields.get("hosts", ())),
        paths=tuple(fields.get("paths", ())),
    )


def _check(
    name: str,
    fields: Any,
    names: set[str],
) -> None:
    """Raise BadCues for fields that are missing, unknown or of another kind."""
    if not isinstance(fields, dict):
        raise BadCues(f"family {name}: it is no table; write [family.{name}]")
    unknown = sorted(fields.keys() - FIELDS)
    if unknown:
        raise BadCues(f"family {name}: there is no field {unknown[0]}")
    points = fields.get("points")
    if not _is_number(points) or not -MOST_POINTS <= points <= MOST_POINTS:
        raise BadCues(f"family {name}: points is a number from -100 to 100")
    if not fields.get("says"):
        raise BadCues(f"family {name}: says is a few words that name it for editors")
    _check_kinds(
        name,
        fields,
    )
    _check_numbers(
        name,
        fields,
    )
    _check_names(
        name,
        fields,
        names,
    )


def _check_kinds(
    name: str,
    fields: Mapping[str, Any],
) -> None:
    """Raise BadCues for a field that is no text or no list of texts."""
    for field in TEXTS:
        if not isinstance(fields.get(field, ""), str):
            raise BadCues(f"family {name}: {field} is a text in quotes")
    for field in LISTS:
        found = fields.get(field, [])
        if not isinstance(found, list) or not all(isinstance(entry, str) for entry in found):
            raise BadCues(f"family {name}: {field} is a list of texts in brackets")


def _check_numbers(
    name: str,
    fields: Mapping[str, Any],
) -> None:
    """Raise BadCues for a number or a switch that is none."""
    dek = fields.get("dek", 0.0)
    if not _is_number(dek) or not 0 <= dek <= 1:
        raise BadCues(f"family {name}: dek is a number from 0 to 1")
    for field in SWITCHES:
        if not isinstance(fields.get(field, False), bool):
            raise BadCues(f"family {name}: {field} is true or false")


def _is_number(value: Any) -> TypeGuard[float]:
    """True for a number that is none of TOML's `true` and `nan`."""
    return isinstance(value, int | float) and not isinstance(value, bool) and not math.isnan(value)


def _check_names(
    name: str,
    fields: Mapping[str, Any],
    names: set[str],
) -> None:
    """Raise BadCues for a mark, a family or a form that there is not."""
    if fields.get("mark", "") not in MARKS:
        raise BadCues(f"family {name}: mark is “filler” or “lesson”, or left out")
    for other in (*fields.get("unless", ()), *fields.get("needs", ())):
        if other not in names:
            raise BadCues(f"family {name}: it names {other}, which is no family")
    for form in fields.get("forms", ()):
        if form not in FORMS:
            raise BadCues(f"family {name}: there is no form “{form}”; {', '.join(sorted(FORMS))}")


# Give the phrases of a family. Raises BadCues.
def _phrases(
    name: str,
    text: str,
) -> Iterable[Phrase]:
    for written in _split(name, text):
        try:
            yield parse_phrase(written)
        except BadPhrase as error:
            raise BadCues(f"family {name}: {error}") from error


# Return what stands between commas. Raises BadCues.
def _split(
    name: str,
    text: Any,
) -> list[str]:
    if isinstance(text, str):
        return list(filter(None, map(_one_line, text.split(","))))
    raise BadCues(f"{name}: it is a text with commas between its words")


def _one_line(text: str) -> str:
    """Return a text without line breaks and doubled spaces."""
    return " ".join(text.split())
