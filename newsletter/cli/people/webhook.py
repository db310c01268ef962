"""`newsletter webhook`: programs that hear of each change of a subscription."""

import typer
from sqlmodel import Session

from newsletter.cli.console import BY, JSON, opened, say, show
from newsletter.cli.tables import TableRow
from newsletter.webhooks import hooks
from newsletter.webhooks.models import Call, Webhook

app = typer.Typer(
    help="Webhooks: programs that hear of each change (docs/webhooks.md).",
    no_args_is_help=True,
    rich_markup_mode=None,
)
KIND = typer.Option(
    [],
    help="joined, confirmed, changed, left, returned, suppressed or erased; "
    "several times; none: all.",
)


@app.command()
def add(url: str, kind: list[str] = KIND) -> None:
    """Add a webhook and print the secret that signs its calls.

    Example: newsletter webhook add https://shop.example/hook --kind left
    """
    with opened() as here:
        hook = here.write(hooks.add_webhook, url, kind, by=BY, now=here.now())
        # Alone on stdout, so that a script can take it.
        print(hook.secret)
        say(
            f"webhook {hook.id}: the receiver checks each call with the secret above; "
            "it is not shown again"
        )


@app.command("list")
def list_(as_json: bool = JSON) -> None:
    """List the webhooks, and how many calls wait for each. Example: newsletter webhook list"""
    with opened() as here:
        show(here.read(_hook_rows), as_json=as_json)


@app.command()
def calls(most: int = typer.Option(20, help="So many."), as_json: bool = JSON) -> None:
    """List the last calls and what was answered. Example: newsletter webhook calls --most 50"""
    with opened() as here:
        show(here.read(_call_rows, most), as_json=as_json)


@app.command()
def again(call_id: int) -> None:
    """Send one call again, with its id, at the next tick. Example: newsletter webhook again 17"""
    with opened() as here, here.database.writing() as session:
        call = hooks.read_call(session, here.key, call_id)
        hooks.send_again(session, call, here.now())
        say("it goes out with the next tick")


@app.command()
def enable(webhook_id: int) -> None:
    """Send to a disabled webhook again: first what waited. Example: newsletter webhook enable 1"""
    with opened() as here, here.database.writing() as session:
        hook = hooks.read_webhook(session, here.key, webhook_id)
        hooks.enable(session, hook, here.now())
        say("enabled; what waited goes out with the next tick")


@app.command()
def disable(webhook_id: int) -> None:
    """Send nothing more to a webhook; what waits is kept. Example: newsletter webhook disable 1"""
    with opened() as here, here.database.writing() as session:
        hook = hooks.read_webhook(session, here.key, webhook_id)
        hooks.disable(session, hook, "Disabled by hand.")
        say("disabled; what happens from now on is not kept for it")


@app.command()
def remove(webhook_id: int) -> None:
    """Forget a webhook and its calls. Example: newsletter webhook remove 1"""
    with opened() as here, here.database.writing() as session:
        hooks.remove(session, hooks.read_webhook(session, here.key, webhook_id))
        say("removed")


def _hook_rows(session: Session, publication_id: int) -> list[TableRow]:
    waiting = hooks.count_waiting(session, publication_id)
    listed = hooks.read_all(session, publication_id)
    return [_hook_row(hook, waiting.get(hook.key, 0)) for hook in listed]


def _hook_row(hook: Webhook, waiting: int) -> TableRow:
    return {
        "id": hook.id,
        "url": hook.url,
        "kinds": ", ".join(hook.kinds) or "all",
        "status": hook.status,
        "waiting": waiting,
        "trouble": hook.trouble,
    }


def _call_rows(session: Session, publication_id: int, most: int) -> list[TableRow]:
    return [_call_row(call) for call, _ in hooks.latest_calls(session, publication_id, most)]


def _call_row(call: Call) -> TableRow:
    return {
        "id": call.id,
        "webhook": call.webhook_id,
        "kind": call.kind,
        "subscriber": call.subscriber_id,
        "status": call.status,
        "attempts": call.attempts,
        # The trouble in words, or else the status of HTTP.
        "answer": call.reply or call.code or "",
        "change id": call.change_id,
    }
