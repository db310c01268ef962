"""Cue files: an editor's own are read, and each fault says where it is and what to mend."""

import pytest

from newsletter.choosing.news.cue_files import BadCues, parse_cues

GARDEN = """
language = "en"
[classes]
plant = "rose, roses, box hedge"
[family.pest]
says = "a pest or a disease spreads"
points = 24
phrases = "kills .. <plant>, <plant> .. blight"
[family.care]
says = "teaches how to care for plants"
points = -20
mark = "lesson"
phrases = "^how to"
unless = ["pest"]
"""


def test_an_editor_of_another_trade_has_families_of_their_own() -> None:
    cues = parse_cues(GARDEN)
    assert [s.family.name for s in cues.signs("New moth kills every box hedge", "")] == ["pest"]
    assert [s.family.name for s in cues.signs("How to prune", "")] == ["care"]
    assert [s.family.name for s in cues.signs("How to see that rust kills a rose", "")] == ["pest"]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('language = "en"', "", "says no language"),
        ("points = 24", 'points = "24"', "family pest: points is a number"),
        ("points = 24", "points = 240", "from -100 to 100"),
        ("points = 24", "points = true", "points is a number"),
        ("points = 24", "points = nan", "points is a number"),
        ("points = 24", "point = 24", "there is no field point"),
        ('says = "a pest or a disease spreads"', 'says = ""', "family pest: says"),
        ('mark = "lesson"', 'mark = "school"', "family care: mark is"),
        ('unless = ["pest"]', 'unless = ["moth"]', "names moth, which is no family"),
        ('unless = ["pest"]', 'unless = "pest"', "unless is a list of texts"),
        ("<plant> .. blight", "<tree> .. blight", "pest: there is no class <tree>"),
        ("^how to", "^how ..", "family care: “^how ..”"),
        ('phrases = "^how to"', "phrases = 3", "family care: phrases is a text"),
        ('phrases = "^how to"', 'forms = ["a rose"]', "there is no form “a rose”"),
        ('phrases = "^how to"', "dek = 2.0", "family care: dek is a number from 0 to 1"),
        ('phrases = "^how to"', 'adds = "yes"', "family care: adds is true or false"),
        ('plant = "rose, roses, box hedge"', "plant = 3", "classes.plant: it is a text"),
        ("[classes]", "[classes", "this is no TOML"),
        ("points = 24", f"points = {'9' * 5000}", "this is no TOML"),
        ("points = 24", f"points = {'[' * 5000}", "brackets in brackets"),
        ("points = 24", f"points = {'9' * 400}", "family pest: points is a number from -100"),
        ("points = 24", f"points = 0x{'f' * 5000}", "family pest: points is a number from -100"),
        # every address ends in nothing, so each article would be of that family
        ('unless = ["pest"]', 'hosts = [""]', "family care: hosts has an empty text"),
        ('unless = ["pest"]', 'paths = ["/a", " "]', "family care: paths has an empty text"),
        # what no page shows and PostgreSQL does not keep
        ("a pest or a disease", r"a pest\u0000or a disease", "family pest: says is one line"),
        ("a pest or a disease", r"a pest \u202Eor a disease", "family pest: says is one line"),
        ("a pest or a disease", r"a pest\nor a disease", "family pest: says is one line"),
        ("a pest or a disease", "a pest " * 200, "family pest: says has at most 200"),
        # a slip would else be silent: nothing of it is ever found
        ("[family.care]", "[famly.care]", "there is no table famly"),
        ("[classes]", "[class]", "there is no table class"),
        ("rose, roses", "<tree>, roses", "classes.plant: “<tree>”"),
        ("rose, roses", "^rose, roses", "classes.plant: “^rose”"),
        ("rose, roses", "tea .. rose, roses", "classes.plant: “tea .. rose”"),
        ("rose, roses", "r*, roses", "classes.plant: “r*”: a star needs 3"),
    ],
)
def test_a_fault_says_where_it_is(before: str, after: str, words: str) -> None:
    assert before in GARDEN
    with pytest.raises(BadCues) as refused:
        parse_cues(GARDEN.replace(before, after))
    assert words in str(refused.value)


@pytest.mark.parametrize("text", ["", 'language = "en"', 'language = "en"\nfamily = 3'])
def test_a_file_without_families_is_refused(text: str) -> None:
    with pytest.raises(BadCues):
        parse_cues(text)


@pytest.mark.parametrize("key", ["a" + ".a" * 95_000, '"a,"' + '."a,"' * 30_000])
@pytest.mark.parametrize("around", ["{} = 1", "[{}]", "x = {{{} = 1}}"])
def test_a_key_of_thousands_of_parts_does_not_hold_up_who_reads_it(key: str, around: str) -> None:
    """TOML's reader takes minutes for it: it is refused before."""
    with pytest.raises(BadCues, match="line 1 has more than 500 full stops"):
        parse_cues(around.format(key) + GARDEN)
