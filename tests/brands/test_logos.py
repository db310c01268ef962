"""Logos: whatever picture is sent, what is kept is a small PNG of ours, or nothing."""

import gzip
import io
import zlib
from dataclasses import replace

import pytest
from PIL import Image
from sqlmodel import Session

from newsletter.brands import logos
from newsletter.brands.brand import Brand
from newsletter.brands.colours import contrast
from newsletter.brands.logos import decode_logo, keep_picture, read_picture, set_logo, without_logo
from newsletter.errors import Refused
from tests.samples.times import NOON


def picture(
    size: tuple[int, int] = (400, 120),
    kind: str = "PNG",
    mode: str = "RGBA",
    colour: object = (20, 20, 20, 255),
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind)  # type: ignore[arg-type]
    return out.getvalue()


def ring() -> bytes:
    """A dark mark, a gap and a word, on a transparent ground with wide edges."""
    image = Image.new("RGBA", (900, 400), (0, 0, 0, 0))
    image.paste((16, 24, 32, 255), (100, 100, 220, 220))
    image.paste((16, 24, 32, 255), (300, 120, 800, 200))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of a few hundred bytes that says it has 900 million pixels."""
    small = picture((30, 30))
    head = small[:16] + (30_000).to_bytes(4) * 2 + small[24:29]
    return head + zlib.crc32(head[12:29]).to_bytes(4) + small[33:]


def shown(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize(
    ("kind", "mode", "colour"),
    [
        ("PNG", "RGBA", (20, 20, 20, 255)),
        ("PNG", "P", 0),
        ("PNG", "L", 20),
        ("JPEG", "RGB", (20, 20, 20)),
        ("JPEG", "CMYK", (0, 255, 255, 0)),
        ("GIF", "P", 0),
        ("WEBP", "RGB", (20, 20, 20)),
    ],
)
def test_each_usual_format_becomes_a_png_of_twice_the_size_that_is_shown(
    kind: str, mode: str, colour: object
) -> None:
    logo = decode_logo(picture((4000, 1200), kind, mode, colour))
    assert (logo.file.width, logo.file.height) == (240, 72)
    assert shown(logo.content).size == (480, 144)
    assert shown(logo.content).mode == "RGBA"
    assert shown(logo.icon).size == (180, 180)
    assert not logo.file.is_transparent


def test_printers_red_is_red_on_a_screen() -> None:
    logo = decode_logo(picture(kind="JPEG", mode="CMYK", colour=(0, 255, 255, 0)))
    red, green, blue = bytes.fromhex(logo.file.tone[1:])
    assert red > 200
    assert max(green, blue) < 60


def test_edges_are_cut_off_the_mark_becomes_the_icon_and_transparency_is_noticed() -> None:
    logo = decode_logo(ring())
    assert logo.file.width / logo.file.height == pytest.approx(700 / 120, abs=0.1)
    assert logo.file.is_transparent
    assert contrast(logo.file.tone, "#101820") < 1.05
    icon = shown(logo.icon)
    assert icon.getpixel((90, 90)) == (16, 24, 32, 255)
    assert icon.getbbox() == (0, 0, 180, 180), "the square mark alone fills it"


def test_a_small_logo_is_not_made_larger() -> None:
    logo = decode_logo(picture((60, 20)))
    assert shown(logo.content).size == (60, 20)
    assert (logo.file.width, logo.file.height) == (60, 20)


def test_what_a_camera_wrote_into_the_file_is_gone() -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    Image.new("RGB", (400, 100), "navy").save(out, "JPEG", exif=exif, comment=b"secret words")
    kept = decode_logo(out.getvalue()).content
    assert b"taken at home" not in kept
    assert b"secret words" not in kept


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"\0" * (logos.MOST_BYTES + 1), logos.LogoTooLarge),
        (b"", logos.NoPicture),
        (b"GIF89a", logos.NoPicture),
        (picture()[:80], logos.NoPicture),
        (b"%PDF-1.7 a file of a printer", logos.NoPicture),
        (picture(kind="TIFF"), logos.NoPicture),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', None),
        (b'\xef\xbb\xbf\n<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]><svg/>', None),
        # Without a time: each process of a test run must find the same tests.
        (gzip.compress(b"<svg/>", mtime=0), logos.VectorLogo),
        (bomb(), logos.TooManyPixels),
        (picture((15, 400)), logos.TooSmall),
        (picture(colour=(0, 0, 0, 0)), logos.NothingToSee),
    ],
)
def test_what_is_no_logo_is_refused_with_words_that_help(
    content: bytes, error: type[Refused] | None
) -> None:
    with pytest.raises(error or logos.VectorLogo):
        decode_logo(content)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"refused": "SystemExit"},
        {"logo": "AA==", "icon": "AA==", "size": [1, 2], "tone": "#111111", "is_transparent": 1},
        {"logo": "no base64", "icon": "", "size": [1, 2], "tone": "#111111", "is_transparent": 1},
        {"logo": "", "icon": "", "size": "x", "tone": "red", "is_transparent": 1},
    ],
)
def test_an_answer_that_cannot_be_is_no_picture(answer: dict[str, object]) -> None:
    with pytest.raises(logos.NoPicture):
        logos._read_answer(answer)


def test_a_picture_is_kept_once_and_stays_when_its_logo_goes(session: Session) -> None:
    logo = decode_logo(ring())
    brand = set_logo(session, Brand(), logo, NOON)
    keep_picture(session, logo.content, NOON)
    assert brand.header == "logo", "a first logo is shown"
    assert brand.logo
    assert read_picture(session, brand.logo.light.digest) == logo.content
    assert read_picture(session, brand.logo.icon) == logo.icon
    gone = without_logo(brand)
    assert (gone.logo, gone.header) == (None, "")
    assert read_picture(session, brand.logo.light.digest) == logo.content
    with pytest.raises(logos.NoSuchPicture):
        read_picture(session, "0" * 64)


def test_a_logo_for_dark_comes_second_and_changes_nothing_else(session: Session) -> None:
    with pytest.raises(logos.NoLogoYet):
        set_logo(session, Brand(), decode_logo(ring()), NOON, dark=True)
    brand = set_logo(session, Brand(header="plain"), decode_logo(ring()), NOON)
    brand = replace(brand, header="band")
    both = set_logo(session, brand, decode_logo(picture()), NOON, dark=True)
    assert both.logo
    assert brand.logo
    assert both.logo.dark
    assert (both.header, both.logo.light, both.logo.icon) == (
        "band",
        brand.logo.light,
        brand.logo.icon,
    )
