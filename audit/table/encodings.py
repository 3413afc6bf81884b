"""Which encoding a file is in: UTF-8 strictly, then a byte order mark, then a guess the user is told of.

Reading goes through an error handler that turns each byte that cannot be decoded into a lone surrogate (U+DC00 + byte).
No sound file can hold one, so the row, its cell and the byte can be named, and every other row is read all the same.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from audit.language.translating import tr_later
from audit.table.faults import Fault, FaultLog
from audit.table.scan import BLOCK, FileScan, nul_pattern

MARK_ERRORS = "assay.mark"
BAD_BYTE = re.compile("[\ud800-\udfff]")

SAMPLE = 20_000  # characters beyond ASCII that a guess looks at
SURE = 0.7  # least share of them that must be common characters of a Chinese encoding
MIXED = 0.35  # at most this share of the letters is accented in a Western text
NEAR_UTF8 = 10  # this many sound sequences per bad byte make a damaged UTF-8 file, not another encoding

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error(MARK_ERRORS, _mark)


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a file is decoded. `clean` means that all of it decodes and holds no NUL, so no row need be looked at."""

    name: str
    guessed: bool
    clean: bool


def open_text(path: Path, encoding: str) -> TextIO:
    """Open for the csv module: line ends kept, bad bytes marked."""
    return path.open(encoding=encoding, errors=MARK_ERRORS, newline="")


def choose_encoding(path: Path, scan: FileScan, wanted: str | None, log: FaultLog) -> Encoding:
    """The encoding asked for, or found, or guessed with a warning.

    Raises:
        StopReading: there is no such encoding, or nothing fits well enough to be guessed.
    """
    if wanted is not None:
        name = _named(wanted, scan.head, log)
        return Encoding(name, guessed=False, clean=_clean(path, scan, name))
    for bom, name in BOMS:
        if scan.head.startswith(bom):
            return Encoding(name, guessed=False, clean=_clean(path, scan, name))
    wide = nul_pattern(scan.head) if scan.nul else None
    if wide is not None:
        return _guessed(path, scan, wide, log)
    if scan.utf8:
        return Encoding("utf-8", guessed=False, clean=not scan.nul)
    if _nearly_utf8(path):
        return Encoding("utf-8", guessed=False, clean=False)
    name_or_none = _guess(path)
    if name_or_none is None:
        message = tr_later(
            "The file is not UTF-8 and no other encoding fits well enough to guess; name it (--encoding)."
        )
        raise log.stop(Fault("encoding", message))
    return _guessed(path, scan, name_or_none, log)


def _guessed(path: Path, scan: FileScan, name: str, log: FaultLog) -> Encoding:
    log.warn(tr_later(f"The encoding was guessed: {name}. If texts look wrong, set the right one (--encoding)."))
    return Encoding(name, guessed=True, clean=_clean(path, scan, name))


def _named(wanted: str, head: bytes, log: FaultLog) -> str:
    try:
        b"x".decode(wanted, "ignore")  # not b"": the empty string never reaches the codec
        name = codecs.lookup(wanted).name
    except (LookupError, ValueError):
        message = tr_later(
            f"There is no text encoding '{wanted}'; examples: utf-8, utf-16, gb18030, big5, latin-1, cp1252."
        )
        raise log.stop(Fault("encoding", message)) from None
    if name == "utf-8" and head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if name in {"utf-16-le", "utf-16-be"} and head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "latin-1" if name == "iso8859-1" else name


def _clean(path: Path, scan: FileScan, name: str) -> bool:
    if name in {"utf-8", "utf-8-sig"}:
        return scan.utf8 and not scan.nul
    return not any("\0" in text or BAD_BYTE.search(text) for text in _blocks(path, name))


def _blocks(path: Path, encoding: str) -> Iterator[str]:
    with open_text(path, encoding) as file:
        while text := file.read(BLOCK):
            yield text


def _nearly_utf8(path: Path) -> bool:
    """Whether so much of the file beyond ASCII is sound UTF-8 that the rest must be damage."""
    good = bad = 0
    for text in _blocks(path, "utf-8"):
        if not text.isascii():
            broken = len(BAD_BYTE.findall(text))
            bad += broken
            good += sum(1 for c in text if c > "\x7f") - broken
    return good >= NEAR_UTF8 * bad


def _guess(path: Path) -> str | None:
    """The best of gb18030, big5 and the Western encodings, or None when none is convincing."""
    scores = {"gb18030": _chinese(path, "gb18030", _common_gb), "big5": _chinese(path, "big5", _common_big5)}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] >= SURE:
        return best
    return _western(path)


def _chinese(path: Path, encoding: str, common: re.Pattern[bytes]) -> float:
    """Share of the first characters beyond ASCII that are common ones of this encoding; 0 if the file is not in it."""
    seen = hits = 0
    for text in _blocks(path, encoding):
        if BAD_BYTE.search(text):
            return 0.0
        if seen < SAMPLE:
            beyond = [c for c in text if c > "\x7f"][: SAMPLE - seen]
            seen += len(beyond)
            hits += sum(1 for c in beyond if common.fullmatch(c.encode(encoding)))
    return hits / seen if seen else 0.0


_common_gb = re.compile(b"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]")  # punctuation; the 3,755 most frequent characters
_common_big5 = re.compile(b"[\xa1-\xa3\xa4-\xc6][\x40-\x7e\xa1-\xfe]")  # the same for the 5,401 of Big5


def _western(path: Path) -> str | None:
    """latin-1 (cp1252 if its quotes or dashes occur) for a text of Latin letters, few of them accented; else None."""
    letters = accented = joined = c1 = 0
    for text in _blocks(path, "latin-1"):
        letters += sum(map(str.isalpha, text))
        c1 += sum(1 for c in text if "\x80" <= c <= "\x9f")
        high = [match.start() for match in re.finditer("[\xc0-\xff]", text)]
        accented += len(high)
        joined += sum(1 for i in high if _beside_ascii_letter(text, i))
    if letters and (accented > MIXED * letters or joined < 0.5 * accented):
        return None
    if not c1:
        return "latin-1"
    undefined = re.compile("[\x81\x8d\x8f\x90\x9d]")
    return None if any(undefined.search(text) for text in _blocks(path, "latin-1")) else "cp1252"


def _beside_ascii_letter(text: str, i: int) -> bool:
    return any(c.isascii() and c.isalpha() for c in text[max(0, i - 1) : i + 2])


def describe_bad(cell: str, encoding: str | None) -> str:
    """A sentence on the first byte of a cell that could not be decoded, or the first lone surrogate of a JSON string."""
    match = BAD_BYTE.search(cell)
    if match is None:
        raise ValueError("the cell has no bad byte")
    code, at = ord(match.group()), match.start() + 1
    if not 0xDC00 <= code <= 0xDCFF:
        return tr_later(f"the escape \\u{code:04x} at character {at} is half a character; mend it.")
    known = (
        tr_later(f"as {encoding}; mend it, or name the right encoding (--encoding)")
        if encoding
        else tr_later("as UTF-8; mend it")
    )
    return tr_later(f"byte {code - 0xDC00:02X} at character {at} cannot be read {known}.")
