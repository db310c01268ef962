"""The candidates at the desk: stories with their reasons, chosen by an editor without scripts."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from newsletter.fetching.limits import Limits
from newsletter.issues.proposing import propose
from newsletter.issues.reading import read_blocks, read_issue
from newsletter.web.application import application
from tests.doubles.web import always, serving
from tests.issues.stage import WORDS, gathered
from tests.samples.page_files import sample
from tests.samples.times import NOON
from tests.web.asking import Site, site


@pytest.fixture
def desk(database_url: str) -> Iterator[Site]:
    with site(database_url, NOON) as opened:
        yield opened


def proposed(desk: Site) -> str:
    with desk.runtime.database.writing() as session:
        gathered(session, desk.publication, "news", [f"The {word} story" for word in WORDS])
        gathered(
            session, desk.publication, "wire", ["Wire: the glacier story", "Weekly merge report"]
        )
        issue = propose(session, desk.key, period="p1", due_at=NOON + timedelta(hours=9), now=NOON)
    return f"/desk/issues/{issue.id}"


def in_it(desk: Site, path: str) -> dict[str, int]:
    with desk.runtime.database.reading() as session:
        found = read_blocks(session, int(path.rsplit("/", 1)[1]))
        return {block.title: block.article_id or 0 for block in found if block.is_story}


def version(desk: Site, path: str) -> str:
    with desk.runtime.database.reading() as session:
        return str(read_issue(session, int(path.rsplit("/", 1)[1])).version)


def row_of(page: str, title: str) -> str:
    return next(row for row in re.split(r"<li id=\"a", page) if f">{title}</a>" in row)


def test_it_says_what_was_considered_its_score_and_why_it_is_in_or_not(desk: Site) -> None:
    path = proposed(desk)
    page = desk.get(f"{path}/candidates").text
    assert (
        f"{len(WORDS) + 1} stories were considered" in page
        or f"{len(WORDS) + 2} stories were considered" in page
    )
    assert "Filler: sums up what was told before." in row_of(page, "Weekly merge report")
    assert "story of News" in page
    assert "from a source of the usual weight" in row_of(page, "The harbor story")
    assert f'href="{path}/candidates"' in desk.get(path).text


def test_a_story_is_taken_out_brought_back_made_the_lead_and_kept(desk: Site) -> None:
    path = proposed(desk)
    title, article = next(iter(in_it(desk, path).items()))
    assert desk.post(f"{path}/candidates/{article}/drop", version=version(desk, path)).status == 303
    assert title not in in_it(desk, path)
    gone = row_of(desk.get(f"{path}/candidates").text, title)
    assert "Taken out by mara@inference.example." in gone
    assert "Bring back" in gone
    desk.post(f"{path}/candidates/{article}/add", version=version(desk, path))
    desk.post(f"{path}/candidates/{article}/lead", version=version(desk, path))
    assert next(iter(in_it(desk, path))) == title
    last, other = list(in_it(desk, path).items())[-1]
    desk.post(f"{path}/candidates/{other}/keep", version=version(desk, path))
    assert "Kept by mara@inference.example." in row_of(desk.get(f"{path}/candidates").text, last)


def test_looking_again_says_whether_anything_changed(desk: Site) -> None:
    path = proposed(desk)
    assert desk.post(f"{path}/candidates/refresh").headers["location"].endswith("done=same")
    with desk.runtime.database.writing() as session:
        gathered(
            session, desk.publication, "wire", ["Court bans scoring by voice in landmark ruling"]
        )
    assert desk.post(f"{path}/candidates/refresh").headers["location"].endswith("done=changed")
    assert next(iter(in_it(desk, path))) == "Court bans scoring by voice in landmark ruling"


def test_a_stale_form_is_refused_and_nothing_is_lost(desk: Site) -> None:
    path = proposed(desk)
    first, second, *_ = in_it(desk, path).values()
    desk.post(f"{path}/candidates/{first}/keep", version="1")
    assert desk.post(f"{path}/candidates/{second}/drop", version="1").status == 409
    assert second in in_it(desk, path).values()


def test_words_are_changed_and_a_proposed_subject_picked(desk: Site) -> None:
    path = proposed(desk)
    with desk.runtime.database.reading() as session:
        key = int(path.rsplit("/", 1)[1])
        block, options = read_blocks(session, key)[1], read_issue(session, key).subjects
    assert f'Use<span class="sr">: {options[1]}' in desk.get(path).text
    desk.post(
        f"{path}/blocks/{block.id}/words", version="1", title="In our own words", text="A text."
    )
    assert "In our own words" in in_it(desk, path)
    desk.post(f"{path}/subject", version=version(desk, path), subject=options[1], preheader="")
    assert f"<h1>{options[1]}</h1>" in desk.get(path).text


def test_it_is_for_editors_only_and_a_closed_issue_has_no_buttons(desk: Site) -> None:
    path = proposed(desk)
    desk.post(f"{path}/hold")
    assert "Make lead" in desk.get(f"{path}/candidates").text
    desk.log_out()
    assert desk.get(f"{path}/candidates").status == 303


def pasting(desk: Site) -> Site:
    """The same desk, whose sites are on this machine."""
    desk.runtime = replace(desk.runtime, limits=Limits(allow_private=True, gap_s=0))
    desk.app = application(desk.runtime)
    return desk


def test_a_link_is_added_by_hand_and_is_a_candidate_of_this_issue(desk: Site) -> None:
    path = proposed(pasting(desk))
    page = sample("article").replace(
        b"https://tidetable.example/2026/05/harbour-servers", b"/harbour"
    )
    with serving({"/harbour": always(200, page, content_type="text/html")}) as web:
        typed = f"{web.url}/harbour"
        added = desk.post(f"{path}/candidates/link", url=typed)
    shown = desk.get(added.headers["location"].partition("#")[0]).text
    assert "The link is among the candidates." in shown
    row_of(shown, "Harbour town lets the tides cool its servers")
    later = desk.post(f"{path}/candidates/link", url=typed, title="It is known already")
    assert later.status == 303


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "file:///etc/passwd", "http://..", 'http://x"><b>/']
)
def test_what_is_no_address_is_refused_beside_its_field(desk: Site, url: str) -> None:
    path = proposed(desk)
    answer = desk.post(f"{path}/candidates/link", url=url, title="My <b>own</b> title")
    assert answer.status == 422
    assert 'id="url-error"' in answer.text
    assert 'value="My &lt;b&gt;own&lt;/b&gt; title"' in answer.text


def test_a_site_that_does_not_answer_leaves_what_was_typed_and_a_title_is_enough(
    desk: Site,
) -> None:
    path = proposed(pasting(desk))
    typed = "http://127.0.0.1:9/x"
    answer = desk.post(f"{path}/candidates/link", url=typed)
    assert answer.status >= 400
    assert f'value="{typed}"' in answer.text
    kept = desk.post(f"{path}/candidates/link", url=typed, title="A story of our own finding")
    assert kept.status == 303
    desk.clock.move_to(NOON + timedelta(minutes=1))  # a clock that stands still has no "before now"
    desk.post(f"{path}/candidates/refresh")
    assert "A story of our own finding" in desk.get(f"{path}/candidates").text
    assert desk.post("/desk/issues/99/candidates/link", url=typed).status == 404
