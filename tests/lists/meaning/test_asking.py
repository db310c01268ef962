"""Whatever may say that somebody left is asked about; whatever cannot is not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.lists.columns import Columns, guess_columns, named
from newsletter.lists.meaning.answers import Answers, Meanings, read_meanings
from newsletter.lists.meaning.asking import find_questions
from newsletter.lists.meaning.questions import (
    ColumnQuestion,
    Unclear,
    UnclearParts,
    advice,
    lost_dates,
)
from newsletter.lists.meaning.survey import Survey
from newsletter.lists.presets import STANDINGS
from newsletter.lists.runs import ReadingTask, read_share
from newsletter.lists.staging import staged
from newsletter.lists.tables.rows import Share, first_rows
from newsletter.lists.tables.shapes import open_sheet

NOW = datetime(2026, 6, 2, 9, tzinfo=UTC)


def look(
    folder: Path, text: str, answers: Answers = Answers(), name: str = "list.csv"
) -> tuple[Columns, Survey]:
    path = folder / name
    path.write_text(text, "utf-8")
    sheet = open_sheet(path)
    columns = named(guess_columns(sheet.header, {}, answers, first_rows(sheet)), name)
    share = read_share(ReadingTask(sheet, columns, NOW, Share()))
    share.close()
    return columns, share.survey


def ask(folder: Path, text: str, name: str = "list.csv") -> list[ColumnQuestion]:
    questions = find_questions(*look(folder, text, name=name))
    return [question for question in questions if question.is_open]


def rows(heading: str, *cells: str) -> str:
    lines = (f'{n}@x.example,"{cell}"\n' for n, cell in enumerate(cells))
    return f'email,"{heading}"\n{"".join(lines)}'


@pytest.mark.parametrize(
    ("heading", "cells", "suggested"),
    [
        ("Opted out", ("no", "yes"), {"no": "active", "yes": "unsubscribed"}),
        ("Opted out", ("no", "no"), {"no": "active"}),
        ("Subscribed", ("1", "0"), {"1": "active", "0": "unsubscribed"}),
        ("subscribed", ("true", "FALSE"), {"true": "active", "false": "unsubscribed"}),
        ("Is confirmed", ("1", "0"), {"1": "active", "0": "unconfirmed"}),
        ("Blacklisted", ("", "x"), {"x": "unsubscribed", "empty": "active"}),
        ("Unsubscribed on", ("", "2024-01-02"), {"date": "unsubscribed", "empty": "active"}),
        ("Opt-in date", ("", "2024-01-02"), {"date": "active", "empty": ""}),
        ("confirmed_at", ("", "2024-01-02"), {"date": "active", "empty": ""}),
        ("confirmed_at", ("never", "2024-01-02"), {"never": "", "date": "active"}),
        ("joined", ("unsubscribed", "2024-01-02"), {"unsubscribed": "unsubscribed", "date": ""}),
        ("Status", ("Aktiv", "Gesperrt"), {"aktiv": "active", "gesperrt": "manual"}),
        ("Status", ("1", "0"), {"1": "active", "0": "unsubscribed"}),
        ("Global Status", ("ok", "Hard bounce"), {"ok": "active", "hard bounce": "bounce"}),
        ("Note", ("", "Abgemeldet"), {"abgemeldet": "unsubscribed", "empty": ""}),
        ("Tags", ("vip", "vip, unsubscribed"), {"vip, unsubscribed": "unsubscribed", "vip": ""}),
        ("", ("", "bounced"), {"bounced": "bounce", "empty": ""}),
        ("Newsletter", ("ja", "nein"), {"ja": "active", "nein": "unsubscribed"}),
        ("Consent", ("given", "refused"), {"given": "active", "refused": "unsubscribed"}),
        ("Consent", ("A", "B"), {"a": "", "b": ""}),
        ("Number of bounces", ("0", "3"), {"0": "active", "3": ""}),
        ("Not unsubscribed", ("yes", "no"), {"yes": "", "no": ""}),
        ("Désabonné", ("non", "oui"), {"non": "active", "oui": "unsubscribed"}),
        ("Baja", ("no", "sí"), {"no": "active", "sí": "unsubscribed"}),
        ("Cancellato", ("no", "sì"), {"no": "active", "sì": "unsubscribed"}),
        ("Descadastrado", ("não", "sim"), {"não": "active", "sim": "unsubscribed"}),
        ("Afgemeld", ("nee", "ja"), {"nee": "active", "ja": "unsubscribed"}),
        ("Wypisany", ("nie", "tak"), {"nie": "active", "tak": "unsubscribed"}),
        (
            "Newsletter",
            ("ja", "nein", "per Post"),
            {"ja": "active", "nein": "unsubscribed", "per post": ""},
        ),
        ("Newsletter", ("weekly", "daily"), {"weekly": "", "daily": ""}),
        ("Kein Newsletter", ("nein", "ja"), {"nein": "active", "ja": "unsubscribed"}),
        ("Keine Werbung", ("", "ja"), {"empty": "active", "ja": "unsubscribed"}),
        ("Ne pas contacter", ("", "oui"), {"empty": "active", "oui": "unsubscribed"}),
        ("No enviar", ("", "si"), {"empty": "active", "si": "unsubscribed"}),
        ("Wil geen mail", ("", "ja"), {"empty": "active", "ja": "unsubscribed"}),
        ("Mailsperre", ("nein", "ja"), {"nein": "active", "ja": "manual"}),
        ("Werbewiderspruch", ("", "erteilt"), {"empty": "active", "erteilt": ""}),
        ("Werbeeinwilligung", ("ja", "nein"), {"ja": "active", "nein": "unsubscribed"}),
        ("Newsletterabmeldung", ("", "12.03.2024"), {"empty": "active", "date": "unsubscribed"}),
        ("Nieuwsbrief", ("ja", "nee"), {"ja": "active", "nee": "unsubscribed"}),
        ("状態", ("配信中", "配信停止"), {"配信中": "", "配信停止": "unsubscribed"}),
        ("退订", ("", "是"), {"是": "unsubscribed", "empty": "active"}),
        ("Bemerkung", ("", "წავიდა"), {"წავიდა": "", "empty": ""}),
        ("Xyzzy", ("", "x"), {"x": "", "empty": ""}),
        ("Xyzzy", ("", "2024-01-02"), {"date": "", "empty": ""}),
        ("", ("yes", "no"), {"yes": "", "no": ""}),
        ("Mail status", ("200", "550"), {"200": "", "550": "bounce"}),
        ("Status", ("2.0.0", "5.1.1"), {"2.0.0": "", "5.1.1": "bounce"}),
        ("bouncecount", ("0", "3"), {"0": "active", "3": ""}),
        ("Hard bounces", ("0", "1"), {"0": "active", "1": "bounce"}),
        ("verified", ("True", ""), {"true": "active", "empty": ""}),
        ("confirmed", ("-1", "0.0"), {"-1": "active", "0.0": "unconfirmed"}),
        ("Blacklisted", ("=FALSE()", "✅"), {"=false()": "active", "✅": "unsubscribed"}),
        ("Lists", ("News", ""), {"empty": "unsubscribed", "*": "active"}),
        ("Groups", ("A, B", ""), {"empty": "unsubscribed", "*": "active"}),
        ("Subscribed to", ("News", ""), {"empty": "unsubscribed", "*": "active"}),
        ("Segmente", ("A", ""), {"empty": "unsubscribed", "*": "active"}),
        (
            "error",
            ("", "550 5.1.1 no such user"),
            {"empty": "active", "550 5.1.1 no such user": "bounce"},
        ),
    ],
)
def test_a_column_that_may_say_no_is_asked_about_with_its_words(
    heading: str, cells: tuple[str, ...], suggested: Meanings, tmp_path: Path
) -> None:
    (question,) = ask(tmp_path, rows(heading, *cells))
    assert (question.about, question.heading) == ("1", heading)
    assert {asked.word: asked.suggestion for asked in question.words} == suggested
    assert sum(asked.count for asked in question.words) == len(cells)


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("City", ("Ulm", "Baja California")),
        ("Premium", ("yes", "no")),
        ("Status", ("active", "unsubscribed", "")),
        ("joined", ("2024-01-02", "", "soon")),
        ("confirmed_at", ("2024-01-02", "2024-01-03")),
        ("Favourite colour", ("red", "blue")),
        ("Ville", ("Lyon", "Oyonnax", "no")),
        ("Country", ("NO", "DE")),
        ("Hobby", tuple(f"hobby {n}" for n in range(40))),
        ("Consent IP", ("192.0.2.1", "")),
        ("State", ("CA", "Bavaria")),
        ("Unsubscribed", ("", "")),
        ("Tags", ("vip", "ulm,vip")),
        ("Born", ("2000-01-02", "")),
        ("Lists", ("News", "News")),
        ("Age group", ("30", "")),
    ],
)
def test_a_column_that_says_nothing_of_it_is_not(
    heading: str, cells: tuple[str, ...], tmp_path: Path
) -> None:
    assert ask(tmp_path, rows(heading, *cells)) == []


OBJECTS = [
    ('{"status": "unsubscribed"}', {"status=unsubscribed": "unsubscribed"}),
    ('{"gdpr": "no", "city": "Ulm"}', {"gdpr=no": "unsubscribed"}),
    ('{"consent": {"mail": false}}', {"consent.mail=false": "unsubscribed"}),
    ('{"flags": ["vip", "bounced"]}', {"flags=bounced": "bounce", "flags=vip": ""}),
    ('{"a": "{\\"opt_out\\": true}"}', {"a.opt_out=true": "unsubscribed"}),
]


@pytest.mark.parametrize("heading", ["attributes", "metadata", "Data"])
@pytest.mark.parametrize(("cell", "suggested"), OBJECTS)
def test_the_keys_of_an_object_are_looked_at_as_columns_are(
    heading: str, cell: str, suggested: Meanings, tmp_path: Path
) -> None:
    quoted = cell.replace('"', '""')
    text = f'email,{heading}\na@x.example,"{quoted}"\nb@x.example,\n'
    (question,) = ask(tmp_path, text)
    assert {asked.word: asked.suggestion for asked in question.words} == suggested
    answers = read_meanings(
        ",".join(f"{word}:{said or 'active'}" for word, said in suggested.items())
    )
    columns, _ = look(tmp_path, text, Answers({1: answers}))
    with staged(open_sheet(tmp_path / "list.csv"), columns, NOW, None) as file:
        standings = [STANDINGS[int(line.split("\t")[1])] for line in file.people]
    assert standings == [next(filter(None, suggested.values())), "active"]


def test_an_object_that_says_nothing_of_it_is_not_asked_about(tmp_path: Path) -> None:
    rows_of = "".join(
        f'{n}@x.example,"{{""city"": ""City {n}"", ""age"": {n}, ""hobby"": ""h {n}""}}"\n'
        for n in range(30)
    )
    assert ask(tmp_path, f"email,attributes\n{rows_of}") == []


def test_what_is_said_beside_a_name_is_asked_about_and_names_are_not(tmp_path: Path) -> None:
    text = "email,name\na@x.example,Ada Low - UNSUBSCRIBED\nb@x.example,Bo\nc@x.example,Ban\n"
    (question,) = ask(tmp_path, text)
    assert [(asked.word, asked.count) for asked in question.words] == [
        ("ada low - unsubscribed", 1),
        ("*", 2),
    ]
    assert ask(tmp_path, "email,last name\na@x.example,Ban\nb@x.example,Left\n") == []


def test_prose_that_speaks_is_shown_from_there(tmp_path: Path) -> None:
    prose = "Met her at the fair of 2019 in Ulm, where she was with Bo, and then she unsubscribed"
    (question,) = ask(tmp_path, rows("Note", prose, "nice"))
    assert question.words[0].word == "unsubscribed"


@pytest.mark.parametrize(
    "text",
    [
        "email,name\na@x.example,Ada\n--- Unsubscribed ---,2024\nb@x.example,Bo\n",
        "email,name\na@x.example,Ada\n\n# Bounced, May\nb@x.example,Bo\n",
        "email,name\na@x.example,Ada\nEmail,Unsubscribe date\nb@x.example,2024-01-02\n",
        "email,name\na@x.example,Ada\n退订,\nb@x.example,Bo\n",
        "email,name\na@x.example,Ada\nAlte,\nb@x.example,Bo\n",
        "a@x.example\nOtpisani / отписались\nb@x.example\n",
    ],
)
def test_a_part_that_begins_in_the_middle_of_a_table_is_to_be_cut(
    text: str, tmp_path: Path
) -> None:
    columns, _ = look(tmp_path, text)
    with (
        pytest.raises(UnclearParts),
        staged(open_sheet(tmp_path / "list.csv"), columns, NOW, None),
    ):
        pytest.fail("who left would get letters")


def test_a_person_whose_address_is_broken_begins_no_part(tmp_path: Path) -> None:
    text = "status,email,name\nactive,a@x.example,Ada\nunsubscribed,bo,Bo\nactive,old@,Cy\n"
    columns, survey = look(tmp_path, text)
    assert survey.parts == []
    assert find_questions(columns, survey) == []


def test_a_word_in_the_last_of_many_rows_is_heard(tmp_path: Path) -> None:
    cells = [f"note {n}" for n in range(3000)]
    (question,) = ask(tmp_path, rows("Note", *cells, "unsubscribed"))
    assert question.words[0].word == "unsubscribed"
    assert sum(asked.count for asked in question.words) == 3001


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("bounces.csv", "a@x.example\n"),
        ("book.xlsx, sheet Abgemeldet", "email\na@x.example\n"),
        ("list.csv", "Unsubscribed members:\na@x.example\n"),
        ("2024 opt-outs.csv", "email,name\na@x.example,Ada\n"),
        *(
            (f"{name}.csv", "email,name\na@x.example,Ada\n")
            for name in (
                "退订",
                "alte",
                "unsubscribed",
                "Cleaned contacts 2025",
                "abgemeldet",
                "désabonnés",
                "bajas",
                "отписались",
                "Ehemalige",
                "anciens abonnés",
                "配信停止リスト",
                "수신거부",
            )
        ),
        ("list.csv", "# Unsubscribed contacts\nemail,name\na@x.example,Ada\n"),
        ("list.csv", "Bounced in May,,\nemail,name,city\na@x.example,Ada,Ulm\n"),
    ],
)
def test_a_name_that_says_so_of_all_people_is_asked_about(
    name: str, text: str, tmp_path: Path
) -> None:
    assert [question.about for question in ask(tmp_path, text, name)] == ["everybody"]


def test_what_was_answered_is_shown_and_open_no_more(tmp_path: Path) -> None:
    text = rows("Opted out", "no", "yes", "Ja", "perhaps")
    half = look(tmp_path, text, Answers({1: {"yes": "unsubscribed", "no": "active"}}))
    (question,) = find_questions(*half)
    assert [asked.word for asked in question.words if not asked.meaning] == ["perhaps"]
    answers = Answers({1: {"yes": "unsubscribed", "no": "active", "*": "manual"}})
    columns, survey = look(tmp_path, text, answers)
    (question,) = find_questions(columns, survey)
    assert not question.is_open
    assert advice(columns, [question]) == []


def test_a_file_that_is_not_clear_gives_nobody(tmp_path: Path) -> None:
    columns, _ = look(tmp_path, rows("Opted out", "no", "yes"))
    sheet = open_sheet(tmp_path / "list.csv")
    with pytest.raises(Unclear) as unclear, staged(sheet, columns, NOW, None):
        pass
    assert advice(columns, unclear.value.questions) == [
        "Opted out: no 1, yes 1",
        "  --status 'Opted out=no:active,yes:unsubscribed'",
    ]


def test_the_order_of_dates_is_asked_for_where_no_row_tells(tmp_path: Path) -> None:
    either = rows("joined", "05/06/2024", "07/08/2024")
    assert [question.about for question in ask(tmp_path, either)] == ["dates"]
    assert ask(tmp_path, rows("joined", "05/06/2024", "31/12/2024")) == []
    columns, survey = look(tmp_path, rows("joined", "05/06/2024", "31/12/2024", "12/31/2024"))
    assert lost_dates(columns, survey) == [
        "joined: 1 date cannot be read or believed. Its row comes in without it."
    ]


def test_the_last_row_may_tell_the_order_of_all_dates_before(tmp_path: Path) -> None:
    columns, _ = look(tmp_path, rows("joined", *["05/06/2024"] * 1500, "31/12/2024"))
    with staged(open_sheet(tmp_path / "list.csv"), columns, NOW, None) as file:
        joined = {line.split("\t")[3][:10] for line in file.people}
    assert joined == {"2024-06-05", "2024-12-31"}


def test_a_list_with_a_part_of_people_who_left_is_to_be_cut(tmp_path: Path) -> None:
    text = "Members:\na@x.example\n\n# Unsubscribed members\nb@x.example\n"
    columns, _ = look(tmp_path, text)
    sheet = open_sheet(tmp_path / "list.csv")
    with (
        pytest.raises(UnclearParts, match="# Unsubscribed members"),
        staged(sheet, columns, NOW, None),
    ):
        pass


@pytest.mark.parametrize(
    "text",
    [
        "Ada <a@x.example>\nb@x.example (unsubscribed)\n",
        "Ada <a@x.example>\nUNSUBSCRIBED <b@x.example>\n",
        "email,name\na@x.example,Ada\nUnsubscribed,\nb@x.example,Bo\n",
    ],
)
def test_a_name_beside_an_address_or_a_line_between_people_may_begin_who_left(
    text: str, tmp_path: Path
) -> None:
    columns, _ = look(tmp_path, text)
    sheet = open_sheet(tmp_path / "list.csv")
    with pytest.raises(UnclearParts), staged(sheet, columns, NOW, None):
        pytest.fail("who left would get letters")


def test_a_list_may_begin_with_an_address_in_letters_of_another_script(tmp_path: Path) -> None:
    columns, _ = look(tmp_path, "ädá@x.example\nbo@x.example\n")
    with staged(open_sheet(tmp_path / "list.csv"), columns, NOW, None) as file:
        assert file.read == 2
