"""The zip of a workbook: what kind it is, whether it is safe to open, and where its sheets, texts and formats lie.

Only .xlsx is read. Macros are refused with their file, links to other workbooks are never followed, and formulas are not
calculated: the values that were stored with them are what the file says.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from audit.language.numbers import numbers
from audit.language.translating import tr_later
from audit.table.excel.xml import BrokenXml, Start, walk
from audit.table.faults import Fault, FaultLog, StopReading

ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENDING = ".xlsx"
MOST_PARTS, MOST_BYTES = 10_000, 4_000_000_000
SMALL_BYTES, MOST_RATIO = 20_000_000, 200
"""A part larger than this that shrank to less than a two-hundredth is a trap: sheets shrink to a tenth."""
SMALL_PART = 16 << 20  # bytes of a part that says where the others are
MOST_SHEETS = 10_000
SAVE = tr_later("open it in a spreadsheet program and save it as an Excel workbook (.xlsx) or as CSV (UTF-8).")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_UNREADABLE = (
    OSError, KeyError, ValueError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error, BrokenXml,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook: its name on the tab, its part, whether the tab is hidden."""

    name: str
    part: str
    hidden: bool


class Package:
    """An .xlsx that is safe to read.

    Attributes:
        sheets: the work sheets, in the order of their tabs; chart sheets left out.
        strings, styles: the parts with the shared texts and the formats; None where there are none.
        from_1904: whether days are counted from 1904 (old Macs) instead of 1900.
    """

    def __init__(self, path: Path, name: str, log: FaultLog) -> None:
        self._log, self._name = log, name
        self._zip = _opened(path, name, log)
        try:
            with self.careful():
                self._check()
                self.sheets, self.from_1904, self.strings, self.styles = self._parts()
        except BaseException:
            self._zip.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    @contextmanager
    def careful(self) -> Iterator[None]:
        """Within, whatever shows that the file is damaged becomes its fault, and ends the reading."""
        try:
            yield
        except StopReading:
            raise
        except _UNREADABLE as error:
            why = str(error).splitlines()[0].rstrip(".")[:200] if str(error) else type(error).__name__
            message = tr_later(f"{self._name} is damaged: {why}; save it again, or get it again from where it came.")
            raise self._log.stop(Fault("broken_excel", message)) from error

    def open(self, part: str) -> IO[bytes]:
        """The bytes of a part, as a stream."""
        return self._zip.open(part)

    def _check(self) -> None:
        """Refuse macros, encryption and bombs."""
        infos = self._zip.infolist()
        names = {info.filename for info in infos}
        if "xl/workbook.bin" in names:
            raise self._refuse(tr_later(f"{self._name} is a binary Excel workbook (.xlsb); {SAVE}"))
        if "xl/vbaProject.bin" in names or Path(self._name).suffix.lower() == ".xlsm":
            raise self._refuse(
                tr_later(
                    f"{self._name} is a workbook with macros (.xlsm), which Assay does not open; save it as an Excel workbook "
                    "without macros (.xlsx)."
                )
            )
        if "mimetype" in names or "Index/Document.iwa" in names or any(n.startswith("Index/") for n in names):
            raise self._refuse(tr_later(f"{self._name} is a spreadsheet of another program than Excel; {SAVE}"))
        if "[Content_Types].xml" not in names or not any(n.startswith("xl/") for n in names):
            message = tr_later(f"{self._name} is a zip archive; unpack it and use the table inside.")
            raise self._log.stop(Fault("binary", message))
        if Path(self._name).suffix.lower() != ENDING:
            message = tr_later(f"{self._name} is an Excel workbook; rename it to end in .xlsx.")
            raise self._log.stop(Fault("wrong_format", message))
        unpacked = sum(info.file_size for info in infos)
        if len(infos) > MOST_PARTS or unpacked > MOST_BYTES or any(map(_is_bomb, infos)) or _is_trap(infos):
            size = numbers().size(unpacked)
            message = tr_later(
                f"{self._name} would unpack to {size} in {len(infos)} parts, which no table of texts does; save it as CSV (UTF-8) "
                "if it is one."
            )
            raise self._refuse(message)

    def _refuse(self, message: str) -> StopReading:
        return self._log.stop(Fault("spreadsheet", message))

    def _parts(self) -> tuple[tuple[Sheet, ...], bool, str | None, str | None]:
        book = next((to for kind, to in self._related("").values() if kind == "officeDocument"), "xl/workbook.xml")
        related = self._related(book)
        found: list[Sheet] = []
        from_1904 = False

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal from_1904
            if name == "workbookPr":
                from_1904 = attributes.get("date1904") in {"1", "true"}
            elif name == "sheet" and len(found) < MOST_SHEETS:
                target = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id" and ":" in k), "")
                kind, part = related.get(target, ("", ""))
                if kind == "worksheet":
                    found.append(
                        Sheet(attributes.get("name", ""), part, attributes.get("state", "visible") != "visible")
                    )

        self._walk(book, start)
        if not found:
            raise self._log.stop(Fault("no_rows", tr_later(f"{self._name} has no sheet with cells.")))
        others = {kind: part for kind, part in related.values() if kind in {"sharedStrings", "styles"}}
        return tuple(found), from_1904, others.get("sharedStrings"), others.get("styles")

    def _related(self, part: str) -> dict[str, tuple[str, str]]:
        """Id -> (kind, part) of what a part refers to within the file; links that lead out of it are left out."""
        folder, _, name = part.rpartition("/")
        place = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, tuple[str, str]] = {}
        if place not in self._zip.namelist():
            return found

        def start(element: str, attributes: dict[str, str]) -> None:
            if element == "Relationship" and attributes.get("TargetMode", "Internal") == "Internal":
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/")
                found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], target)

        self._walk(place, start)
        return found

    def _walk(self, part: str, start: Start) -> None:
        if self._zip.getinfo(part).file_size > SMALL_PART:
            raise BrokenXml(tr_later(f"{part} is larger than any workbook's"))
        with self._zip.open(part) as stream:
            walk(stream, start)


def _opened(path: Path, name: str, log: FaultLog) -> zipfile.ZipFile:
    """The zip; another kind of spreadsheet, and what is none, is refused."""
    with path.open("rb") as file:
        compound = file.read(len(COMPOUND)) == COMPOUND
    if compound and _holds(path, _ENCRYPTED):
        message = tr_later(
            f"{name} is protected by a password; open it in a spreadsheet program, save it without the password, and give that file."
        )
        raise log.stop(Fault("spreadsheet", message))
    if compound:
        message = tr_later(f"{name} is an old Excel workbook (.xls) or another Office document; {SAVE}")
        raise log.stop(Fault("spreadsheet", message))
    try:
        return zipfile.ZipFile(path)
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile) as error:
        message = tr_later(f"{name} is a damaged workbook or zip ({error}); get it again from where it came.")
        raise log.stop(Fault("broken_excel", message)) from None


def _holds(path: Path, sign: bytes) -> bool:
    """Whether a file holds some bytes."""
    kept = b""
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            if sign in kept + block:
                return True
            kept = block[-len(sign) :]
    return False


def _is_bomb(info: zipfile.ZipInfo) -> bool:
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise zipfile.BadZipFile(tr_later(f"{info.filename} is packed in a way no spreadsheet program uses"))
    return _is_trap([info])


def _is_trap(infos: Sequence[zipfile.ZipInfo]) -> bool:
    """Whether parts, or one, are large and shrank too much: many small ones can be as much work as one large one."""
    unpacked = sum(info.file_size for info in infos)
    return unpacked > SMALL_BYTES and unpacked > MOST_RATIO * max(1, sum(info.compress_size for info in infos))
