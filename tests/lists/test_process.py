"""The process of one list: it checks or imports, says how far it is, and ends with its input."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from newsletter.database import Database
from newsletter.lists.columns import guess_columns
from newsletter.lists.importing import ImportEvidence, begin_import, read_import
from newsletter.lists.process import carry_out, main
from newsletter.lists.uploads import CheckRequest, ListProgress, Lists
from newsletter.publications.models import Publication
from subscribers.kept.counting import count_by_status
from tests.lists.test_uploads import keep
from tests.samples.times import NOON

LIST = "email\nada@readers.example\nnobody\n"


def test_a_check_is_answered_and_changes_nothing(
    database: Database, publication: Publication, tmp_path: Path
) -> None:
    lists = Lists(tmp_path / "lists")
    mark = keep(lists, tmp_path, LIST)
    carry_out(database, lists, mark, 0, NOON)
    assert lists.check_result(mark) is None, "nobody asked"
    lists.request_check(mark, CheckRequest(publication.key, ("address",)))
    carry_out(database, lists, mark, 0, NOON)
    result = lists.check_result(mark)
    assert result is not None
    assert result.account is not None
    assert (result.account.added, result.account.rejected) == (1, 1)
    assert [row[0] for row in lists.rejections(mark, 9)] == ["3"]
    assert lists.progress(mark) == ListProgress(2, 2, 2), "one is looked up, one rejected"
    assert database.read(count_by_status, publication.key) == {}
    assert lists.has(mark)


def test_an_import_that_is_finished_only_loses_its_list(
    database: Database, publication: Publication, tmp_path: Path
) -> None:
    lists = Lists(tmp_path / "lists")
    columns = guess_columns(["email"])
    for _ in range(2):
        mark = keep(lists, tmp_path, LIST)
        path = lists.path(mark)
        record = database.write(
            begin_import, publication.key, path, columns, evidence=ImportEvidence("ada"), now=NOON
        )
        carry_out(database, lists, mark, record.key, NOON)
        assert not lists.has(mark)
        keep(lists, tmp_path, LIST)
        carry_out(database, lists, mark, record.key, NOON)
        assert not lists.has(mark)
        assert database.read(read_import, record.key).status == "finished"
    assert database.read(count_by_status, publication.key) == {"active": 1}


def test_an_errand_that_cannot_be_done_ends_with_the_reason(
    database: Database, database_url: str, publication: Publication, tmp_path: Path
) -> None:
    lists = Lists(tmp_path / "lists")
    mark = keep(lists, tmp_path)
    errand = {
        "url": database_url,
        "hash_key": "",
        "folder": str(lists.folder),
        "mark": mark,
        "import_id": 7,
        "now": NOON.isoformat(),
    }
    with pytest.raises(SystemExit, match="There is no such import"):
        main(json.dumps(errand))
    command = [sys.executable, "-m", "newsletter.lists.process"]
    done = subprocess.run(
        command, input=json.dumps(errand).encode() + b"\n", capture_output=True, check=False
    )
    assert done.returncode == 1
