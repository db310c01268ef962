"""Every public page in a browser: fit for everybody (axe), wide and narrow, light and dark; whole
without scripts; alone with its reader."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Request

from newsletter.archive.importing import keep_past_issue
from newsletter.archive.search import index_batch
from newsletter.formats.pages.article_form import read_article_file
from newsletter.formats.pages.article_rules import judge_article
from newsletter.gathering import own_writing
from tests.archive.test_importing import sample
from tests.doubles.browser import LOOKS, chromium, hear_breaches, unfit
from tests.journeys.test_tuesday_issue import approve, join
from tests.journeys.world import World, world
from tests.samples.articles import FILE

FIRST = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
READER = "ada@readers.example"
PLACES = (
    "/",
    "/archive",
    "/archive?q=tide",
    "/archive?q=nothing-like-it",
    "/archive?page=9",
    "/archive/12",
    "/archive/14",
    "/articles",
    "/articles/harbor-compute-sells-the-tide-by-the-answer",
    "/tools",
    "/tools?tag=Research",
    "/promote",
    "/welcome",
    "/nowhere",
    "/archive/99",
)


@contextmanager
def filled(url: str) -> Iterator[World]:
    """A world with all kinds of public pages: an issue that ada got, a past one, an own article,
    tools."""
    with world(
        url, start=FIRST - timedelta(hours=20), second_deadline=FIRST + timedelta(days=7)
    ) as one:
        key = one.publication.key
        with one.runtime.database.writing() as session:
            for name in ("2024-05-14-tidal.html", "2024-05-21-lamps.md"):
                keep_past_issue(session, key, sample(name), one.clock.now())
            written = judge_article(
                read_article_file(FILE), ZoneInfo("Europe/Berlin"), one.clock.now()
            )
            own_writing.write_article(
                session, one.publication, written, one.runtime.urls, one.clock.now()
            )
        join(one, READER)
        one.tick()
        approve(one, 14)
        one.clock.move_to(FIRST)
        one.tick()
        assert dict(one.ledger(14).messages) == {"accepted": 1}
        one.runtime.database.write(index_batch, key, one.clock.now())
        yield one


def places(one: World) -> list[str]:
    """The pages that anybody finds, a tool's, and all those that the letters lead to, one for each
    kind of link."""
    home = one.runtime.settings.public_url
    tool = re.findall(r'href="(/tools/[^"?]+)"', one.get(home + "/tools"))[0]
    led = re.findall(
        rf'href="{home}(/[^"]*)"', "".join(letter.html for letter in one.letters_to(READER))
    )
    kinds = {re.sub(r"[\w-]{30,}", "TOKEN", path): path.replace("&amp;", "&") for path in led}
    return [
        *PLACES,
        tool,
        *(path for kind, path in kinds.items() if "TOKEN" in kind and not kind.startswith("/c/")),
    ]


def test_a_look_at_a_page_sees_what_is_not_for_everybody() -> None:
    with chromium() as browser:
        page = browser.new_page()
        page.set_content(
            "<html lang=en><title>A page</title><main><h1>A page</h1><img src=/a.png>"
            "<p style='color: #ccc; background: #fff'>Pale words</p></main></html>"
        )
        found = sorted(line.split()[1] for line in unfit(page, "here:"))
        assert found == ["color-contrast", "image-alt"]


def test_every_public_page_is_for_everybody_and_alone_with_its_reader(sqlite_url: str) -> None:
    wrong: list[str] = []
    with filled(sqlite_url) as one, chromium() as browser:
        home = one.runtime.settings.public_url
        found = places(one)
        assert any(path.startswith("/preferences/") for path in found)

        def watch(request: Request) -> None:
            if not request.url.startswith((home, "https://pictures.example")):
                wrong.append(f"asks elsewhere: {request.url}")

        for width, scheme in LOOKS:
            context = browser.new_context(
                viewport={"width": width, "height": 900},
                color_scheme=scheme,
                reduced_motion="reduce",
            )
            page = context.new_page()
            hear_breaches(page, wrong)
            page.on("request", watch)
            for path in found:
                page.goto(home + path)
                wrong += unfit(page, f"{path} at {width} {scheme}")
                if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
                    wrong.append(f"{path} at {width} scrolls sideways")
            assert not context.cookies(), "nothing is left with a reader"
            context.close()
    assert not wrong, "\n".join(wrong)


def test_an_issue_and_an_article_are_printed_black_on_white_with_links_and_nothing_to_press(
    sqlite_url: str,
) -> None:
    with filled(sqlite_url) as one, chromium() as browser:
        home = one.runtime.settings.public_url
        page = browser.new_page(viewport={"width": 794, "height": 1123}, color_scheme="dark")
        page.emulate_media(media="print", color_scheme="dark")
        for path, links in (
            ("/archive/14", ".read h3 > a"),
            ("/articles/harbor-compute-sells-the-tide-by-the-answer", ".read__body a"),
        ):
            page.goto(home + path)
            colours = (
                "[getComputedStyle(document.body).backgroundColor, "
                "getComputedStyle(document.querySelector('h1')).color]"
            )
            assert page.evaluate(colours) == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
            for what in ("nav", "button", ".btn", "form", ".site__foot", ".side"):
                assert not page.locator(f"{what}:visible").count(), what
            href, printed = page.locator(links).first.evaluate(
                "link => [link.getAttribute('href'), getComputedStyle(link, '::after').content]"
            )
            assert href.startswith("https://")
            assert href in printed or "attr(href)" in printed
            assert page.locator(f"text={home}{path}").is_visible(), "where it was read"
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
            assert page.locator(".card:visible").evaluate_all(
                "cards => cards.every(card => getComputedStyle(card).breakInside == 'avoid')"
            )


def test_every_public_page_is_whole_without_scripts(sqlite_url: str) -> None:
    with filled(sqlite_url) as one, chromium() as browser:
        home = one.runtime.settings.public_url
        page = browser.new_context(
            viewport={"width": 390, "height": 900}, java_script_enabled=False
        ).new_page()
        for path in places(one):
            page.goto(home + path)
            assert page.locator("h1").count() == 1, path
            assert page.locator("h1").inner_text().strip(), path
        page.goto(home + "/archive")
        page.fill("input[name=q]", "harbors")
        page.press("input[name=q]", "Enter")
        page.click("text=Issue 12: The tide comes in")
        assert page.inner_text("h1") == "Issue 12: The tide comes in"
        page.click("a[rel=next] >> text=Lamps that listen")
        assert page.inner_text("h1") == "Lamps that listen"
        page.click("text=Archive")
        assert page.locator("h1").inner_text() == "Archive"
