"""Logos: a picture that somebody sent, decoded by a child, and kept by what it holds."""

import base64
import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from newsletter.brands.brand import Brand, Logo, LogoFile
from newsletter.brands.colours import read_colour
from newsletter.brands.models import BrandPicture
from newsletter.errors import NotFound, Refused
from newsletter.statements import add_and_flush

MOST_BYTES = 5_000_000
TIMEOUT_S = 20.0
PNG = b"\x89PNG\r\n\x1a\n"
START = 1000  # bytes in which an SVG says what it is


class LogoTooLarge(Refused):
    """A logo may have 5 MB. Save it smaller: 1,000 pixels wide is enough."""


class NoPicture(Refused):
    """This is no picture that can be read. A logo is a PNG, JPEG, GIF or WebP."""


class VectorLogo(Refused):
    """Mail programs show no SVG, and one may hold a program. Save the logo as a PNG, 1,000 pixels
    wide, with a transparent ground if you like.
    """


class TooManyPixels(Refused):
    """This picture has more than 40 million pixels. Save it smaller: 1,000 wide is enough."""


class TooSmall(Refused):
    """A logo needs 16 pixels in each direction, better 150 in height."""


class NothingToSee(Refused):
    """This picture is transparent all over."""


class NoLogoYet(Refused):
    """A logo for dark stands in for one for light: give that first."""


class NoSuchPicture(NotFound):
    """There is no such picture."""


BY_NAME = {kind.__name__: kind for kind in (NoPicture, TooManyPixels, TooSmall, NothingToSee)}


@dataclass(frozen=True, slots=True)
class DecodedLogo:
    """A logo as PNG, its icon, and what is known of it."""

    file: LogoFile
    content: bytes
    icon: bytes

    @property
    def icon_digest(self) -> str:
        """The digest of the icon."""
        return digest_of(self.icon)


def decode_logo(content: bytes) -> DecodedLogo:
    """Decode a picture in a child. Raises Refused with what is wrong with it."""
    if len(content) > MOST_BYTES:
        raise LogoTooLarge
    if _is_vector(content):
        raise VectorLogo
    return _read_answer(_ask_child(content))


def set_logo(
    session: Session,
    brand: Brand,
    logo: DecodedLogo,
    now: datetime,
    *,
    dark: bool = False,
) -> Brand:
    """Keep a logo's pictures, and return the brand with it. Raises NoLogoYet."""
    if dark and brand.logo is None:
        raise NoLogoYet
    keep_picture(
        session,
        logo.content,
        now,
    )
    if dark and brand.logo:
        return replace(brand, logo=replace(brand.logo, dark=logo.file))
    keep_picture(
        session,
        logo.icon,
        now,
    )
    former = brand.logo or Logo(logo.file, "")
    # A first logo is shown: who sends one wants to see it.
    header = brand.header if brand.logo else "logo"
    logo_of_both = replace(
        former,
        light=logo.file,
        icon=logo.icon_digest,
    )
    return replace(
        brand,
        logo=logo_of_both,
        header=header,
    )


def without_logo(brand: Brand) -> Brand:
    """Return the brand without its logo. Pictures stay: letters that went out show them."""
    header = "" if brand.header == "logo" else brand.header
    return replace(
        brand,
        logo=None,
        header=header,
    )


def keep_picture(
    session: Session,
    content: bytes,
    now: datetime,
) -> None:
    """Keep a picture once."""
    if _find(session, digest_of(content)) is None:
        add_and_flush(
            session,
            BrandPicture(
                digest=digest_of(content),
                content=content,
                stored_at=now,
            ),
        )


def read_picture(
    session: Session,
    digest: str,
) -> bytes:
    """Return a picture by its digest. Raises NoSuchPicture."""
    found = _find(session, digest)
    if found is None:
        raise NoSuchPicture
    return found.content


def digest_of(content: bytes) -> str:
    """Return the name under which a picture is kept."""
    return hashlib.sha256(content).hexdigest()


def _find(
    session: Session,
    digest: str,
) -> BrandPicture | None:
    return session.exec(select(BrandPicture).filter_by(digest=digest)).one_or_none()


def _is_vector(content: bytes) -> bool:
    start = content[:START].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<", b"\x1f\x8b")) or b"<svg" in start


def _ask_child(content: bytes) -> Any:
    """Return what a child answers. Raises NoPicture for one that ended without an answer."""
    command = [sys.executable, "-m", "newsletter.brands.logo_child"]
    try:
        ended = subprocess.run(  # noqa: S603 - our own module
            command,
            input=content,
            capture_output=True,
            timeout=TIMEOUT_S,
            check=True,
        )
        return json.loads(ended.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise NoPicture from error


def _read_answer(
    answer: Mapping[str, Any],
) -> DecodedLogo:
    """Return a child's answer, checked: it read what a stranger sent."""
    if "refused" in answer:
        raise BY_NAME.get(str(answer["refused"]), NoPicture)
    try:
        content = base64.b64decode(answer["logo"], validate=True)
        width, height = map(int, answer["size"])
        file = LogoFile(
            digest_of(content),
            width,
            height,
            read_colour(str(answer["tone"])),
            bool(answer["is_transparent"]),
        )
        decoded = DecodedLogo(
            file,
            content,
            base64.b64decode(answer["icon"], validate=True),
        )
    except (LookupError, TypeError, ValueError, Refused) as error:
        raise NoPicture from error
    if not (decoded.content.startswith(PNG) and decoded.icon.startswith(PNG)):
        raise NoPicture
    return decoded
