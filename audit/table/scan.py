"""One quick pass over a file before it is read: hash, size, what its bytes look like, what format it has."""

from __future__ import annotations

import codecs
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from audit.errors import TableError
from audit.language.translating import tr_later
from audit.table.faults import Fault, FaultLog

Format = Literal["csv", "jsonl", "parquet", "xlsx"]

BLOCK = 1 << 20
HEAD = 1 << 16
MOST_CONTROL = 8  # control characters that even a short text may hold
LONGEST_LINE = 16 * BLOCK  # bytes; a longer one is no table, and would be held in memory whole

SUFFIXES: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".txt": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "xlsx",
}
WORKBOOKS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")
"""How zips, and the files of old Office programs, begin."""
BINARY = (
    (b"%PDF", tr_later("a PDF document")),
    (b"\x1f\x8b", tr_later("a gzip archive")),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", tr_later("an xz archive")),
    (b"7z\xbc\xaf", tr_later("a 7-Zip archive")),
    (b"\x28\xb5\x2f\xfd", tr_later("a Zstandard archive")),
    (b"\x89PNG", tr_later("a PNG image")),
    (b"\xff\xd8\xff", tr_later("a JPEG image")),
    (b"GIF8", tr_later("a GIF image")),
    (b"SQLite format 3", tr_later("an SQLite database")),
    (b"\x80\x04\x95", tr_later("a Python pickle")),
    (b"\x7fELF", "a program"),
    (b"ARROW1", tr_later("an Arrow file")),
)
_CONTROL = bytes(set(range(32)) - {0, 9, 10, 12, 13, 26, 27})  # NUL is judged apart: UTF-16 is full of it


@dataclass(frozen=True, slots=True)
class FileScan:
    """What one pass over the bytes found.

    Attributes:
        sha256: of the whole file, hex.
        size: bytes.
        head: the first 64 KiB.
        utf8: whether the whole file is valid UTF-8.
        nul: whether any byte is 0.
        long_line: whether more than 16 MiB stand between two line ends.
    """

    sha256: str
    size: int
    head: bytes
    utf8: bool
    nul: bool
    long_line: bool


def file_sha256(path: Path | str) -> str:
    """The sha256 of a file, hex: what an upload is kept by."""
    digest = hashlib.sha256()
    with Path(path).open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def scan_file(path: Path) -> FileScan:
    """Read a file once.

    Raises:
        TableError: there is no such file, it is a folder, or it may not be read.
    """
    if path.is_dir():
        raise TableError(f"{path} is a folder; name a CSV, Excel, Parquet or JSONL file.")
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
    head, size, gap, utf8, nul, long_line = b"", 0, 0, True, False, False
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
                head = head or block[:HEAD]
                size += len(block)
                nul = nul or b"\0" in block
                utf8 = utf8 and _decodes(decoder, block, final=False)
                gap = 0 if b"\n" in block or b"\r" in block else gap + len(block)
                long_line = long_line or gap > LONGEST_LINE
    except FileNotFoundError:
        raise TableError(f"There is no file {path}.") from None
    except OSError as error:
        raise TableError(f"{path} cannot be read: {error.strerror or error}.") from error
    utf8 = utf8 and _decodes(decoder, b"", final=True)
    return FileScan(digest.hexdigest(), size, head, utf8, nul, long_line)


def identify(name: str, scan: FileScan, log: FaultLog) -> Format:
    """The format of a file, by the file's name and held against its first bytes.

    Raises:
        StopReading: it is empty, binary, or not what its name says. What is in a workbook is for its reader to look at.
    """
    if not scan.head.strip(b" \t\r\n\xef\xbb\xbf"):
        raise log.stop(Fault("empty_file", f"{name} is empty; it needs a header and at least one row."))
    named = SUFFIXES.get(Path(name).suffix.lower())
    head = scan.head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if scan.head.startswith(b"PAR1"):
        if named not in {None, "parquet"}:
            raise log.stop(Fault("wrong_format", f"{name} is a Parquet file; rename it to end in .parquet."))
        return "parquet"
    if named == "parquet":
        message = tr_later(
            f"{name} is not a Parquet file (it does not begin with PAR1); give it the ending of what it is."
        )
        raise log.stop(Fault("wrong_format", message))
    if scan.head.startswith(WORKBOOKS):
        return "xlsx"
    _refuse_binary(name, scan, log)
    if named == "xlsx":
        message = tr_later(f"{name} is no Excel workbook, whatever its name; give it the ending of what it is.")
        raise log.stop(Fault("wrong_format", message))
    if head[:14].lower().startswith((b"<!doctype html", b"<html", b"<?xml")):
        message = tr_later(
            f"{name} is a web page or XML, not a table; the download may have failed, get the file again."
        )
        raise log.stop(Fault("wrong_format", message))
    return _text_format(name, named, head, log)


def _text_format(name: str, named: Format | None, head: bytes, log: FaultLog) -> Format:
    kind = _json_kind(head)
    if kind == "array":
        message = tr_later(f"{name} holds one JSON array; save it as JSON Lines (.jsonl), one object a line.")
        raise log.stop(Fault("wrong_format", message))
    if kind == "lines" and named == "csv":
        raise log.stop(Fault("wrong_format", f"{name} holds JSON Lines; rename it to end in .jsonl."))
    return named or ("jsonl" if kind == "lines" else "csv")


def _refuse_binary(name: str, scan: FileScan, log: FaultLog) -> None:
    head = scan.head
    for magic, what in BINARY:
        if head.startswith(magic):
            raise log.stop(
                Fault("binary", f"{name} is {what}, not a table; a CSV, Excel, Parquet or JSONL file is needed.")
            )
    control = len(head) - len(head.translate(None, _CONTROL))
    utf16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if control > max(MOST_CONTROL, 0.01 * len(head)) and not utf16 and not nul_pattern(head):
        message = tr_later(f"{name} is a binary file, not a table; a CSV, Excel, Parquet or JSONL file is needed.")
        raise log.stop(Fault("binary", message))
    if scan.long_line:
        message = tr_later(f"{name} has over {LONGEST_LINE >> 20} MiB without a line end, so it is no table of texts.")
        raise log.stop(Fault("binary", message))


def nul_pattern(head: bytes) -> str | None:
    """`utf-16-le` or `utf-16-be` when the zero bytes of a BOM-less file stand where those would put them."""
    head = head[: len(head) // 2 * 2]
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > 0.2 * half and even < 0.01 * half:
        return "utf-16-le"
    if even > 0.2 * half and odd < 0.01 * half:
        return "utf-16-be"
    return None


def _json_kind(head: bytes) -> Literal["lines", "array"] | None:
    """Whether the first line is a JSON object, or the file starts a JSON array of objects."""
    if head.startswith(b"["):
        return "array" if head[1:].lstrip().startswith((b"{", b"[")) else None
    if not head.startswith(b"{"):
        return None
    line = head.split(b"\n", 1)[0]
    try:
        return "lines" if isinstance(json.loads(line), dict) else None
    except RecursionError:  # lists within lists within lists: JSON all the same, a fault of its line
        return "lines"
    except ValueError:
        return None


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True
