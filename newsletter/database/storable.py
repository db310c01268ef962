"""Pure. What both databases can hold. What one of them refuses, the other refuses, too.

PostgreSQL takes no NUL, no number beyond its column, no text longer than its column. SQLite takes
them all, and what it holds could never move to PostgreSQL.
"""

import json
import re

from newsletter.errors import Refused

MOST = 2**31 - 1  # of a column of integers, and so of an id
MOST_BIG = 2**63 - 1
NUL = "\x00"
ENCODER = json.JSONEncoder(allow_nan=False)
# In JSON; before it, escaped backslashes.
ESCAPED_NUL = re.compile(r"(?<!\\)(?:\\\\)*+\\u0000")


class Unstorable(Refused):
    """A text here is too long, a number is too large, or a sign is none that can be kept. Use a
    shorter text, a smaller number, or other signs."""


def is_storable(text: str) -> bool:
    """True if both databases hold these signs."""
    return NUL not in text and _is_encodable(text)


def json_text(value: object) -> str:
    """Return a value as a column of JSON keeps it. Raises Unstorable.

    PostgreSQL would keep an escaped NUL, and then fail whenever it is asked for it.
    """
    try:
        text = ENCODER.encode(value)
    except ValueError as error:
        raise Unstorable from error
    # Escaped surrogates: most are pairs, and mean a sign.
    is_odd = "\\ud" in text and not _is_encodable(json.dumps(value, ensure_ascii=False))
    if is_odd or ("\\u0000" in text and ESCAPED_NUL.search(text)):
        raise Unstorable
    return text


def _is_encodable(text: str) -> bool:
    """True if UTF-8 has the text: half of a surrogate pair it has not."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
