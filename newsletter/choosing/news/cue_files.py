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
from newsletter.choosing.news.phrases import BadPhrase, Phrase, is_plain, parse_phrase
from newsletter.text import is_clean, one_line

MARKS = ("", "filler", "lesson")
MOST_POINTS = 100.0
MOST_SAID = 200  # characters of a reason: it stands in a sentence with others
MOST_DOTS = 500  # of a line: TOML takes minutes for a key with thousands of parts
TABLES = {"language", "classes", "family"}
TEXTS = ("says", "mark", "phrases", "topics")
LISTS = ("unless", "needs", "forms", "hosts", "paths")
SWITCHES = ("adds", "urgent")
FIELDS = {*TEXTS, *LISTS, *SWITCHES, "points", "dek"}


class BadCues(ValueError):
    """A cue file cannot be used. Its words say where, and what is wrong."""


def parse_cues(text: str) -> NewsCues:
    """Read a cue file. Raises BadCues."""
    _check_lines(text)
    try:
        table = tomllib.loads(text)
    except ValueError as error:  # a number of 5,000 figures is no error of TOML
        raise BadCues(f"this is no TOML: {error}") from error
    except RecursionError as error:
        raise BadCues("this is no cue file: it has brackets in brackets in brackets") from error
    unknown = sorted(table.keys() - TABLES)
    if unknown:
        raise BadCues(f"there is no table {unknown[0]}; a family is [family.NAME]")
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


def _check_lines(text: str) -> None:
    """Raise BadCues for a line with more dots than any reader of TOML can be given."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > MOST_DOTS:
            raise BadCues(
                f"line {number} has more than {MOST_DOTS} full stops; "
                'write its phrases on several lines, between """ and """'
            )


# Return the words of each class. Raises BadCues.
def _classes(
    table: Mapping[str, Any],
) -> Mapping[str, list[str]]:
    classes = {name: _split(f"classes.{name}", words) for name, words in table.items()}
    for name, words in classes.items():
        for word in words:
            _check_member(name, word)
    return classes


def _check_member(name: str, word: str) -> None:
    """Raise BadCues for what is no word of a class: it would be found nowhere."""
    try:
        phrase = parse_phrase(word)
    except BadPhrase as error:
        raise BadCues(f"classes.{name}: {error}") from error
    if not is_plain(phrase):
        raise BadCues(f"classes.{name}: “{word}” has a sign that only phrases have: < .. ^ $")


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
    _check_says(name, fields["says"])
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
        # Every address ends in nothing, and has nothing in it.
        if not all(map(str.strip, found)):
            raise BadCues(f"family {name}: {field} has an empty text, which all would have")


def _check_says(name: str, says: str) -> None:
    """Raise BadCues for a reason that no page can show, or no database keep."""
    if len(says) > MOST_SAID:
        raise BadCues(f"family {name}: says has at most {MOST_SAID} characters")
    if not is_clean(says) or one_line(says) != says:
        raise BadCues(f"family {name}: says is one line without signs that nobody sees")


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
    if isinstance(value, float):
        return not math.isnan(value)
    # A bool is an int to Python. An int may have more figures than a float can.
    return isinstance(value, int) and not isinstance(value, bool)


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
