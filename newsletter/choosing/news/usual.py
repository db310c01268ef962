"""The cues that are used where an editor has none of their own: files in `cues/`, by language.

They are read once in a process: a cue file of ours does not change while the program runs.
A publication in a language that has no file gets the English one: names of laws, firms and models
are often the same, and what it does not find weighs nothing.
"""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from newsletter.choosing.news.cue_files import parse_cues
from newsletter.choosing.news.families import NewsCues

USUAL = "en"


@cache
def usual_cues(language: str = USUAL) -> NewsCues:
    """Return the cues of a language, or those of English for one that has none."""
    return parse_cues(usual_text(language))


def usual_text(language: str = USUAL) -> str:
    """Return the cue file of a language as it is written, or that of English."""
    own = _file_of(language.partition("-")[0])
    return (own if own.is_file() else _file_of(USUAL)).read_text("utf-8")


def _file_of(language: str) -> Traversable:
    """Return where the cue file of a language is, whether there is one or not."""
    return files("newsletter.choosing.news") / "cues" / f"{language}.toml"
