"""Files that call themselves workbooks: each is refused in one sentence that says what to do, none costs time or memory."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from audit.table import TableOptions, open_table, preview
from tests.support.workbooks import HEAD, MAIN, rows_xml, sheet_xml, write_workbook

SHEET = sheet_xml(rows_xml([("text", "label"), ("a", "x")]))
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def zipped(path: Path, **parts: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def put(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def whole(path: Path, **settings: object) -> Path:
    return write_workbook(path, {"Data": SHEET}, **settings)  # type: ignore[arg-type]


def cut(path: Path) -> Path:
    data = whole(path).read_bytes()
    return put(path, data[: len(data) // 2])


def flipped(path: Path) -> Path:
    """A byte in the middle of a packed part is another."""
    whole(path, strings=[f"<t>text {i}</t>" for i in range(500)])
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("xl/sharedStrings.xml")
    data = bytearray(path.read_bytes())
    data[info.header_offset + 60 + info.compress_size // 2] ^= 0x5A
    return put(path, bytes(data))


REFUSED: dict[str, tuple[Callable[[Path], Path], str, str, str]] = {
    "old workbook": (lambda p: put(p, COMPOUND + bytes(600)), "t.xls", "spreadsheet", "old Excel workbook (.xls)"),
    "old workbook by a new name": (
        lambda p: put(p, COMPOUND + bytes(600)),
        "t.xlsx",
        "spreadsheet",
        "save it as an Excel",
    ),
    "password": (
        lambda p: put(p, COMPOUND + bytes(2_000_000) + "EncryptedPackage".encode("utf-16-le") + bytes(90)),
        "t.xlsx",
        "spreadsheet",
        "protected by a password",
    ),
    "macros": (lambda p: whole(p, more={"xl/vbaProject.bin": b"x"}), "t.xlsm", "spreadsheet", "with macros (.xlsm)"),
    "macros by another name": (lambda p: whole(p, more={"xl/vbaProject.bin": b"x"}), "t.xlsx", "spreadsheet", "macros"),
    "binary workbook": (
        lambda p: whole(p, more={"xl/workbook.bin": b"x"}),
        "t.xlsb",
        "spreadsheet",
        "binary Excel workbook",
    ),
    "open document": (
        lambda p: zipped(p, mimetype=b"application/vnd.oasis"),
        "t.ods",
        "spreadsheet",
        "another program",
    ),
    "zip": (lambda p: zipped(p, reviews=b"text\na\n"), "t.zip", "binary", "a zip archive"),
    "zip by a workbook's name": (lambda p: zipped(p, reviews=b"text\na\n"), "t.xlsx", "binary", "a zip archive"),
    "empty zip": (zipped, "t.xlsx", "binary", "a zip archive"),
    "workbook by another name": (whole, "t.csv", "wrong_format", "rename it to end in .xlsx"),
    "text by a workbook's name": (
        lambda p: put(p, b"text,label\na,x\n"),
        "t.xlsx",
        "wrong_format",
        "no Excel workbook",
    ),
    "page by a workbook's name": (lambda p: put(p, b"<html><table>"), "t.xlsx", "wrong_format", "no Excel workbook"),
    "cut": (cut, "t.xlsx", "broken_excel", "damaged"),
    "flipped": (flipped, "t.xlsx", "broken_excel", "damaged"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_workbook_to_read_is_refused_with_what_to_do(tmp_path: Path, name: str) -> None:
    make, file, kind, words = REFUSED[name]
    path = make(tmp_path / file)
    (fault,) = open_table(path).faults
    assert fault.kind == kind
    assert words in fault.message
    assert preview(path).faults == (fault,)


def with_sheet(path: Path, xml: str) -> Path:
    return write_workbook(path, {"Data": xml})


ENTITY = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
BODY = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c t="inlineStr"><is><t>&a;</t></is></c></row></sheetData></worksheet>'
BROKEN = {
    "entities": (HEAD + ENTITY + BODY.replace("&a;", "&b;"), "document type"),
    "an entity of another file": (HEAD + OUTSIDE + BODY, "document type"),
    "a tag that does not end": (f'{HEAD}<worksheet a="{"x" * 3_000_000}', "a tag is longer than 1 MiB"),
    "elements within elements": (HEAD + "<a>" * 5_000, "deep"),
    "cut off": (SHEET[: len(SHEET) - 40], "damaged"),
    "a cell in a cell": (sheet_xml('<row r="1"><c r="A1"><c r="B1"/></c></row>'), "outside the rows"),
    "rows that go back": (sheet_xml('<row r="5"/><row r="5"/>'), "in order"),
    "a row that is no number": (sheet_xml('<row r="x"><c r="A1"><v>1</v></c></row>'), "damaged"),
    "a cell that is nowhere": (sheet_xml('<row r="1"><c r="1A"><v>1</v></c></row>'), "no place"),
    "a column beyond the last": (sheet_xml('<row r="1"><c r="ZZZ1"><v>1</v></c></row>'), "16,384 columns"),
    "a text that is not there": (sheet_xml('<row r="1"><c r="A1" t="s"><v>7</v></c></row>'), "refers to text 7 of 0"),
    "a text with a minus": (sheet_xml('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>'), "refers to text"),
    "not XML": ("PK nothing", "damaged"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_sheet_that_is_none_is_one_sentence(tmp_path: Path, name: str) -> None:
    xml, words = BROKEN[name]
    (fault,) = open_table(with_sheet(tmp_path / "t.xlsx", xml)).faults
    assert fault.kind == "broken_excel"
    assert words in fault.message


def test_damage_further_down_is_told_and_ends_the_reading(tmp_path: Path) -> None:
    rows = rows_xml([("text", "label"), *((f"t{i}", "x") for i in range(1_000))])
    table = open_table(with_sheet(tmp_path / "t.xlsx", sheet_xml(rows)[:-60]))
    assert [fault.kind for fault in table.faults] == ["broken_excel"]


def test_parts_that_are_missing_are_told(tmp_path: Path) -> None:
    whole(tmp_path / "t.xlsx")
    for gone in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"):
        with zipfile.ZipFile(tmp_path / "t.xlsx") as old, zipfile.ZipFile(tmp_path / "less.xlsx", "w") as new:
            for name in old.namelist():
                if name != gone:
                    new.writestr(name, old.read(name))
        (fault,) = open_table(tmp_path / "less.xlsx").faults
        assert fault.kind in {"broken_excel", "no_rows"}


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    rows = '<row r="1">' + "<c/>" * 20_000_000 + "</row>"
    (fault,) = open_table(with_sheet(tmp_path / "t.xlsx", sheet_xml(rows))).faults
    assert fault.kind == "spreadsheet"
    assert "would unpack to 80" in fault.message


def test_links_to_other_files_are_not_followed(tmp_path: Path) -> None:
    links = f'{HEAD}<Relationships><Relationship Id="rId1" Type="x/worksheet" TargetMode="External" Target="file:///etc/passwd"/></Relationships>'
    whole(tmp_path / "t.xlsx")
    with zipfile.ZipFile(tmp_path / "t.xlsx") as old, zipfile.ZipFile(tmp_path / "link.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, links if name == "xl/_rels/workbook.xml.rels" else old.read(name))
    (fault,) = open_table(tmp_path / "link.xlsx").faults
    assert (fault.kind, "no sheet with cells" in fault.message) == ("no_rows", True)


def test_prefixed_and_strict_workbooks_are_read(tmp_path: Path) -> None:
    rows = '<x:row r="1"><x:c t="inlineStr"><x:is><x:t>text</x:t></x:is></x:c></x:row><x:row><x:c><x:v>7</x:v></x:c></x:row>'
    space = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    xml = f'{HEAD}<x:worksheet xmlns:x="{space}"><x:sheetData>{rows}</x:sheetData><x:mergeCells/></x:worksheet>'
    table = open_table(with_sheet(tmp_path / "t.xlsx", xml))
    assert [(example.text, example.line) for example in table] == [("7", 2)]


def test_a_text_that_is_too_long_is_a_fault_of_its_cell(tmp_path: Path) -> None:
    strings = [f"<t>{'x' * 200_000}</t>", "<t>fine</t>"]
    rows = rows_xml([("text",)]) + "".join(
        f'<row r="{i + 2}"><c r="A{i + 2}" t="s"><v>{i}</v></c></row>' for i in range(2)
    )
    path = write_workbook(tmp_path / "t.xlsx", {"Data": sheet_xml(rows)}, strings=strings)
    table = open_table(path, TableOptions(text="text"))
    assert [(fault.cell, fault.kind) for fault in table.faults] == [("A2", "long_cell")]
    assert [example.text for example in table] == ["fine"]
