"""The words are as they are looked for, so that none of them is there in vain."""

from newsletter.lists.columns import guess_columns
from newsletter.lists.meaning import vocabulary
from newsletter.lists.meaning.answers import MEANINGS
from newsletter.lists.meaning.vocabulary import fold
from newsletter.lists.meaning.words import heading_meaning, kind_of, word_meaning
from newsletter.lists.presets import TARGETS


def test_each_word_is_folded_and_its_meaning_there_is() -> None:
    words = {*vocabulary.STEMS, *vocabulary.PHRASES, *vocabulary.CONSENT, *vocabulary.VAGUE}
    words |= {*vocabulary.PARTS, *vocabulary.GROUPS, *vocabulary.COLUMNS}
    assert {word for word in words if not word or fold(word) != word} == set()
    spoken = (vocabulary.STEMS, vocabulary.PHRASES, vocabulary.PARTS, vocabulary.GROUPS)
    assert {meaning for table in spoken for meaning in table.values()} <= set(MEANINGS)
    assert set(vocabulary.COLUMNS.values()) <= set(TARGETS)


def test_each_word_is_heard() -> None:
    assert {stem for stem in vocabulary.STEMS if not heading_meaning(stem)} == set()
    assert {part for part in vocabulary.PARTS if not word_meaning(f"x{part}x")} == set()
    phrases = vocabulary.PHRASES.items()
    assert {phrase for phrase, meaning in phrases if word_meaning(phrase) != meaning} == set()
    assert {kind_of(word) for word in vocabulary.YES} == {"yes"}
    assert {kind_of(word) for word in vocabulary.NO} == {"no"}
    assert {kind_of(word) for word in vocabulary.NOTHING} == {"empty"}


def test_a_heading_in_any_spelling_leads_where_its_language_says() -> None:
    columns = guess_columns(["Correo electrónico", "Imię", "Inscrit le"])
    assert columns.targets == ("address", "first_name", "joined_at")
