"""Headlines of the bench: what the usual cues are worth on titles, those of no mending too."""

from bench.choosing.headlines.__main__ import MENDED, UNSEEN, judge, read_headlines


def test_titles_by_which_the_cues_were_mended_are_judged_well() -> None:
    figures = judge(read_headlines(MENDED))
    assert figures.leads >= 0.8
    assert figures.wanted >= 0.95
    assert figures.unwanted <= 0.2


def test_titles_that_nothing_was_mended_by_are_judged_hardly_worse() -> None:
    figures = judge(read_headlines(UNSEEN))
    assert figures.leads >= 0.7
    assert figures.wanted >= 0.93
    assert figures.unwanted <= 0.5


def test_no_title_is_in_both_lists() -> None:
    titles = [set(file.read_text("utf-8").splitlines()) for file in (MENDED, UNSEEN)]
    assert titles[0].isdisjoint(titles[1])
