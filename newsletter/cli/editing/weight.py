"""`newsletter weight`: how much each term counts when stories are ranked."""

import typer
from sqlmodel import Session

from newsletter.choosing.weights import Weights
from newsletter.cli.console import JSON, opened, say, show
from newsletter.cli.tables import TableRow
from newsletter.publications import weights

app = typer.Typer(
    help="Weights: what counts when stories are ranked.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("list")
def list_(as_json: bool = JSON) -> None:
    """List the weights and what is usual. Example: newsletter weight list"""
    with opened() as here:
        show(here.read(_rows), as_json=as_json)


@app.command("set")
def set_(name: str, value: float) -> None:
    """Set one: points from 0 to 100, or a topic's factor from 0 to 2.

    Example: newsletter weight set topic:policy 1.5
    """
    with opened() as here:
        here.write(weights.set_weight, name, value)
        say(
            f"{name} is {value:g}; an open issue sees it at its next refresh (`newsletter propose`)"
        )


@app.command()
def reset(name: str) -> None:
    """Give one weight its usual value again. Example: newsletter weight reset coverage"""
    with opened() as here:
        here.write(weights.reset_weight, name)
        say(f"{name} has its usual value")


def _rows(session: Session, publication_id: int) -> list[TableRow]:
    set_weights = weights.read_weights(session, publication_id)
    return [*_term_rows(set_weights), *_topic_rows(set_weights)]


def _term_rows(set_weights: Weights) -> list[TableRow]:
    usual = Weights()
    return [
        {"name": name, "value": getattr(set_weights, name), "usual": getattr(usual, name)}
        for name in weights.NAMES
    ]


def _topic_rows(set_weights: Weights) -> list[TableRow]:
    # Those that were set: any other topic has the usual factor.
    return [
        {"name": f"{weights.TOPIC}{topic}", "value": factor, "usual": 1.0}
        for topic, factor in sorted(set_weights.topics.items())
    ]
