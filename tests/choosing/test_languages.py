"""Languages: words and scripts tell before feeds do, and names of other languages do not."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.choosing.languages import foreign_language, strange_language
from newsletter.choosing.ranking import score_story
from newsletter.choosing.weights import Weights
from tests.samples.reports import report, week


@pytest.mark.parametrize(
    ("title", "declared", "foreign"),
    [
        ("Boatyard - Boote für Deutschland", "en", "de"),
        ("Die Fähre und der Hafen im Streit", "en", "de"),
        ("Die Hard at forty", "en", ""),
        ("Cirque de la Mer opens", "en", ""),
        ("Orrery lève des millions pour ses laboratoires", "", "fr"),
        ("Nuevo modelo de lenguaje para empresas", "es", "es"),
        ("Orrery opens an office in Paris", "de", ""),
        ("Orrery 4", "de", "de"),
        ("Orrery 4", "en-GB", ""),
        ("Orrery 4", "", ""),
        ("港のロボットについて", "en", "ja"),
        ("항구의 로봇", "", "ko"),
        ("Новый паром", "en", "ru"),
        ("Orrery 와 항구", "en", ""),
        ("", "", ""),
    ],
)
def test_an_article_in_another_language_is_known(title: str, declared: str, foreign: str) -> None:
    assert foreign_language(title, "", declared, "en") == foreign


def test_a_dek_tells_too_and_a_publication_of_another_language_has_its_own_view() -> None:
    assert foreign_language("Orrery 4", "Das Modell ist ab heute bei der Bahn.", "", "en") == "de"
    assert foreign_language("Das Modell ist da, und die Bahn", "", "", "de-AT") == ""
    assert foreign_language("The model is here and the trains", "", "de", "de") == "en"
    assert foreign_language("A casa da praia", "", "", "pt") == ""
    assert foreign_language("港のロボット", "", "", "ja") == ""


@pytest.mark.parametrize(
    ("title", "declared", "ours", "foreign"),
    [
        # a script belongs to several languages: each may be that of the publication
        ("Новий пором відкрито", "uk", "uk", ""),
        ("Новий пором відкрито", "", "uk-UA", ""),
        ("Нов ферибот", "en", "bg", ""),
        ("Нови трајект", "", "sr", ""),
        ("کشتی تازه", "", "fa", ""),
        ("नवीन बोट", "", "mr", ""),
        ("東京都知事選挙結果発表", "ja", "ja", ""),
        ("東京都知事選挙結果発表", "", "ja", ""),
        ("東京都知事選の結果発表", "en", "ja", ""),
        ("桥梁開通", "", "zh-TW", ""),
        # what the feed says tells them apart
        ("Новий пором відкрито", "uk", "ru", "uk"),
        ("Новий пором відкрито", "uk", "en", "uk"),
        ("東京都知事選挙結果発表", "ja", "zh", "ja"),
        ("東京都知事選の結果発表", "zh", "zh", "ja"),
        ("桥梁開通", "zh", "ja", "zh"),
        ("کشتی تازه", "", "en", "ar"),
    ],
)
def test_languages_that_share_a_script_are_told_apart(
    title: str, declared: str, ours: str, foreign: str
) -> None:
    assert foreign_language(title, "", declared, ours) == foreign


@given(st.text(max_size=120), st.text(max_size=120), st.sampled_from(["", "en", "de", "x-y"]))
def test_any_words_may_be_looked_at(title: str, dek: str, declared: str) -> None:
    assert foreign_language(title, dek, declared, "en") != "en"


def test_a_story_in_another_language_is_out_unless_the_publication_allows_it() -> None:
    article = report("Gericht verbietet die Fähre und den Hafen", language="de")
    assert score_story([article], week()).score < Weights().floor
    assert score_story([article], week(weights=Weights(foreign=0))).score >= Weights().floor
    assert score_story([article], week(language="de")).score >= Weights().floor


def test_an_article_in_another_language_is_a_witness_of_a_story() -> None:
    english = report("Court bans the ferry", source="A")
    german = report("Gericht verbietet die Fähre und den Hafen", source="B", language="de")
    both = score_story([german, english], week())
    assert both.reports[0] is english
    assert both.score > score_story([english], week()).score


def test_a_language_that_the_source_allows_loses_nothing() -> None:
    german = report("Die Fähre und der Hafen im Streit", language="de")
    allowed = replace(german, voices=(replace(german.voices[0], languages=frozenset({"de"})),))
    assert strange_language(german, "en") == "de"
    assert strange_language(allowed, "en") == ""
    other = replace(allowed, title="Le port et la mer dans la nuit", language="fr")
    assert strange_language(other, "en") == "fr"


@pytest.mark.parametrize(
    ("allowed", "declared", "strange"),
    [("uk", "uk", ""), ("uk", "", ""), ("uk", "en", ""), ("uk", "bg", "bg"), ("el", "", "ru")],
)
def test_a_source_allows_a_language_whose_script_is_that_of_others(
    allowed: str, declared: str, strange: str
) -> None:
    shown = report("Новий пором відкрито", language=declared)
    voice = replace(shown.voices[0], languages=frozenset({allowed}))
    assert strange_language(replace(shown, voices=(voice,)), "en") == strange
