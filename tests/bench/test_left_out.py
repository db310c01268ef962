"""Left out: the cues can be judged without the phrases that only some texts show."""

from bench.choosing.left_out import Phrases


def test_what_only_some_texts_show_is_taken_out_and_the_rest_stays() -> None:
    phrases = Phrases()
    title = "Judge orders a bank to stop scoring by voice"
    shown = phrases.shown_by([title])
    assert shown
    assert {name.split()[0] for name in shown} >= {"law"}
    without = phrases.without(shown)
    assert "law" not in {sign.family.name for sign in without.signs(title, "")}
    assert "law" in {sign.family.name for sign in without.signs("Firm is sued over logs", "")}
