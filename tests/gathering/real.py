"""The real feeds that lie beside the repository; tests are skipped where they are not there."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("NEWSLETTER_SHARED", str(Path(__file__).parents[2].parent / "shared")))


def real_feeds() -> Sequence[bytes]:
    """Their bytes; skips the test, saying so, if there are none."""
    files = sorted((SHARED / "feeds").glob("*.xml"))
    if not files:
        pytest.skip(f"no real feeds at {SHARED}: set NEWSLETTER_SHARED")
    return [file.read_bytes() for file in files]
