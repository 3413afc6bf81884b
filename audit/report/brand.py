"""Whose report it is: organisation, logo and accent colour, from arguments or settings, checked before use."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from audit.errors import ReportError
from audit.language.numbers import numbers
from audit.language.palette import contrast
from audit.language.printable import printable
from audit.report.blocks import Brand
from audit.store import Store
from audit.stored import KeptBrand
from models.places import setting
from models.typed_paths import read_at_most, typed_path

ACCENT = "#1f4e79"
LOGO_BYTES = 1_000_000
ORGANISATION = 200
"""Characters of its name that are printed."""
_SPACE, _SVG = re.compile(rb"(?:\xef\xbb\xbf)?\s*"), re.compile(rb"<svg[\s>]")
CONTRAST = 4.5
"""Least contrast of white letters on the accent (WCAG 2.1, AA)."""


def make_brand(
    organisation: str | None = None,
    logo: str | Path | None = None,
    accent: str | None = None,
    *,
    store: Store | None = None,
) -> Brand:
    """The brand of a report; what is None comes from the settings `organisation`, `logo` and `accent`, else from what is kept.

    Args:
        organisation: a name; logo: a file; accent: a colour. "" is none, whatever is set or kept.
        store: keeps the name and logo that an administrator set on the Settings page; None: they are not looked at.

    Raises:
        ReportError: the colour is none, or too light to read on; the logo is missing, too large or no picture.
        FilesError: the logo that is kept cannot be read.
    """
    kept = KeptBrand() if store is None else store.brand()
    organisation = organisation if organisation is not None else setting("organisation")
    name = printable(kept.organisation if organisation is None else organisation, ORGANISATION)
    accent = checked_accent(accent or setting("accent") or ACCENT)
    logo = logo if logo is not None else setting("logo")
    if logo:
        data, kind = _read(typed_path(logo))
        return Brand(name, data, kind, name or "Logo", accent)
    if logo is None and store is not None and kept.logo is not None:
        return Brand(name, store.files.read(kept.logo), kept.kind, name or "Logo", accent)
    return Brand(name, accent=accent)


def is_svg(data: bytes) -> bool:
    """Whether the first element is `svg`. What may stand before it is passed over once: the file may be anybody's."""
    at = _after_space(data, 0)
    while data[at : at + 2] in (b"<?", b"<!"):
        end = b"-->" if data.startswith(b"<!--", at) else b">"
        found = data.find(end, at)
        if found < 0:
            return False
        at = _after_space(data, found + len(end))
    return _SVG.match(data, at) is not None


def _after_space(data: bytes, at: int) -> int:
    found = _SPACE.match(data, at)
    return at if found is None else found.end()


def checked_accent(accent: str) -> str:
    """The colour as #rrggbb in small letters.

    Raises:
        ReportError: it is no such colour, or white letters on it could not be read.
    """
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", accent):
        raise ReportError(f"The accent colour must look like #1f4e79, not '{accent}'.")
    measured = contrast("#ffffff", accent)
    if measured < CONTRAST:
        raise ReportError(
            f"The accent colour {accent} is too light: white letters on it have a contrast of {numbers().number(measured, 'ratio')}, "
            f"at least {CONTRAST} is needed; choose a darker one."
        )
    return accent.lower()


def _read(path: Path) -> tuple[bytes, Literal["png", "jpg", "svg"]]:
    try:
        data = read_at_most(path, LOGO_BYTES)
    except OSError as error:
        raise ReportError(f"The logo {path} cannot be read ({error.strerror}).") from None
    if not data:
        raise ReportError(f"The logo {path} is empty.")
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return data, "png"
    if data.startswith(b"\xff\xd8\xff"):
        return data, "jpg"
    if is_svg(data):
        return data, "svg"
    raise ReportError(f"The logo {path} is no PNG, JPEG or SVG picture.")
