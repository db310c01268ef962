"""The commands of `newsletter`, by name: where each one is, and its line in the help.

A test holds that each summary is the first sentence of its command's own help.
"""

from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import cast

import typer
from typer.core import TyperCommand, TyperGroup

# The slug of the publication that the whole program works on; "": the only one there is.
named: ContextVar[str] = ContextVar("named", default="")
# What was typed behind the command that runs, by the names of its parameters.
arguments: ContextVar[Mapping[str, object]] = ContextVar("arguments")


@dataclass(frozen=True, slots=True)
class LateCommand:
    """A command or a group: `module:name` of its function or app, below newsletter.cli."""

    target: str
    summary: str


# In the order of the help: what is needed first comes first.
COMMANDS: Mapping[str, LateCommand] = {
    "init": LateCommand(
        "machine.init:init",
        "Write newsletter.toml and make the database and the publication.",
    ),
    "serve": LateCommand(
        "machine.serve:serve",
        "Serve the pages, tick the schedule and send, until stopped (Ctrl-C or SIGTERM drains).",
    ),
    "web": LateCommand(
        "machine.serve:web",
        "Serve the pages only; a scheduler and workers run elsewhere.",
    ),
    "scheduler": LateCommand(
        "machine.serve:scheduler",
        "Tick the schedule only: gather, propose, decide at the deadline.",
    ),
    "worker": LateCommand("machine.serve:worker", "Send what is due, until stopped."),
    "demo": LateCommand(
        "machine.demo:demo",
        "Play two weeks of the main job on this machine alone, then keep the service running.",
    ),
    "source": LateCommand(
        "editing.source:app",
        "Sources: the feeds, sitemaps and pages that articles are read from.",
    ),
    "tool": LateCommand(
        "editing.tool:app",
        "Featured tools, their slots, and what makers sent in.",
    ),
    "quarantine": LateCommand(
        "people.quarantine:app",
        "Quarantine: sign-ups and tools that looked suspicious.",
    ),
    "article": LateCommand(
        "editing.article:app",
        "Own articles, written in Markdown, and links added by hand.",
    ),
    "gather": LateCommand(
        "editing.issue:gather",
        "Read every source now, and look at the pages of new articles.",
    ),
    "propose": LateCommand(
        "editing.issue:propose",
        "Propose the issue of the coming deadline, or look again for an open one.",
    ),
    "preview": LateCommand(
        "editing.issue:preview",
        "Write the issue as issue-N.html and issue-N.txt, as a reader gets them.",
    ),
    "approve": LateCommand(
        "editing.issue:approve",
        "Print the issue and approve exactly what was printed.",
    ),
    "hold": LateCommand("editing.issue:hold", "Keep an issue back, even from the standing rule."),
    "send": LateCommand(
        "editing.issue:send",
        "Send an approved issue now, or go on with one that was interrupted.",
    ),
    "issue": LateCommand("editing.issue:app", "Issues: list and show."),
    "redirect": LateCommand("editing.past:app", "Old addresses, and where they lead for ever."),
    "delivery": LateCommand(
        "editing.delivery:app",
        "Deliveries: show, pause, resume, stop, resend.",
    ),
    "publication": LateCommand(
        "editing.publication:app",
        "The publication: show and set what an editor may change.",
    ),
    "look": LateCommand(
        "machine.look:app",
        "Look: colours, fonts, logo and theme of letters and pages.",
    ),
    "theme": LateCommand(
        "machine.theme:app",
        "Themes: those that ship, and your own as folders or files.",
    ),
    "subscribers": LateCommand("people.subscribers:app", "Subscribers: import, export, list."),
    "audience": LateCommand("people.audience:app", "Audiences: saved filters of readers."),
    "cues": LateCommand(
        "editing.cues:app",
        "Cues: what counts as news, in a file that you may change.",
    ),
    "weight": LateCommand("editing.weight:app", "Weights: what counts when stories are ranked."),
    "status": LateCommand(
        "machine.status:status",
        "Say where the publication stands: readers, next deadline, issues and their accounts.",
    ),
    "daily": LateCommand(
        "machine.daily:daily",
        "Carry out the daily routine now: forget what is kept too long.",
    ),
    "dkim": LateCommand(
        "machine.dkim:dkim",
        "Make a DKIM key, and print the DNS record to publish and the setting to write.",
    ),
    "relay": LateCommand("machine.relay:app", "The relay: try it with one letter."),
    "editor": LateCommand(
        "people.editor:app",
        "Editors: who may log in at the desk, and where they are logged in.",
    ),
    "secret": LateCommand("machine.secret:app", "The secret that signs links: rotate."),
    "token": LateCommand("people.token:app", "Tokens of the API (docs/api.md)."),
    "webhook": LateCommand(
        "people.webhook:app",
        "Webhooks: programs that hear of each change (docs/webhooks.md).",
    ),
    "backup": LateCommand(
        "machine.backup:backup",
        "Write everything that cannot be made again into one file, while the service runs.",
    ),
    "restore": LateCommand(
        "machine.backup:restore",
        "Fill an empty database from a backup; it sends nothing before `newsletter adopt`.",
    ),
    "adopt": LateCommand(
        "machine.adopt:adopt",
        "Say that this database is the one from now on, after it was put back, moved or copied.",
    ),
    "database": LateCommand("machine.database:app", "The database: copy."),
}


class LateCommands(Mapping[str, TyperCommand | TyperGroup]):
    """The commands by name, each imported when it is asked for."""

    def __getitem__(self, name: str) -> TyperCommand | TyperGroup:
        return load(COMMANDS[name], name)

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


def load(entry: LateCommand, name: str) -> TyperCommand | TyperGroup:
    """Import a command's module and return the command."""
    target = resolve_name(f"newsletter.cli.{entry.target}")
    # A group is an app of its own; a single command is a function without one.
    command = _group(target) if isinstance(target, typer.Typer) else _command(target)
    command.name = name
    _note_arguments(command)
    return command


def _note_arguments(command: TyperCommand | TyperGroup) -> None:
    """Let a command, or each of a group, note what was typed: rows are looked up by it."""
    for inner in getattr(command, "commands", {}).values():
        _note_arguments(inner)
    run = command.callback
    if run is None:
        return

    def noted(**typed: object) -> object:
        arguments.set(typed)
        return run(**typed)

    command.callback = noted


def _group(app: typer.Typer) -> TyperGroup:
    return typer.main.get_group(app)


def _command(function: Callable[..., None]) -> TyperCommand:
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command()(function)
    # An app of one command is that command.
    return cast(TyperCommand, typer.main.get_command(alone))
