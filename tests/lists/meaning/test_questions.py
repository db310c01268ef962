"""A question comes with the line that answers it; dates that are lost are said."""

from dataclasses import asdict

from newsletter.lists.columns import guess_columns
from newsletter.lists.meaning.asking import begin_survey
from newsletter.lists.meaning.questions import (
    DATES,
    EVERYBODY,
    AskedWord,
    ColumnQuestion,
    advice,
    lost_dates,
    read_question,
)

COLUMNS = guess_columns(["email", "it's", "joined"])


def test_each_open_question_has_the_line_that_answers_it() -> None:
    words = (AskedWord("yes", 1200, "", "unsubscribed"), AskedWord("no", 1, "active"))
    questions = [
        ColumnQuestion("1", "it's", words),
        ColumnQuestion(EVERYBODY, "old.csv", (AskedWord("*", 0, "", "unsubscribed"),)),
        ColumnQuestion(DATES, "joined", (AskedWord("*", 2),)),
        ColumnQuestion("1", "done", (AskedWord("yes", 1, "active"),)),
    ]
    assert advice(COLUMNS, questions) == [
        "it's: yes 1,200, no 1",
        "  --status 'it'\"'\"'s=yes:unsubscribed,no:active'",
        "old.csv: this may say that its people left. What are they?",
        "  --everybody unsubscribed",
        "joined: 2 dates may be either way round.",
        "  --dates day (31/12) or --dates month (12/31)",
    ]
    assert [read_question(asdict(question)) for question in questions] == questions


def test_what_is_counted_is_written_as_people_count() -> None:
    survey = begin_survey(COLUMNS)
    survey.dates[2].note("lost", "soon")
    assert lost_dates(COLUMNS, survey) == [
        "joined: 1 date cannot be read or believed (like soon). Its row comes in without it."
    ]
    survey.dates[2].note("lost", "19-03-04")
    assert lost_dates(COLUMNS, survey) == [
        "joined: 2 dates cannot be read or believed (like soon, 19-03-04). "
        "Their rows come in without them."
    ]
    either = ColumnQuestion(DATES, "joined", (AskedWord("*", 1),))
    assert advice(COLUMNS, [either])[0] == "joined: 1 date may be either way round."
