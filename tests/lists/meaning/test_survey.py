"""A survey counts the words of columns, keeps few of them, and misses none that speaks."""

import json

from newsletter.lists.meaning.survey import (
    MOST_SPEAKING,
    MOST_WORDS,
    ColumnTally,
    new_survey,
    read_survey,
)


def test_words_are_counted_without_case_and_what_is_no_word_apart() -> None:
    tally = ColumnTally()
    tally.add(["Yes", "yes ", "no", "", "-", "2024-01-02", "1.2.2024"])
    assert tally == ColumnTally({"yes": 2, "no": 1}, dates=2, empty=2)


def test_a_column_of_names_keeps_few_words_and_each_that_speaks() -> None:
    tally = ColumnTally()
    tally.add([f"name {n}" for n in range(MOST_WORDS + 100)])
    tally.add([f"other {n}" for n in range(5000)])
    assert (len(tally.words), tally.others) == (MOST_WORDS, 5100)
    for late in ("Unsubscribed", "vip,abgemeldet", "left", "désabonnée"):
        tally.add(["name 1", late, ""])
    assert {"unsubscribed", "vip,abgemeldet", "left", "désabonnée"} <= set(tally.words)
    assert tally.empty == 4
    tally.add([f"unsubscribed {n}" for n in range(9000)])
    assert len(tally.words) == MOST_SPEAKING, "a hostile file fills no memory"


def test_dates_are_no_words_and_words_among_dates_are() -> None:
    tally = ColumnTally()
    dates = ["2024-01-02", "3 May 2024", "31/12/24", "1733011200"]
    tally.add_times([*dates, "", "0000-00-00", "never", "no", "0"])
    assert tally == ColumnTally({"never": 1, "no": 1, "0": 1}, dates=4, empty=2)


def test_surveys_of_parts_are_one_survey_and_go_from_process_to_process() -> None:
    parts = [new_survey([1, 2], [2]) for _ in range(2)]
    for part, word in zip(parts, ("yes", "no"), strict=True):
        part.note(["a@x.example", word, "2024-01-02"])
        part.look()
        part.dates[2].note("day", "31/12/2024")
    whole = new_survey([1, 2], [2])
    for part in parts:
        whole.merge(read_survey(json.loads(json.dumps(part.written()))))
    assert whole.tallies[1].words == {"yes": 1, "no": 1}
    assert (whole.tallies[2].dates, whole.dates[2].day) == (2, 2)
