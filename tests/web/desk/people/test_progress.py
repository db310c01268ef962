"""How far an import is at the desk, and what becomes of one that was cut off."""

from pathlib import Path

from newsletter.lists.columns import guess_columns
from newsletter.lists.importing import ImportEvidence, begin_import
from newsletter.lists.tables.shapes import open_sheet
from tests.web.asking import Site
from tests.web.desk.people.stage import LIST, settle


def test_an_import_that_was_cut_off_goes_on_by_itself_or_says_what_it_lacks(
    desk: Site, tmp_path: Path
) -> None:
    at = desk.send_file("/desk/readers/import", "x.csv", LIST.encode()).headers["location"]
    kept = desk.runtime.lists.path(at.rsplit("/", 1)[1])
    with desk.runtime.database.writing() as session:  # and here the process died
        record = begin_import(
            session,
            desk.key,
            kept,
            guess_columns(open_sheet(kept).header),
            evidence=ImportEvidence("mara"),
            now=desk.clock.now(),
        )
    page = f"/desk/readers/import/done/{record.id}"
    assert "It begins in a moment" in desk.get(page).text
    assert desk.get(f"{page}/progress").headers.get("hx-refresh") is None
    away = kept.rename(tmp_path / "away.csv")
    assert "its file is not here" in desk.get(page).text
    with desk.runtime.database.alone(f"import-{record.id}"):
        assert "its file is not here" not in desk.get(page).text, "somebody is at it"
    away.rename(kept)
    following = desk.runtime.list_thread()  # of the next process
    following.wake()
    assert following.wait_until_done(60)
    following.close()
    assert "3 rows = 2 + 0 + 0 + 0 + 0 + 1" in desk.get(page).text
    assert desk.get(f"{page}/progress").headers["hx-refresh"] == "true"


def test_people_of_a_finished_import_are_asked_to_stay_within_three_to_ninety_days(
    desk: Site,
) -> None:
    at = desk.send_file("/desk/readers/import", "x.csv", LIST.encode()).headers["location"]
    for step in ("check", "start"):
        desk.post(f"{at}/{step}", target=["address", "name", "out"])
        settle(desk)
    page = "/desk/readers/import/done/1"
    for days in ("2", "91"):
        refused = desk.post(f"{page}/reconfirm", days=days)
        assert refused.status == 403
        assert "between 3 and 90 days" in refused.text
    assert desk.post(f"{page}/reconfirm").status == 303, "14 days unless said otherwise"
    assert "2</b> were asked" in desk.get(page).text
    assert desk.post("/desk/readers/import/done/9/reconfirm").status == 404
