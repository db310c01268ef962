"""Images: the size comes from the first bytes, and no bytes are worse than "no image"."""

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats.pages.images import Picture, is_enough, measure, read_picture
from tests.samples.images import made


def claims(width: int, height: int) -> bytes:
    """Return a PNG that claims a size and has no pixel."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF"])
def test_the_first_kilobytes_tell_the_size(kind: str) -> None:
    whole = made(kind)
    assert len(whole) > 8192
    assert measure(whole[:8192]) == (640, 360)
    assert is_enough(bytearray(whole[:8192]))


@pytest.mark.parametrize(
    "start", [claims(1, 1), claims(60_000, 60_000), claims(640, 20), b"<svg width='640'/>", b""]
)
def test_what_is_tiny_huge_or_no_image_of_mail_is_none(start: bytes) -> None:
    assert read_picture("https://news.example/a", start) is None


def test_an_image_that_is_large_enough_is_kept_with_its_size() -> None:
    assert read_picture("https://news.example/a", made("JPEG")) == Picture(
        "https://news.example/a", 640, 360
    )


def test_a_webp_image_is_measured_when_it_is_whole() -> None:
    assert measure(made("WEBP")) == (640, 360)


@pytest.mark.parametrize("kind", ["WEBP", "AVIF"])
def test_what_mail_programs_do_not_show_is_no_picture_and_is_not_loaded(kind: str) -> None:
    """Outlook for Windows shows no WebP, and few programs show AVIF."""
    whole = made(kind)
    assert read_picture("https://news.example/a", whole) is None
    assert is_enough(bytearray(whole[:16]))


def test_emoji_and_avatars_are_too_small() -> None:
    for side in (72, 96):
        assert read_picture("https://news.example/a", claims(side, side)) is None


def test_bytes_without_end_that_are_no_image_are_given_up() -> None:
    assert is_enough(bytearray(2_000_000))


@given(st.sampled_from(["JPEG", "PNG", "GIF", "WEBP"]), st.integers(0, 400), st.binary(max_size=40))
def test_no_bytes_break_it(kind: str, at: int, noise: bytes) -> None:
    whole = SAMPLES[kind]
    measure(whole[:at] + noise + whole[at + len(noise) :])
    measure(whole[:at])


SAMPLES = {kind: made(kind, 80, 60) for kind in ("JPEG", "PNG", "GIF", "WEBP")}
