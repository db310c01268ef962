"""A publication's own cue file: kept as written, ranked by, and refused where it has a fault."""

import pytest
from sqlmodel import Session

from newsletter.choosing.news.usual import usual_text
from newsletter.issues.proposing import propose
from newsletter.issues.refreshing import refresh
from newsletter.publications.cues import MOST_CHARS, BadCueFile, read_cue_file, read_cues
from newsletter.publications.models import Publication
from newsletter.publications.preferences import change
from tests.issues.stage import gathered, titles
from tests.samples.times import NOON

GARDEN = """# of a garden society
language = "en"
[family.pest]
says = "a pest or a disease spreads"
points = 30
phrases = "moth .. hedge*"
[family.court]
says = "a court; our readers do not care"
points = -30
phrases = "court .. ban*"
"""
MOTH = "New moth eats every hedge"


def test_a_publication_ranks_by_its_own_cues_until_it_takes_the_usual_ones_again(
    session: Session, publication: Publication
) -> None:
    gathered(session, publication, "wire", ["Court bans scoring by voice", MOTH, "An evening"])
    change(session, publication.key, cues=GARDEN)
    assert read_cue_file(session, publication.key) == GARDEN, "with its comments"
    own = propose(session, publication.key, period="p1", due_at=NOON, now=NOON)
    assert titles(session, own.key)[0] == MOTH
    change(session, publication.key, cues="")
    assert read_cue_file(session, publication.key) == usual_text()
    again = propose(session, publication.key, period="p1", due_at=NOON, now=NOON)
    assert titles(session, again.key)[0] == "Court bans scoring by voice"


def test_a_stored_file_that_a_later_version_refuses_gives_way_to_the_usual_cues_and_says_so(
    session: Session, publication: Publication
) -> None:
    gathered(session, publication, "wire", ["An evening", "Court bans scoring by voice"])
    kept = session.get_one(Publication, publication.key)
    kept.cues = GARDEN.replace("points", "worth")
    session.flush()
    issue = propose(session, publication.key, period="p1", due_at=NOON, now=NOON)
    assert titles(session, issue.key)[0] == "Court bans scoring by voice"
    assert "ranked by the usual cues. family pest: there is no field worth" in issue.note
    kept.cues = GARDEN
    session.flush()
    refresh(session, issue.key, NOON)
    assert "cues" not in issue.note


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["de", "fr", "es-MX"])
def test_the_cues_are_those_of_the_language_of_the_publication(
    session: Session, publication: Publication, language: str
) -> None:
    session.get_one(Publication, publication.key).language = language
    session.flush()
    assert read_cues(session, publication.key).language == language[:2]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GARDEN.replace("30", "300"), "family pest: points"),
        (GARDEN.replace("moth ..", "<moth> .."), "pest: there is no class <moth>"),
        ("a garden", "this is no TOML"),
        (" " * (MOST_CHARS + 1), "at most 200,000 characters"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_with_a_fault_is_refused_by_its_place_and_changes_nothing(
    session: Session, publication: Publication, text: str, words: str
) -> None:
    change(session, publication.key, cues=GARDEN)
    with pytest.raises(BadCueFile, match=words):
        change(session, publication.key, monthly=True, cues=text)
    kept = session.get_one(Publication, publication.key)
    assert (kept.cues, kept.monthly) == (GARDEN, False)
    assert list(read_cues(session, publication.key).families) == ["pest", "court"]
