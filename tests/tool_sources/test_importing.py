"""Importing a list of tools: each row is accounted for, and running it twice is harmless."""

from sqlmodel import select

from newsletter.database import Database
from newsletter.formats.tools.found import FoundTool, RefusedRow, ToolList
from newsletter.publications.models import Publication
from newsletter.tool_sources import sources
from newsletter.tool_sources.importing import (
    ToolAccount,
    account_of,
    import_source,
    import_tools,
    judge_list,
    preview_import,
)
from newsletter.tool_sources.models import GatheredTool, ToolSource
from newsletter.tools import directory, submissions
from newsletter.tools.cards import Card
from newsletter.tools.models import Tool
from tests.samples.times import NOON

PEN = FoundTool("Pen", "https://pen.example", "$9", "Writes.", ("Writing",), row=2)


def listed(count: int, price: str = "$9") -> ToolList:
    return ToolList(
        tuple(
            FoundTool(f"Tool {n}", f"https://t{n}.example", price, row=n + 2) for n in range(count)
        )
    )


def counts(account: ToolAccount) -> tuple[int, ...]:
    return (account.new, account.same, account.changed, account.double, account.refused)


def test_many_rows_come_in_once_and_a_second_time_change_nothing(
    database: Database, publication: Publication
) -> None:
    heard: list[tuple[int, int]] = []
    first = import_tools(
        database,
        publication.key,
        listed(1200),
        NOON,
        progress=lambda done, of: heard.append((done, of)),
    )
    again = import_tools(database, publication.key, listed(1200), NOON)
    assert (counts(first), first.came_in) == ((1200, 0, 0, 0, 0), 1200)
    assert counts(again) == (0, 1200, 0, 0, 0)
    assert heard[0] == (1000, 1200)
    assert heard[-1] == (1200, 1200)
    assert len(database.read(directory.all_tools, publication.key)) == 1200


def test_the_account_adds_up_and_names_row_and_reason(
    database: Database, publication: Publication
) -> None:
    key = publication.key
    with database.writing() as session:
        directory.add(session, key, Card("Ink", "https://ink.example/", "Free"))
        sent = submissions.submit(
            session,
            key,
            Card("Quill", "https://quill.example", "$1", "Q."),
            contact="q@q.example",
            now=NOON,
        )
        submissions.verify(session, sent.key, NOON)
    found = ToolList(
        (
            PEN,
            FoundTool("Pen 2", "https://pen.example/#x", row=3),
            FoundTool("Ink", "http://www.ink.example", "$5", row=4),
            FoundTool("QUILL", "https://elsewhere.example", row=5),
            FoundTool("Bad", "javascript:x", row=6),
        ),
        (RefusedRow(7, "", "A quotation mark opens."),),
    )
    would = database.read(preview_import, key, found)
    account = import_tools(database, key, found, NOON)
    assert would == account, "a dry run says what the run does"
    assert account.read == sum(counts(account)) == 6
    assert counts(account) == (1, 0, 1, 2, 2)
    assert [(row["row"], row["outcome"]) for row in account.rows] == [
        (3, "double"),
        (4, "changed"),
        (5, "double"),
        (6, "refused"),
        (7, "refused"),
    ]
    assert account.rows[1]["reason"] == "Price: Free is $5 now."
    ink = database.read(directory.find_by_name, key, "Ink")
    assert ink
    assert ink.price == "Free", "what an editor wrote is not changed"


def test_a_dry_run_writes_nothing(database: Database, publication: Publication) -> None:
    account = database.read(preview_import, publication.key, listed(3), rule="ask")
    assert (account.new, account.came_in, account.waiting) == (3, 0, 3)
    with database.reading() as session:
        assert not session.exec(select(ToolSource)).all()


def test_new_tools_wait_where_the_rule_is_to_ask(
    database: Database, publication: Publication
) -> None:
    account = import_tools(database, publication.key, listed(2), NOON, rule="ask")
    assert (account.came_in, account.waiting) == (0, 2)
    with database.reading() as session:
        assert not session.exec(select(Tool)).all()
        assert {row.status for row in session.exec(select(GatheredTool))} == {"waiting"}


def test_a_list_with_other_prices_points_them_out_each_time(
    database: Database, publication: Publication
) -> None:
    import_tools(database, publication.key, listed(3), NOON)
    for _ in range(2):
        account = import_tools(database, publication.key, listed(3, "$12"), NOON)
        assert counts(account) == (0, 0, 3, 0, 0), "until an editor decides"
    assert {tool.price for tool in database.read(directory.all_tools, publication.key)} == {"$9"}


def test_a_publication_has_one_source_of_imported_lists(
    database: Database, publication: Publication
) -> None:
    keys = {
        database.write(import_source, publication.key, rule, NOON) for rule in ("ask", "accept")
    }
    assert len(keys) == 1


def test_an_import_brings_the_source_of_imported_lists_back(
    database: Database, publication: Publication
) -> None:
    import_tools(database, publication.key, listed(1), NOON)
    with database.writing() as session:
        source_id = session.exec(select(ToolSource.id)).one() or 0
        sources.remove(session, publication.key, source_id)
    assert import_tools(database, publication.key, listed(2), NOON).came_in == 1


def test_rows_that_could_not_be_read_stand_in_their_order() -> None:
    rows = judge_list(ToolList((PEN,), (RefusedRow(1, "x", "Broken."),)), allow_private=False)
    assert [row.found.row for row in rows] == [1, 2]
    assert account_of([]).read == 0
