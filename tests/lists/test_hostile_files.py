"""A hostile file: whatever its bytes are, it loses nobody and runs nothing."""

import csv
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from newsletter.database import Database
from newsletter.publications.models import Publication
from subscribers.addresses import normalise
from subscribers.models import Subscriber, Suppression
from tests.lists.bringing import bring

BITS = st.sampled_from(
    [
        "ada@x.example",
        "Bo@X.example",
        "=cmd()@x.example",
        "not one",
        "",
        " ",
        '"',
        '""',
        "\x00",
        "=1+1",
        "@SUM(A1)",
        "x" * 140_000,
        "é",
        "\ud800",
    ]
) | st.text(max_size=8)
LINES = st.lists(st.lists(BITS, min_size=1, max_size=4).map(",".join), max_size=25)


@settings(
    max_examples=60,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(
    LINES,
    st.sampled_from(["utf-8", "cp1252", "utf-16"]),
    st.lists(st.binary(max_size=6), max_size=3),
)
def test_a_hostile_file_loses_nobody_and_runs_nothing(
    database: Database,
    publication: Publication,
    tmp_path: Path,
    lines: list[str],
    encoding: str,
    bits: list[bytes],
) -> None:
    raw = "\n".join(["email,name", *lines, "good@x.example,Good"]).encode(encoding, "replace")
    raw += b"\n".join([b"", *bits]) if encoding != "utf-16" else b""
    rejected = tmp_path / "rejected.csv"
    rejected.unlink(missing_ok=True)
    done = bring(database, publication, tmp_path, raw)
    listed = list(csv.reader(rejected.open(newline="", encoding="utf-8"))) if done.rejected else []
    assert len(listed) == (done.rejected + 1 if done.rejected else 0)
    assert not [
        cell for row in listed for cell in row[1:] if cell.startswith(("=", "+", "-", "@", "\t"))
    ]
    with database.reading() as session:
        addresses = set(session.exec(select(Subscriber.address)))
        assert not session.exec(select(Suppression)).all()
    assert all(normalise(address) == address for address in addresses)
