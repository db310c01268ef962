"""The log says what was done in the words of the desk's pages."""

from zoneinfo import ZoneInfo

import pytest

from newsletter.desk.deeds import NOTED
from newsletter.desk.models import LogEntry
from newsletter.desk.roles import Act
from newsletter.web.desk.team.wording import AREAS, THINGS, FieldChange, Glossary, deed_of
from tests.samples.times import NOON

GLOSSARY = Glossary(ZoneInfo("Europe/Berlin"), {"2": "wim@writers.example"})
SAVED = "POST /desk/settings/publication/save"


def entry(
    deed: str = SAVED,
    thing: str = "",
    before: dict[str, str] | None = None,
    after: dict[str, str] | None = None,
    act: str = Act.SETTINGS,
) -> LogEntry:
    return LogEntry(
        publication_id=1,
        at=NOON,
        by="",
        network="",
        act=act,
        deed=deed,
        thing=thing,
        thing_id=3,
        before=before or {},
        after=after or {},
    )


def test_every_table_that_is_noted_and_every_act_has_a_word() -> None:
    assert THINGS.keys() == NOTED.keys()
    assert AREAS.keys() == set(Act)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (entry(thing="publication", before={"a": "1"}, after={"a": "2"}), "Changed the settings"),
        (entry(thing="source", after={"a": "2"}), "Added source 3"),
        (entry(thing="membership", before={"a": "2"}), "Removed a member of the team"),
        (entry(thing="subscriber"), "Changed reader 3"),
        (entry("GET /desk/readers"), "Looked at readers"),
        (entry("GET /p/second/desk/readers/7"), "Looked at readers 7"),
        (entry("GET /desk/readers/export.csv"), "Took readers away as a file"),
        (entry("POST /desk/account/again", act=Act.ACCOUNT), "Own account: the password again"),
        (entry("POST /desk/team/2/role", act=Act.PEOPLE), "Team: role"),
        (entry("POST /desk", act="of later"), "The desk"),
        (entry("newsletter subscriber export", act=""), "Ran newsletter subscriber export"),
    ],
)
def test_a_deed_is_a_short_sentence(made: LogEntry, words: str) -> None:
    assert deed_of(made) == words


def test_settings_are_called_as_on_their_page_and_values_are_plain() -> None:
    before = {"tagline": "", "poll": "false", "tracking": "off", "allowed_origins": '["https://a"]'}
    after = {"tagline": "[a", "poll": "true", "tracking": "individual", "allowed_origins": "[]"}
    changes = GLOSSARY.changes(entry(thing="publication", before=before, after=after))
    found = {change.before: change.after for change in changes}
    assert found == {
        "": "[a",
        "no": "yes",
        "are not counted": "are counted by reader",
        "https://a": "",
    }
    assert "Opens and clicks" in {change.label for change in changes}


def test_rows_of_people_have_names_and_times_of_here_and_no_keys() -> None:
    after = {"id": "1", "publication_id": "1", "editor_id": "2", "role": "writer"}
    ends = {"expires_at": '"2026-05-12 11:00:00+00:00"'}
    assert GLOSSARY.changes(entry(thing="membership", before={"role": "viewer"}, after=after)) == [
        FieldChange("Role", "viewer", "writer"),
        FieldChange("Member", "", "wim@writers.example"),
    ]
    [change] = GLOSSARY.changes(entry(thing="entrylink", after=ends))
    assert change == FieldChange("Ends", None, "12 May 2026, 13:00")


def test_a_change_says_what_was_and_what_is() -> None:
    assert FieldChange("Role", "viewer", "writer").words == "was viewer, is now writer"
    assert FieldChange("Role", "viewer", "").words == "was viewer, is now empty"
    assert FieldChange("Role", None, "writer").words == "writer"
    assert FieldChange("Role", "writer", None).words == "was writer"
    assert FieldChange("Member", "wim@a.example", "wim@a.example").words == "wim@a.example"
