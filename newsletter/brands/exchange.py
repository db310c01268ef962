"""Themes as one file: a zip that another installation takes in, checked before it is unpacked."""

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping

from newsletter.brands.theme import BLOCKS, FILE, BadTheme
from newsletter.brands.themes import MOST_BLOCK_BYTES, block_file

MOST_ZIP_BYTES = 500_000
NAMES = (FILE, *map(block_file, BLOCKS))
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment of a zip: the same files are the same bytes


def pack_theme(
    files: Mapping[str, str],
) -> bytes:
    """Return the files of a theme as a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(
        out,
        "w",
        zipfile.ZIP_DEFLATED,
    ) as packed:
        for name, text in files.items():
            packed.writestr(zipfile.ZipInfo(name, EPOCH), text.encode())
    return out.getvalue()


def unpack_theme(content: bytes) -> dict[str, str]:
    """Return the files of a zip. Raises BadTheme for one that holds anything but a theme.

    Nothing is written: names outside a folder, links and bombs do no harm.
    """
    if len(content) > MOST_ZIP_BYTES:
        raise BadTheme(f"The file has over {MOST_ZIP_BYTES:,} bytes: it is no theme.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return dict(_files(packed))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, zlib.error) as error:
        raise BadTheme("The file is no zip, or it is broken.") from error
    except (NotImplementedError, RuntimeError, ValueError) as error:
        # A method that is not known here, a password, or a place outside the file.
        raise BadTheme("The zip is locked, or packed in an unusual way.") from error


def _files(packed: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    entries = [entry for entry in packed.infolist() if not entry.is_dir()]
    names = [entry.filename for entry in entries]
    for name in names:
        if name not in NAMES or names.count(name) > 1:
            raise BadTheme(f"“{name[:80]}” is no file of a theme. They are: {', '.join(NAMES)}.")
    for entry in entries:
        yield entry.filename, _text(packed, entry)


def _text(
    packed: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
) -> str:
    """Return one file; what its head says of its size is not believed."""
    with packed.open(entry) as opened:
        content = opened.read(MOST_BLOCK_BYTES + 1)
    if len(content) > MOST_BLOCK_BYTES:
        raise BadTheme(f"“{entry.filename}” has over {MOST_BLOCK_BYTES:,} bytes.")
    try:
        return content.decode()
    except UnicodeError as error:
        raise BadTheme(f"“{entry.filename}” is not UTF-8.") from error
