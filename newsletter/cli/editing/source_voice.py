"""`newsletter source show` and `change`: what a source is, and whom it speaks for."""

from datetime import datetime

import typer
from sqlmodel import Session

from newsletter.cli.console import JSON, opened, say, show
from newsletter.cli.tables import TableRow
from newsletter.gathering import source_voices, sources
from newsletter.issues import choices

SOURCE = typer.Argument(help="Its number or address, as `newsletter source list` shows it.")
TITLE = typer.Option(None, help="Its name.")
CATEGORY = typer.Option(None, help="A folder to keep it in.")
WEIGHT = typer.Option(None, help="0 to 2.")
SPEAKS_FOR = typer.Option(None, help='The firm whose words it has; "" for the guessed one.')
GENRE = typer.Option(
    None,
    help="press, lab, vendor, changelog, podcast, roundup, community or other; "
    '"" for the guessed one.',
)


LANGUAGES = typer.Option(
    None, help='Other languages than yours that its news may be in, like "de, fr"; "" for none.'
)


def show_(source: str = SOURCE, as_json: bool = JSON) -> None:
    """Show what one source is, and what that was guessed from.

    Example: newsletter source show 7
    """
    with opened() as here:
        show([here.read(_row, source, here.now())], as_json=as_json)


def forget(source: str = SOURCE) -> None:
    """Forget what you chose of a source; its stories weigh as those of any other.

    Example: newsletter source forget 7
    """
    with opened() as here:
        forgotten = here.write(source_voices.forget_choices, source, here.now())
        say(f"forgot what was chosen of {forgotten.title or forgotten.url}")


def change(
    source: str = SOURCE,
    title: str | None = TITLE,
    category: str | None = CATEGORY,
    weight: float | None = WEIGHT,
    speaks_for: str | None = SPEAKS_FOR,
    genre: str | None = GENRE,
    languages: str | None = LANGUAGES,
) -> None:
    """Change a source; what is not given stays.

    Example: newsletter source change 7 --genre vendor --speaks-for "Orrery"
    """

    def save(session: Session, publication_id: int) -> str:
        known = sources.find_source(session, publication_id, source)
        sources.change(
            session,
            publication_id,
            source,
            title=_or(title, known.title),
            category=_or(category, known.category),
            weight=known.weight if weight is None else weight,
            is_own=known.is_own,
        )
        source_voices.set_voice(
            session,
            publication_id,
            source,
            speaks_for=_or(speaks_for, known.speaks_for),
            genre=_or(genre, known.own_genre),
            languages=_or(languages, known.languages),
        )
        return known.title or known.url

    with opened() as here:
        say(f"changed {here.write(save)}; the next look at an issue sees it")


def _or(given: str | None, known: str) -> str:
    """Return what was given, even if that is nothing, else what is known."""
    return known if given is None else given


def _row(
    session: Session,
    publication_id: int,
    name: str,
    now: datetime,
) -> TableRow:
    source = sources.find_source(session, publication_id, name)
    habit = choices.source_habit(session, publication_id, source.key, now)
    return {
        "id": source.id,
        "title": source.title,
        "genre": source.genre or "not guessed yet",
        "guessed": f"{source.guessed_genre} from {source.guessed_from} items",
        "because": source.guessed_because,
        "speaks for": source.speaks_for or source.guessed_firm,
        "languages": source.languages or "yours only",
        "learned": habit.sentence if habit else "nothing yet",
    }
