"""`newsletter publication`: what an editor may set. Its options are the rows of one table."""

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import typer

from newsletter.cli.console import JSON, opened, say, show
from newsletter.cli.machine import several
from newsletter.cli.times import skips
from newsletter.errors import Refused
from newsletter.publications.fields.preference import Preference
from newsletter.publications.fields.table import PREFERENCES, SUBJECTS
from newsletter.publications.models import Publication
from newsletter.publications.preferences import values_of
from newsletter.publications.reading import read_publication
from newsletter.schedule import changing

app = typer.Typer(
    help="The publication: show and set what an editor may change.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
CUES = "cues"  # `newsletter cues` shows, checks and sets a file
TYPES = {"truth": bool, "list": list[str]}  # of options; all others are texts
TRY = typer.Option(False, "--try", help="Say what it would do, and change nothing.")


class NothingNamed(Refused):
    """Name what is to be set; `newsletter publication set --help` lists all of it."""


@app.callback()
def group() -> None:
    """The publication: show and set what an editor may change."""


app.command("add")(several.add)
app.command("list")(several.list_)
app.command("move")(several.move)


@app.command("show")
def show_(as_json: bool = JSON) -> None:
    """Show what is set, and what each means. Example: newsletter publication show"""
    with opened() as here:
        _show(here.publication, as_json)


def _set(only_try: bool = TRY, as_json: bool = JSON, **typed: Any) -> None:
    """Set one or more things; what is not named stays.

    Example: newsletter publication set --postal-address "1 Street, Berlin" --rule send
    """
    # None is an option that was left out; a flag or an empty text was meant.
    named = {name: words for name, words in typed.items() if words is not None}
    with opened() as here:
        if not named:
            raise NothingNamed
        changes = {name: _value(PREFERENCES[name], words) for name, words in named.items()}
        if only_try:
            effects = here.read(changing.foresee, changes, here.now())
        else:
            effects = here.write(changing.change_preferences, changes, here.now())
        for sentence in effects:
            say(sentence)
        _show(here.read(read_publication), as_json)


def _with_options(command: Any) -> Any:
    """Give a command an option for each preference; typer reads them from its signature."""
    own = list(inspect.signature(command).parameters.values())[:-1]
    command.__signature__ = inspect.Signature([*_options(), *own])
    return command


def _options() -> Iterator[inspect.Parameter]:
    for preference in PREFERENCES.values():
        if preference.name != CUES:
            yield inspect.Parameter(
                preference.name,
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=typer.Option(None, _declared(preference), help=_help(preference)),
                annotation=TYPES.get(preference.kind.widget, str),
            )


def _declared(preference: Preference) -> str:
    flag = preference.flag
    return f"{flag}/--no-{flag[2:]}" if preference.kind.widget == "truth" else flag


def _help(preference: Preference) -> str:
    words = f"{preference.label}. {preference.meaning}"
    choices = ", ".join(value for value, _ in preference.kind.choices)
    if choices:
        words += f" One of: {choices}."
    if preference.kind.widget == "list":
        words += " Repeat it for each; a single '' is none."
    return words


def _value(preference: Preference, words: str | bool | list[str]) -> object:
    """Return the value of an option. Raises Refused."""
    if isinstance(words, bool):
        return words
    return preference.kind.read(words if isinstance(words, str) else "\n".join(words))


def _show(publication: Publication, as_json: bool) -> None:
    values = values_of(publication)
    if as_json:
        show([dict(values)], as_json=True)
        return
    # A setting a line: a table of one row would be wider than any terminal.
    show(list(_rows(values)), as_json=False)


def _rows(values: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    for subject in SUBJECTS:
        for preference in subject.preferences:
            yield {
                "setting": preference.flag.removeprefix("--"),
                "value": _brief(preference, values[preference.name]),
                "meaning": f"{preference.label}. {preference.meaning}",
            }


def _brief(preference: Preference, value: object) -> str:
    # A cue file has thousands of lines.
    if preference.name == CUES:
        return "a file of its own" if value else "the usual one"
    return preference.show(value).replace("\n", ", ")


set_ = app.command("set")(_with_options(_set))
# These have a file of their own, and are words of `newsletter publication` all the same.
app.command()(skips.dates)
app.add_typer(skips.app, name="skip")
