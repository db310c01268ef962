"""A summariser, if the operator has one: a command that words an issue, given its stories as JSON.

It runs between transactions and within a time limit. Whatever goes wrong, the issue keeps the words
made of its titles, and its note says why. What an editor wrote is never replaced.
docs/summariser.md has the format.
"""

import json
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from newsletter.database import Database
from newsletter.errors import Unavailable
from newsletter.issues.models import Block, Issue
from newsletter.issues.reading import of_kind, read_blocks, read_issue, stories_in
from newsletter.issues.wording.titles import (
    PREHEADER_CHARS,
    SUBJECT_CHARS,
    IssueWords,
    fitted,
    options,
)
from newsletter.text import one_line

LIMIT_S = 20.0
MOST_BYTES = 64 * 1024
INTRO_CHARS = 400
NOTE_CHARS = 500  # as long as the column
MOST_ERROR_CHARS = 200  # the end of what the command wrote to its standard error


class SummariserFailed(Unavailable):
    """The summariser gave no words."""


@dataclass(frozen=True, slots=True)
class Question:
    """The JSON object that a summariser gets, and the version of the issue that it is about."""

    version: int
    document: Mapping[str, object]


def summarise(
    database: Database,
    issue_id: int,
    command: str,
    limit_s: float = LIMIT_S,
) -> str:
    """Ask the summariser about an issue, once for each of its versions.

    Returns what happened, "" if there was nothing to ask.
    """
    question = database.read(_question, issue_id) if command else None
    if question is None:
        return ""
    try:
        words = ask(command, question.document, limit_s)
    except SummariserFailed as error:
        database.write(_note, issue_id, question.version, str(error))
        return str(error)
    database.write(_word, issue_id, question.version, words)
    return "the summariser worded the issue"


def ask(
    command: str,
    document: Mapping[str, object],
    limit_s: float,
) -> IssueWords:
    """Run the command once, with JSON on its standard input, and read its answer.

    Raises SummariserFailed with what went wrong.
    """
    done = _run(command, json.dumps(document, ensure_ascii=False).encode(), limit_s)
    if done.returncode:
        raise SummariserFailed(_ending(done))
    return _words_in(done.stdout)


def _run(
    command: str,
    question: bytes,
    limit_s: float,
) -> subprocess.CompletedProcess[bytes]:
    """Run the command with a question on its standard input; raises SummariserFailed."""
    try:
        # The operator's own command, split into words: no shell sees it.
        return subprocess.run(  # noqa: S603
            shlex.split(command),
            input=question,
            capture_output=True,
            timeout=limit_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SummariserFailed(
            f"The summariser did not answer within {limit_s:g} seconds, so the words are our own."
        ) from None
    except OSError as error:
        # Not the error itself: it names the command, which may hold a key.
        raise SummariserFailed(
            f"The summariser could not be started ({error.strerror}), so the words are our own."
        ) from None
    except ValueError:
        raise SummariserFailed(
            "The summariser could not be started (a quote of its command is not closed), "
            "so the words are our own."
        ) from None


def _ending(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return with which code the command ended, and the end of what it wrote about that."""
    written = done.stderr.decode("utf-8", "replace").strip()[-MOST_ERROR_CHARS:]
    message = f"The summariser ended with {done.returncode}, so the words are our own."
    return f"{message} {written}".strip()


def _words_in(answer: bytes) -> IssueWords:
    """Read an answer, which must have a subject; the rest may be missing or too long."""
    document = _json_object(answer)
    subjects = _texts(document.get("subjects"), SUBJECT_CHARS)
    if not subjects:
        raise SummariserFailed("The summariser's answer has no subjects, so the words are our own.")
    preheaders = _texts(document.get("preheaders"), PREHEADER_CHARS)
    return IssueWords(subjects, preheaders, _intro_in(document))


def _json_object(answer: bytes) -> dict[str, object]:
    """Return the object in an answer; raises SummariserFailed."""
    found = _decode(answer)
    if not isinstance(found, dict):
        raise SummariserFailed(
            "The summariser's answer is no JSON object of ours, so the words are our own."
        )
    return found


def _decode(answer: bytes) -> object:
    if len(answer) > MOST_BYTES:  # a mistake, or worse
        return None
    try:
        return json.loads(answer)
    except (ValueError, RecursionError):  # RecursionError: a thousand brackets in each other
        return None


def _texts(found: object, limit: int) -> tuple[str, ...]:
    """Return the first three different texts of a list, each of at most `limit` characters."""
    if not isinstance(found, list):
        return ()
    return options(_line(text, limit) for text in found if isinstance(text, str))


def _intro_in(document: Mapping[str, object]) -> str:
    intro = document.get("intro")
    return _line(intro, INTRO_CHARS) if isinstance(intro, str) else ""


def _line(text: str, limit: int) -> str:
    return fitted(one_line(text), limit)


def _question(session: Session, issue_id: int) -> Question | None:
    """Return what to ask; None if an editor worded the issue, or this version was asked about."""
    issue = read_issue(session, issue_id)
    if not _may_be_worded(issue) or issue.worded_version == issue.version:
        return None
    blocks = read_blocks(session, issue_id)
    if not stories_in(blocks):
        return None
    return Question(issue.version, _document(issue, blocks))


def _document(issue: Issue, blocks: Sequence[Block]) -> Mapping[str, object]:
    """Return an issue as docs/summariser.md describes it."""
    return {
        "number": issue.number,
        "stories": [_story(place, block) for place, block in enumerate(stories_in(blocks))],
        "tools": [_tool(block) for block in of_kind(blocks, "tools")],
        "words": {
            "subjects": issue.subjects,
            "preheaders": issue.preheaders,
            "intro": issue.intro,
        },
    }


def _story(place: int, block: Block) -> Mapping[str, object]:
    return {
        "place": place,
        "kind": block.kind,
        "title": block.title,
        "text": block.text,
        "source": block.source,
        "url": block.url,
    }


def _tool(block: Block) -> Mapping[str, object]:
    return {"name": block.title, "text": block.text}


def _may_be_worded(issue: Issue) -> bool:
    return issue.status == "proposed" and not issue.worded_by


def _word(
    session: Session,
    issue_id: int,
    version: int,
    words: IssueWords,
) -> None:
    issue = read_issue(session, issue_id)
    if not _may_be_worded(issue) or issue.version != version:
        return  # it was changed while the command ran: the next look asks again
    issue.offer_subjects(words.subjects)
    if words.preheaders:
        issue.offer_preheaders(words.preheaders)
    issue.intro = words.intro or issue.intro
    # New words make a new version; asking about that one would never end.
    issue.version += 1
    issue.worded_version = issue.version
    issue.wording_note = ""
    session.flush()


def _note(
    session: Session,
    issue_id: int,
    version: int,
    why: str,
) -> None:
    issue = read_issue(session, issue_id)
    issue.worded_version = version
    issue.wording_note = why[:NOTE_CHARS]
    session.flush()
