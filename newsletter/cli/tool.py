"""`newsletter tool`: the tools that may be featured."""

import typer
from sqlmodel import Session, col, select

from newsletter.cli.opening import JSON, opened, say, show
from newsletter.gathering import tools
from newsletter.gathering.models import Tool

app = typer.Typer(help="Featured tools.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def add(
    name: str,
    url: str,
    price: str = typer.Option("Free", help="The price pill."),
    description: str = typer.Option("", help="One or two sentences."),
    tag: list[str] = typer.Option([], help="A #tag; may be given several times."),
    image: str = typer.Option("", help="The address of a picture."),
) -> None:
    """Add a tool. Example: newsletter tool add "Upscayl AI" https://upscayl.org --price Free --tag Productivity"""
    with opened() as (runtime, publication):
        tool = runtime.database.write(
            tools.add,
            publication.id or 0,
            name=name,
            url=url,
            price=price,
            description=description,
            tags=tag,
            image_url=image,
        )
        say(f"added {tool.name}; it is featured when its turn comes")


@app.command("list")
def list_(as_json: bool = JSON) -> None:
    """List the tools in the order of their turn. Example: newsletter tool list"""
    with opened() as (runtime, publication):
        rows = [
            {"id": t.id, "name": t.name, "price": t.price, "tags": ", ".join(t.tags), "featured": t.featured_at or "never"}
            for t in runtime.database.read(_every, publication.id or 0)
        ]
        show(rows, as_json=as_json)


def _every(session: Session, publication_id: int) -> list[Tool]:
    return list(session.exec(select(Tool).where(col(Tool.publication_id) == publication_id).order_by(col(Tool.id))))
