"""Headings and cells speak of leaving and of consent in many languages, and most do not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.lists.meaning.answers import MEANINGS
from newsletter.lists.meaning.words import (
    MOST_WORD_CHARS,
    heading_meaning,
    kind_of,
    speaking_words,
    word_meaning,
    word_of,
)


@pytest.mark.parametrize(
    ("meaning", "headings"),
    [
        (
            "unsubscribed",
            "Unsubscribed, EMAIL_BLACKLISTED, emailOptOut, Opted-Out, Left at, Do not email, DNC, "
            "Not subscribed, No consent, Abgemeldet am, Widerruf, Désinscrit, Baja, Cancellato, "
            "Descadastrado, Uitgeschreven, Wypisany, email_disabled, Stop Time, Opposition",
        ),
        ("bounce", "Bounced, Hard bounce reason, Unzustellbar, Rebotado, Undeliverable"),
        ("complaint", "Complaints, Spam report, Beschwerde, Plainte, Queja"),
        ("manual", "Blocked, Gesperrt, Bloqueado, Geblokkeerd, Zablokowany, Deleted, Löschdatum"),
        ("unconfirmed", "Unconfirmed, Not confirmed, Nicht bestätigt"),
        (
            "active",
            "Subscribed, Opt-in, Consent, GDPR, Einwilligung, Consentement, Zgoda, Toestemming, "
            "Status, Global Status, Double opt-in, Confirmed, Suscrito, Iscritto",
        ),
        ("vague", "Newsletter, Marketing, State, Werbung"),
        ("unclear", "Not unsubscribed, Not bounced"),
        ("", "City, Name, Tags, Plan, Country, Last opened, Company, Supplier, Score, Avg order"),
    ],
)
def test_a_heading_speaks_or_does_not(meaning: str, headings: str) -> None:
    assert {name: heading_meaning(name) for name in headings.split(", ")} == dict.fromkeys(
        headings.split(", "), meaning
    )


@pytest.mark.parametrize(
    ("meaning", "cells"),
    [
        ("unsubscribed", "Unsubscribed; left; opted out; abgemeldet am 1.2.2024; vip,unsubscribed"),
        ("bounce", "Hard bounce: 550; cleaned; undeliverable"),
        ("complaint", "junk; marked as spam"),
        ("unclear", "not unsubscribed"),
        ("", "Berlin; Leftfield; Baja California; gold; 3; ja; Block party"),
    ],
)
def test_a_cell_speaks_whatever_its_heading(meaning: str, cells: str) -> None:
    assert {cell: word_meaning(cell) for cell in cells.split("; ")} == dict.fromkeys(
        cells.split("; "), meaning
    )


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        ("yes", ("yes", "TRUE", " Ja ", "1", "x", "oui", "Sí", "tak", "✓")),
        ("no", ("no", "False", "nein", "0", "NON", "Não", "nie")),
        ("empty", ("", "  ", "-", "NULL", "n/a", "0000-00-00 00:00:00", "\\N")),
        ("date", ("2024-01-02", "12/31/2024 5:00 PM", "1.2.2024")),
        ("", ("gold", "1.2.3.4", "12", "perhaps")),
    ],
)
def test_a_cell_is_a_yes_a_no_a_date_or_nothing(kind: str, cells: tuple[str, ...]) -> None:
    assert {cell: kind_of(cell) for cell in cells} == dict.fromkeys(cells, kind)


@given(st.text())
def test_no_text_breaks_the_judgement(text: str) -> None:
    assert heading_meaning(text) in (*MEANINGS, "vague", "unclear", "")
    assert word_meaning(text) in (*MEANINGS, "unclear", "")
    assert kind_of(text) in ("yes", "no", "date", "empty", "")
    word = word_of(text)
    assert len(word) <= MOST_WORD_CHARS
    assert word_of(word) == word, "a form sends it back as it was"


def test_a_long_cell_is_looked_at_in_linear_time() -> None:
    began = time.process_time()
    for text in ("0" * 1_000_000, "no " * 300_000, "(" * 1_000_000, "é" * 1_000_000):
        kind_of(text)
        word_meaning(text)
        speaking_words(text)
    assert time.process_time() - began < 30
