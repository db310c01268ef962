"""Odd texts, as bytes of UTF-8 or of none: what programs broke on, one kind a line."""

import random

KINDS: tuple[tuple[bytes, ...], ...] = (
    # controls, and signs that turn the direction of what follows
    (b"\x00", b"a\x00b", b"\x1b[2J", b"a\x08b", b"a\x7fb", b"a\xc2\x85b", b"\xe2\x80\xaegpj.exe"),
    (b"\xe2\x81\xa6open", b"\xe2\x80\xa8", b"\xef\xbb\xbfx", b"\xef\xbf\xbe", b"\xe2\x80\x8b"),
    # not UTF-8: a stray byte, a cut sign, an overlong slash, half of a surrogate pair
    (b"\xff", b"\xc3", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80"),
    # numbers beyond 32 and 64 bits, and what else is a number somewhere
    (b"2147483647", b"2147483648", b"-2147483649", b"4294967296", b"9007199254740993"),
    (b"9223372036854775807", b"9223372036854775808", b"-9223372036854775809", b"1" * 40),
    (b"9" * 5000, b"0", b"-1", b"1.5", b"1e400", b"NaN", b"Infinity", b"-0", b"0x10", b"1_000"),
    ("٣".encode(), "²".encode(), b"+1", b" 1 ", b"1 000", b"2147483648.0", b"2_147_483_648"),
    # the ends of the calendar, and days that never were
    (b"0001-01-01", b"9999-12-31", b"0000-00-00", b"10000-01-01", b"2026-02-30", b"-0001-01-01"),
    (b"9999-12-31T23:59", b"0001-01-01T00:00", b"2026-03-29T02:30", b"2026-11-29T25:61"),
    # too long, or nothing
    (b"a" * 300, b"a" * 5000, b"a@" + b"b" * 300 + b".example", b"", b" ", b"\n", b"\r\n\t"),
    # syntax of somebody else
    (b"'", b'"', b"%", b"_", b"\\", b"\\u0000", b"%00", b"%", b"%zz", b"{{7*7}}", b"${x}", b"*"),
    (b"../../etc/passwd", b"//evil.example", b"[", b"http://[", b"http://[::1", b"javascript:1"),
    (
        b"http://a:b@c:99999/",
        b"http://\xe2\x80\xae.example",
        b"mailto:x",
        b"https://" + b"a" * 3000,
    ),
    (b"@", b"a@b", b"a@b@c", b'"a b"@c.example', b"a@[127.0.0.1]", b"a@xn--.example", b"x@.."),
    ("ﬀ@İ.example".encode(), "ⓔ@ｅ.example".encode(), "😀".encode(), "e\u0301".encode() * 80),
    (b"{}", b"[]", b"null", b"true", b'{"a":', b"<x>", b"<!--", b"]]>", b"=1+1", b"a=b=c", b","),
    (b"Europe/Berlin", b"../UTC", b"Tuesday 09:00 Europe/Berlin", b"monthly", b"sent", b"active"),
)
JSON_ONLY = (
    r'"\ud800"', r'"\u0000"', r'"\udc00\ud800"', "1e999", "NaN", "-Infinity", "1" * 400, "2.5",
    "[]", "{}", "null", "true", '{"\\u0000": "\\ud800"}', "[" * 60 + "]" * 60, '"\\u202e"',
)  # fmt: skip


def text(chance: random.Random) -> bytes:
    """Return an odd text."""
    return chance.choice(chance.choice(KINDS))
