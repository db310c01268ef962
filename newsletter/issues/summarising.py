"""A summariser, if the operator has one: a command that words an issue, given what is in it as JSON.

It runs between transactions and within a time limit. Whatever goes wrong, the issue keeps the words made of its titles, and
says why. What a hand wrote is never replaced. docs/summariser.md has the format.
"""

import json
import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from newsletter.database import Database
from newsletter.errors import Unavailable
from newsletter.issues.reading import STORY_KINDS, read_blocks, read_issue
from newsletter.issues.wording import PREHEADER_CHARS, SUBJECT_CHARS, IssueWords, cut

LIMIT_S = 20.0
MOST_BYTES = 64 * 1024
INTRO_CHARS = 400


class SummariserFailed(Unavailable):
    """The summariser gave no words."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a summariser is told, and of which version of the issue."""

    version: int
    told: Mapping[str, object]


def summarise(database: Database, issue_id: int, command: str, limit_s: float = LIMIT_S) -> str:
    """Ask the summariser about an issue, once for each of its versions; returns what happened, "" if there was nothing to ask."""
    asked = database.read(_question, issue_id) if command else None
    if asked is None:
        return ""
    try:
        words = ask(command, asked.told, limit_s)
    except SummariserFailed as error:
        database.write(_note, issue_id, asked.version, str(error))
        return str(error)
    database.write(_word, issue_id, asked.version, words)
    return "the summariser worded the issue"


def ask(command: str, told: Mapping[str, object], limit_s: float) -> IssueWords:
    """Run the command once, with JSON on its standard input, and read its answer. Raises NoWords, saying what went wrong."""
    try:
        done = subprocess.run(  # noqa: S603  # the operator's own command, split into words, no shell
            shlex.split(command),
            input=json.dumps(told, ensure_ascii=False).encode(),
            capture_output=True,
            timeout=limit_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SummariserFailed(
            f"The summariser did not answer within {limit_s:g} seconds, so the words are our own."
        ) from None
    except (OSError, ValueError) as error:
        raise SummariserFailed(
            f"The summariser could not be started ({error}), so the words are our own."
        ) from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()[-200:]
        raise SummariserFailed(
            f"The summariser ended with {done.returncode}, so the words are our own. {said}".strip()
        )
    return _read(done.stdout)


def _read(answer: bytes) -> IssueWords:
    try:
        found = json.loads(answer) if len(answer) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise SummariserFailed(
            "The summariser's answer is no JSON object of ours, so the words are our own."
        )
    subjects = _texts(found.get("subjects"), SUBJECT_CHARS)
    if not subjects:
        raise SummariserFailed("The summariser's answer has no subjects, so the words are our own.")
    intro = found.get("intro")
    return IssueWords(
        subjects,
        _texts(found.get("preheaders"), PREHEADER_CHARS),
        _line(intro, INTRO_CHARS) if isinstance(intro, str) else "",
    )


def _texts(found: object, limit: int) -> tuple[str, ...]:
    texts = (
        [_line(one, limit) for one in found if isinstance(one, str)]
        if isinstance(found, list)
        else []
    )
    return tuple(dict.fromkeys(filter(None, texts)))[:3]


def _line(text: str, limit: int) -> str:
    return cut(" ".join(text.split()), limit)


def _question(session: Session, issue_id: int) -> Question | None:
    issue = read_issue(session, issue_id)
    if issue.status != "proposed" or issue.worded_by or issue.worded_version == issue.version:
        return None
    shown = read_blocks(session, issue_id)
    stories = [
        {
            "place": at,
            "kind": one.kind,
            "title": one.title,
            "text": one.text,
            "source": one.source,
            "url": one.url,
        }
        for at, one in enumerate(one for one in shown if one.kind in STORY_KINDS)
    ]
    if not stories:
        return None
    tools = [{"name": one.title, "text": one.text} for one in shown if one.kind == "tools"]
    own = {"subjects": issue.subjects, "preheaders": issue.preheaders, "intro": issue.intro}
    return Question(
        issue.version, {"number": issue.number, "stories": stories, "tools": tools, "words": own}
    )


def _word(session: Session, issue_id: int, version: int, words: IssueWords) -> None:
    issue = read_issue(session, issue_id)
    if issue.status != "proposed" or issue.version != version or issue.worded_by:
        return  # changed meanwhile: the next look asks again
    issue.subjects, issue.subject = list(words.subjects), words.subjects[0]
    if words.preheaders:
        issue.preheaders, issue.preheader = list(words.preheaders), words.preheaders[0]
    issue.intro = words.intro or issue.intro
    issue.version += 1
    issue.worded_version, issue.wording_note = issue.version, ""
    session.flush()


def _note(session: Session, issue_id: int, version: int, why: str) -> None:
    issue = read_issue(session, issue_id)
    issue.worded_version, issue.wording_note = version, why[:500]
    session.flush()
