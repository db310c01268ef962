"""Forms: sums, versions and names are seen by the way in which they are written."""

import pytest

from newsletter.choosing.news import forms
from newsletter.choosing.news.forms import forms_of

KNOWN = ("orrery*", "gpt")


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Ferry firm raises €3m", {forms.SUM}),
        ("Ferry firm raises $120 million", {forms.SUM, forms.LARGE_SUM}),
        ("Ferry firm raises $1.2bn", {forms.SUM, forms.LARGE_SUM, forms.VERY_LARGE_SUM}),
        ("Harbour bell of $1.2.3 million is back", set()),
        ("Boatyard 1.37 Release", {forms.PRODUCT}),
        ("v0.21.0", {forms.PRODUCT}),
        ("boatyard-core==1.2.7", {forms.PRODUCT}),
        ("b6512", {forms.PRODUCT}),
        ("Part 2", set()),
        ("Part 2: release", set()),
        ("Story 3", set()),
        ("Orrery 4", {forms.KNOWN_PRODUCT}),
        ("Introducing GPT-6", {forms.KNOWN_PRODUCT}),
        ("Orrery 2.0.14", {forms.PRODUCT}),
        ("Orrery 4 Mini", {forms.KNOWN_PRODUCT}),
        ("Orrery 4: a planner for everybody", {forms.KNOWN_PRODUCT}),
        ("Orrery4-Coder: it writes charts", {forms.KNOWN_PRODUCT}),
        ("Orrery: charts of 2027", set()),
        ("Orrery 4 sinks a boat", set()),
        ("Introducing HarborBench", {forms.BENCHMARK}),
        ("Orrery x Aria Lund", {forms.CROSSED}),
        ("Boatyard in 2027: what we built", {forms.YEAR}),
        ("Elections in 2027", {forms.YEAR}),
        ("An evening by the harbour", set()),
    ],
)
def test_a_form_is_seen(title: str, found: set[str]) -> None:
    assert forms_of(title, KNOWN) == found
