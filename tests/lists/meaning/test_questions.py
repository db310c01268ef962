"""Whatever may say that somebody left is asked about; whatever cannot is not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.lists.columns import Columns, guess_columns, named
from newsletter.lists.csv_files import Share, first_rows, open_sheet
from newsletter.lists.meaning.answers import Answers, Meanings
from newsletter.lists.meaning.questions import (
    ColumnQuestion,
    Unclear,
    UnclearParts,
    advice,
    find_questions,
    lost_dates,
)
from newsletter.lists.meaning.survey import Survey
from newsletter.lists.runs import ReadingTask, read_share
from newsletter.lists.staging import staged

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
        ("状態", ("配信中", "配信停止"), {"配信中": "", "配信停止": ""}),
        ("退订", ("", "是"), {"是": "", "empty": ""}),
        ("Bemerkung", ("", "配信停止"), {"配信停止": "", "empty": ""}),
        ("Xyzzy", ("", "x"), {"x": "", "empty": ""}),
        ("Xyzzy", ("", "2024-01-02"), {"date": "", "empty": ""}),
        ("", ("yes", "no"), {"yes": "", "no": ""}),
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
    ],
)
def test_a_column_that_says_nothing_of_it_is_not(
    heading: str, cells: tuple[str, ...], tmp_path: Path
) -> None:
    assert ask(tmp_path, rows(heading, *cells)) == []


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
        "joined: 1 dates cannot be read or believed. These rows come in without them."
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


def test_a_date_that_may_begin_with_its_year_is_lost_and_said(tmp_path: Path) -> None:
    columns, survey = look(tmp_path, rows("joined", "19-03-04", "24/12/05", "31/12/24"))
    assert lost_dates(columns, survey) == [
        "joined: 2 dates cannot be read or believed (like 19-03-04, 24/12/05). "
        "These rows come in without them."
    ]
