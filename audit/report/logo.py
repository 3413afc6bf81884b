"""A logo that came from outside, looked at before it is kept: what it is, how large, and whether it can be drawn."""

from __future__ import annotations

import re
import struct
import zlib

from audit.errors import ReportError
from audit.language.numbers import numbers
from audit.report.brand import LOGO_BYTES, is_svg
from audit.report.pdf import typeset
from audit.stored import PictureKind

PIXELS = 4_000
"""Most that a logo is wide and high; on paper it takes some centimetres."""

PROFILE_BYTES = 4_000_000
"""What the colour profile of a PNG may unpack to: it is packed, and would fill the memory of whatever draws it."""

_PNG = b"\x89PNG\r\n\x1a\n"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG's frame header (ITU-T T.81, table B.1), which says how large it is."""
_BARE = frozenset((0x01, *range(0xD0, 0xD9)))
"""Markers that stand alone, without a length."""


def checked_logo(data: bytes) -> PictureKind:
    """What kind of picture a logo is; its size is read before anything is drawn, then Typst draws it, in a process of its own.

    Raises:
        ReportError: it is too large, is neither PNG nor JPEG, or is broken.
    """
    if not data:
        raise ReportError("The logo is empty; choose another file.")
    if len(data) > LOGO_BYTES:
        raise ReportError(f"The logo is larger than {numbers().size(LOGO_BYTES)}; make it smaller.")
    kind = _kind(data)
    size = _png_size(data) if kind == "png" else _jpeg_size(data)
    if size is None or 0 in size:
        raise ReportError("The logo is broken: it does not say how large it is; save it again as PNG or JPEG.")
    if max(size) > PIXELS:
        raise ReportError(
            f"The logo is {size[0]} × {size[1]} pixels, at most {PIXELS} × {PIXELS} are kept; make it smaller."
        )
    if kind == "png" and not _profile_is_small(data):
        raise ReportError(
            f"The colour profile of the logo is broken or larger than {numbers().size(PROFILE_BYTES)}; save the picture again "
            "without one."
        )
    try:
        typeset("logo.typ", {"logo": list(data), "kind": kind}, {"format": "png", "ppi": 36.0})
    except ReportError:
        raise ReportError("The logo is broken and cannot be drawn; save it again as PNG or JPEG.") from None
    return kind


def _kind(data: bytes) -> PictureKind:
    if data.startswith(_PNG):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if is_svg(data) or re.search(rb"<svg[\s>]", data[:4096]):
        raise ReportError("The logo is an SVG, which may hold more than a picture; save it as PNG or JPEG.")
    raise ReportError("The logo is no PNG or JPEG picture; save it as one of them.")


def _png_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG; they stand in its first chunk."""
    if len(data) < 24 or data[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _profile_is_small(data: bytes) -> bool:
    """Whether the colour profiles of a PNG (chunks `iCCP`), where there are any, unpack, and to no more than they may."""
    at = len(_PNG)
    while at + 8 <= len(data):
        (length,), name = struct.unpack(">I", data[at : at + 4]), data[at + 4 : at + 8]
        if name == b"iCCP":
            _, _, packed = data[at + 8 : at + 8 + length].partition(b"\0")  # its name, then which way it is packed
            unpacking = zlib.decompressobj()
            try:
                unpacking.decompress(packed[1:], PROFILE_BYTES)
            except zlib.error:
                return False
            if not unpacking.eof:
                return False
        at += 12 + length
    return True


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a JPEG; they stand in its first frame header."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # filled up
            at += 1
        elif marker in _BARE:
            at += 2
        elif marker in _FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return None
