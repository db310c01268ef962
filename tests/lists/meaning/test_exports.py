"""Programs name files by what their people are, and a preset is made of words."""

import pytest

from newsletter.lists.meaning.exports import make_preset, meaning_of_file


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("nonsubscribed_members_export_1a.csv", "unconfirmed"),
        ("non-subscribed_email_audience_export_1a.csv", "unconfirmed"),
        ("Unsubscribed_members_export_1a.csv", "unsubscribed"),
        ("cleaned_email_audience_export_1a.csv", "bounce"),
        ("subscribed_members_export_1a.csv", "active"),
        ("news-marked-as-spam.csv", "complaint"),
        ("news-bounced.csv", "bounce"),
        ("news.csv", ""),
        ("bounces.csv", ""),
    ],
)
def test_the_name_of_a_file_says_who_its_people_are(name: str, meaning: str) -> None:
    assert meaning_of_file(name) == meaning


def test_a_preset_has_its_columns_and_words_by_name() -> None:
    preset = make_preset(
        "Own", ("a, b", "a, c"), {"active": "on"}, {"gone | left": "yes:bounce"}, address="a"
    )
    assert preset.signs == (frozenset("ab"), frozenset("ac"))
    assert preset.columns == {"a": "address", "gone": "", "left": ""}
    assert preset.statuses == {"on": "active"}
    assert preset.meanings["left"] == {"yes": "bounce"}
