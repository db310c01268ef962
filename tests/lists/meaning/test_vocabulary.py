"""The words are as they are looked for, so that none of them is there in vain."""

from newsletter.lists.meaning import vocabulary
from newsletter.lists.meaning.answers import MEANINGS
from newsletter.lists.meaning.words import fold, heading_meaning, kind_of, word_meaning


def test_each_word_is_folded_and_its_meaning_there_is() -> None:
    marks = {"✓", "✔", "☑", "✗", "✘", "☐"}
    words = {*vocabulary.YES, *vocabulary.NO, *vocabulary.NEGATIONS} - marks
    words |= {*vocabulary.STEMS, *vocabulary.PHRASES, *vocabulary.CONSENT, *vocabulary.VAGUE}
    assert {word for word in words if fold(word) != word} == set()
    meanings = {*vocabulary.STEMS.values(), *vocabulary.PHRASES.values()}
    assert meanings <= set(MEANINGS)


def test_each_word_is_heard() -> None:
    assert {stem for stem in vocabulary.STEMS if not heading_meaning(stem)} == set()
    phrases = vocabulary.PHRASES.items()
    assert {phrase for phrase, meaning in phrases if word_meaning(phrase) != meaning} == set()
    assert {kind_of(word) for word in vocabulary.YES} == {"yes"}
    assert {kind_of(word) for word in vocabulary.NO} == {"no"}
    assert {kind_of(word) for word in vocabulary.NOTHING} == {"empty"}
