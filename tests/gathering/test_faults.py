"""What goes wrong with a source over real HTTP: each fault has its outcome, and stops no other."""

import pytest

from bench.faults import Row, Table, run
from newsletter.database import Database
from newsletter.publications.models import Publication

NO_FEED = (
    "That address gives no RSS, Atom or JSON feed. Look for the site's feed address and add that."
)
OVER = "its answer is over 5,000,000 bytes"
EXPECTED = {  # fault: outcome, articles stored, what the editor reads
    "204": ("failed", 0, "HTTP 204: not an answer to read"),
    "304": ("failed", 0, "HTTP 304: says that nothing changed, and was not asked that"),
    "404": ("failed", 0, "HTTP 404: there is nothing at this address"),
    "410": ("retired", 0, "HTTP 410: it is gone for good"),
    "429": ("failed", 0, "HTTP 429: asks to be left alone for now"),
    "429-date": ("failed", 0, "HTTP 429: asks to be left alone for now"),
    "429-year": ("failed", 0, "HTTP 429: asks to be left alone for now"),
    "500": ("failed", 0, "HTTP 500: the host is broken for now"),
    "503": ("failed", 0, "HTTP 503: the host is broken for now"),
    "503-retry": ("failed", 0, "HTTP 503: asks to be left alone for now"),
    "bad-gzip": ("failed", 0, "its answer cannot be unpacked: "),
    "beside-slow": ("read", 2, ""),
    "bomb": ("failed", 0, OVER),
    "broken-off": ("failed", 0, "its answer is broken off or not HTTP: "),
    "brotli": ("failed", 0, "its answer is packed as br, which we did not ask for"),
    "charset": ("read", 2, ""),
    "empty": ("failed", 0, "its answer is empty"),
    "endless": ("failed", 0, OVER),
    "headers": ("failed", 0, "its answer is broken off or not HTTP: "),
    "html": ("failed", 0, NO_FEED),
    "large": ("failed", 0, OVER),
    "loop": ("failed", 0, "more than 5 redirects"),
    "mixed": ("failed", 0, "no connection: mixed.test is not a public address"),
    "no-such-host.example": ("failed", 0, "no connection: no such host: no-such-host.example"),
    "not-http": ("failed", 0, "its answer is broken off or not HTTP: "),
    "rebinding": ("read", 2, ""),
    "refused": ("failed", 0, "no connection: "),
    "silent": ("failed", 0, "nothing came for 1 seconds"),
    "slow": ("failed", 0, "no whole answer within 2 seconds"),
    "small-bomb": ("failed", 0, "its answer unpacks to over 100 times its size"),
    "tls": ("failed", 0, "no connection: [SSL: "),
    "to-file": ("failed", 0, "file:///etc/passwd is not a plain http address"),
    "to-private": ("failed", 0, "no connection: 10.0.0.7 is not a public address"),
    "truncated": ("read", 2, ""),
    "twice-packed": ("failed", 0, "its answer is packed as gzip, gzip, which we did not ask for"),
}
AGAIN_H = {
    "410": None,
    "429": 1.0,
    "429-date": 2.0,
    "429-year": 24.0,
    "503-retry": 1.5,
    "beside-slow": 0.5,
    "charset": 0.5,
    "rebinding": 0.5,
    "truncated": 0.5,
}


@pytest.fixture
def table(database: Database, publication: Publication) -> Table:
    return run(database, publication.key)


def test_each_fault_has_its_outcome_and_its_time_to_be_fetched_again(table: Table) -> None:
    rows = {row.fault: row for row in table.rows}
    assert set(rows) == set(EXPECTED)
    for fault, (outcome, articles, error) in EXPECTED.items():
        row = rows[fault]
        assert (row.outcome, row.articles) == (outcome, articles), row
        assert row.error == error or (
            error.endswith((": ", "SSL: ")) and row.error.startswith(error)
        ), row
        _check_again(row)
    assert table.peak_mb < 40, "a bomb and a body of 200 MB are never held"
    assert max(table.sent["large.test/feed"], table.sent["endless.test/feed"]) < 20_000_000, (
        "we hang up on a body that is too long"
    )


def _check_again(row: Row) -> None:
    if row.fault in AGAIN_H:
        assert row.again_h == AGAIN_H[row.fault], row
    else:
        assert row.again_h is not None
        assert 0.4 < row.again_h < 0.6, row
