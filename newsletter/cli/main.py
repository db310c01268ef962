"""`newsletter`: all commands."""

import typer

from newsletter.cli.editing import (
    article,
    delivery,
    figures,
    issue,
    past,
    publication,
    source,
    tool,
    weight,
)
from newsletter.cli.machine import daily, database, demo, dkim, init, secret, serve, status
from newsletter.cli.people import audience, editor, person, quarantine, token, webhook
from newsletter.cli.people import subscribers as readers

app = typer.Typer(
    help="Gathers the week, prints an issue, sends it to each subscriber once.\n\n"
    "Exit codes: 0 done, 2 wrong usage, 3 not found, 4 refused, 5 conflict, 6 unavailable.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command()(init.init)
app.command()(serve.serve)
app.command()(serve.web)
app.command()(serve.scheduler)
app.command()(serve.worker)
app.command()(demo.demo)
app.add_typer(source.app, name="source")
app.add_typer(tool.app, name="tool")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(article.app, name="article")
app.command()(issue.gather)
app.command()(issue.propose)
app.command()(issue.preview)
app.command()(issue.approve)
app.command()(issue.hold)
app.command()(issue.send)
issue.app.command()(figures.figures)
issue.app.command()(figures.repoint)
issue.app.command("import")(past.import_)
app.add_typer(issue.app, name="issue")
app.add_typer(past.app, name="redirect")
app.add_typer(delivery.app, name="delivery")
app.add_typer(publication.app, name="publication")
readers.app.command("tell")(person.tell)
readers.app.command("forget")(person.forget)
app.add_typer(readers.app, name="subscribers")
app.add_typer(audience.app, name="audience")
app.add_typer(weight.app, name="weight")
app.command()(status.status)
app.command()(daily.daily)
app.command()(dkim.dkim)
app.add_typer(editor.app, name="editor")
app.add_typer(secret.app, name="secret")
app.add_typer(token.app, name="token")
app.add_typer(webhook.app, name="webhook")
app.add_typer(database.app, name="database")


def main() -> None:
    """Run the command line."""
    app()
