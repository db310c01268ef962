"""The desk's pages on readers in a browser: fit for everybody (axe), empty and full.

Each is looked at wide in the light scheme, and narrow in the dark one.
"""

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page
from sqlmodel import Session

from newsletter.demo import sample
from newsletter.desk import tokens
from newsletter.intake import quarantine
from newsletter.letters.publisher import Publisher
from newsletter.lists.columns import guess_columns
from newsletter.lists.importing import ImportEvidence, begin_import, import_file
from newsletter.lists.uploads import CheckRequest, ListProgress
from newsletter.webhooks import hooks
from newsletter.webhooks.models import Call
from subscribers.audiences import saved
from subscribers.audiences.filters import read_filter
from subscribers.joining import signup
from subscribers.leaving import unsubscribing
from subscribers.models import Leave
from subscribers.suppressing import suppress
from tests.doubles.browser import LOOKS, chromium, hear_breaches, unfit
from tests.journeys.world import World
from tests.samples.times import NOON as NOW
from tests.web.public.test_pages import filled

LONG = (
    "a.very.long.local.part.that.somebody.really.has"
    + "@"
    + "a-long-name-of-a-department.of-a-long-company.example"
)
LIST = f"E-Mail;Name;City\nada@x.example;Ada;Ulm\n{LONG};Eve;\n=cmd()|x;Eve;\n"
BELOW = """
document.querySelector('.ask__body').getBoundingClientRect().top
- document.querySelector('.ask').getBoundingClientRect().bottom
"""
EMPTY = (
    "/desk/readers",
    "/desk/readers/new",
    "/desk/readers/import",
    "/desk/audiences",
    "/desk/quarantine",
    "/desk/api",
    "/desk/leaves",
)


def log_in(page: Page, home: str) -> None:
    page.goto(home + "/desk/login")
    page.fill("#address", sample.EDITOR)
    page.fill("#password", sample.PASSWORD)
    with page.expect_navigation():
        page.click("button:has-text('Log in')")


def fill(service: World, folder: Path) -> None:
    """Something on every page: long addresses, troubles, decisions that wait."""
    now, database, key = service.clock.now(), service.runtime.database, service.publication.key
    publisher = Publisher(service.publication, service.runtime.urls, service.runtime.signer)

    def add(session: Session) -> None:
        for number, address in enumerate(
            (LONG, "bob@bücher.example", "cyd@readers.example", "dan@readers.example")
        ):
            asked = signup.sign_up(
                session,
                key,
                address,
                name="Someone",
                evidence=signup.ConsentEvidence("Send it weekly", network="203.0.113.9"),
                now=now,
            )
            if number < 3:
                signup.confirm(session, asked.subscription_id, network="203.0.113.9", now=now)
            if number == 2:
                unsubscribing.end_subscription(
                    session,
                    asked.subscription_id,
                    by="link",
                    issue_id=service.issue(14).id,
                    after_s=7200,
                    now=now,
                )
                leave = unsubscribing.latest_leave(session, asked.subscription_id) or Leave()
                unsubscribing.set_reason(session, leave.key, "often", "Daily is much")
            if number == 0:
                way = unsubscribing.Way("link", service.issue(14).id, 3, "203.0.113.9")
                unsubscribing.note_doubtful_leave(session, asked.subscription_id, way, now)
        suppress(session, LONG, "bounce", now)
        for address, kind in ((LONG, "sign-up"), ("maker@tools.example", "submission")):
            fields = (
                {"name": "Tidal", "url": "https://tidal.example/" + "long/" * 12}
                if kind == "submission"
                else {"source": "talk"}
            )
            quarantine.keep(
                session,
                publisher,
                quarantine.Arrival(kind, address, fields, "203.0.113.9"),
                ["filled a field that nobody sees"],
                now=now,
            )
        tokens.make_token(session, key, "web shop", may_vouch=True, by=sample.EDITOR, now=now)
        old, _ = tokens.make_token(
            session, key, "an old one", may_vouch=False, by=sample.EDITOR, now=now
        )
        tokens.revoke(session, key, old.key, now)
        hook = hooks.add_webhook(
            session,
            key,
            "https://shop.example/newsletter/" + "hook" * 12,
            ("joined",),
            by=sample.EDITOR,
            now=now,
        )
        hooks.disable(session, hook, "No answer for three days.")
        fields_of_call = {
            "webhook_id": hook.key,
            "change_id": "c" * 32,
            "kind": "joined",
            "subscriber_id": 1,
            "happened_at": now,
        }
        session.add(
            Call(
                **fields_of_call,
                status="expired",
                attempts=9,
                due_at=now,
                code=500,
                reply="HTTP 500",
            )
        )
        saved.save_audience(
            session,
            key,
            "Ulm",
            read_filter({"attributes": "City=Ulm", "domains": "x.example"}),
            by=sample.EDITOR,
            now=now,
        )

    database.write(add)
    done = folder / "spring list.csv"
    done.write_text(LIST, "utf-8")
    import_file(
        database, key, done, now=now, rejected_path=folder / "rejected.csv", by=sample.EDITOR
    )


def states(service: World, page: Page, folder: Path) -> Iterator[str]:
    """Lead the page through each state, and name it."""
    home = service.runtime.settings.public_url
    for path in EMPTY:
        page.goto(home + path)
        yield f"{path}, empty"
    fill(service, folder)
    issue = service.issue(14).id
    paths = (
        "/desk/readers?q=nobody",
        "/desk/readers/1",
        "/desk/readers/1/edit",
        "/desk/quarantine?tab=dropped",
        "/desk/readers/import/done/1",
    )
    figures = f"/desk/issues/{issue}/figures"
    for path in (
        *EMPTY,
        *paths,
        figures,
        "/desk/audiences?edit=1",
        "/desk/audiences?domains=no+domain",
    ):
        page.goto(home + path)
        yield path
        if page.locator("summary.btn").count():
            page.click("summary.btn")
            yield f"{path}, asking"
            assert page.evaluate(BELOW) < 80, "what is asked stands by the button that asks"
    page.goto(home + "/desk/api")
    page.fill("#name", "another program")
    page.press("#name", "Enter")
    page.wait_for_selector("#secret")
    yield "/desk/api with a secret"
    page.goto(home + "/desk/readers/import")
    sheet = folder / "summer list.csv"
    sheet.write_text(LIST + "bea@x.example;Bea;Bonn\n", "utf-8")
    page.set_input_files("#file", sheet)
    page.click("button:has-text('Look at it')")
    page.wait_for_selector("#map-h")
    yield "import, columns"
    lists, mark = service.runtime.lists, page.url.rsplit("/", 1)[1]
    with service.runtime.database.alone("lists"):  # nobody carries it on
        lists.request_check(
            mark, CheckRequest(service.publication.key, ("address", "name", "attribute"))
        )
        for name, far in (
            ("waiting", None),
            ("being read", ListProgress(450_000, 1_000_000)),
            ("being checked", ListProgress(900_000, 900_000, 300_000)),
        ):
            if far:
                lists.set_progress(mark, far)
            page.goto(f"{home}/desk/readers/import/{mark}")
            yield f"import, {name}"
    page.click("button:has-text('Check again')")
    page.wait_for_selector("#sum-h")
    yield "import, checked"
    with service.runtime.database.writing() as session:
        away = begin_import(
            session,
            service.publication.key,
            sheet,
            guess_columns(("E-Mail", "Name", "City")),
            evidence=ImportEvidence(sample.EDITOR),
            name="away.csv",
            now=NOW,
        )
        away.sha256 = "0" * 64
    page.goto(f"{home}/desk/readers/import/done/{away.id}")
    yield "import, cut off"
    page.goto(f"{home}/desk/readers/import/{mark}")
    page.click("button:has-text('Import 1 reader')")
    page.wait_for_selector("#stay-h")
    yield "import, finished"


def test_every_page_of_the_desk_on_readers_is_for_everybody(
    sqlite_url: str, tmp_path: Path
) -> None:
    wrong: list[str] = []
    with filled(sqlite_url) as service, chromium() as browser:
        page = browser.new_page(
            reduced_motion="reduce"
        )  # a colour that is on its way is no colour of ours
        hear_breaches(page, wrong)
        log_in(page, service.runtime.settings.public_url)
        for name in states(service, page, tmp_path):
            for width, scheme in LOOKS:
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=scheme)
                wrong += unfit(page, f"{name} at {width} {scheme}")
                if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
                    wrong.append(f"{name} at {width} scrolls sideways")
    assert not wrong, "\n".join(wrong)
