"""Files that call themselves workbooks: each is refused in one sentence that says what to do, none costs time or memory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from audit.table import TableOptions, open_table, preview
from audit.table.excel import merged
from audit.table.excel.package import Package
from audit.table.excel.sheet import Rows, merged_cells
from tests.support.workbooks import HEAD, MAIN, rows_xml, sheet_xml, styles_xml, write_workbook

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


def test_a_bomb_in_many_small_parts_is_not_unpacked(tmp_path: Path) -> None:
    more = {f"xl/worksheets/sheet{i}.xml": bytes(1_000_000) for i in range(2, 32)}
    (fault,) = open_table(whole(tmp_path / "t.xlsx", more=more)).faults
    assert fault.kind == "spreadsheet"
    assert "would unpack to 30" in fault.message


def test_columns_are_told_of_once_however_often_they_are_said_to_be_hidden() -> None:
    class Counted(set[int]):
        told = 0

        def update(self, *numbers) -> None:
            self.told += sum(map(len, numbers))
            super().update(*numbers)

    columns = '<col min="-9" max="3" hidden="1"/>' + '<col min="1" max="99999" hidden="1"/>' * 50
    rows = Rows(io.BytesIO(sheet_xml("", before=f"<cols>{columns}</cols>").encode()))
    rows.hidden = found = Counted()
    assert list(rows) == []
    assert (found, found.told) == (set(range(16_384)), 16_384)


@pytest.mark.parametrize(("length", "faults"), [(255, []), (256, ["broken_excel"])])
def test_a_format_of_numbers_is_as_long_as_one_can_be(tmp_path: Path, length: int, faults: list[str]) -> None:
    rows = rows_xml([("text", "label"), ("a", "x")])
    path = write_workbook(tmp_path / "t.xlsx", {"Data": sheet_xml(rows)}, styles=styles_xml("[" * length))
    assert [fault.kind for fault in open_table(path).faults] == faults


def test_the_place_of_merged_cells_is_looked_for_within_one_tag() -> None:
    """Else whatever only looks like the beginning of one is read up to the end of the file, as often as it stands there."""
    said = b'</sheetData><!-- <mergeCell <x ref="A1:A2"/> --><mergeCells><mergeCell ref="B2:B9"/></mergeCells>'
    assert merged_cells(io.BytesIO(said)) == ((1, 2, 1, 9),)


def test_merging_may_not_fill_any_number_of_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = rows_xml([("text", "label"), ("a", "x"), ("b", ""), ("c", ""), ("d", "")])
    after = '<mergeCells><mergeCell ref="B2:B1048576"/></mergeCells>'
    path = with_sheet(tmp_path / "t.xlsx", sheet_xml(rows, after=after))
    assert open_table(path).faults == ()
    monkeypatch.setattr(merged, "MOST_FILLED", 3)
    (fault,) = open_table(path).faults
    assert "undo the merging" in fault.message


def test_a_part_with_many_tabs_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(Package, "open", lambda self, part, was=Package.open: (opened.append(part), was(self, part))[1])
    tabs = "".join(f'<sheet name="s{i}" sheetId="{i}" r:id="rId1"/>' for i in range(500))
    path = whole(tmp_path / "t.xlsx", properties=f"<sheets>{tabs}</sheets>")
    empty = write_workbook(tmp_path / "empty.xlsx", {"Data": sheet_xml("")}, properties=f"<sheets>{tabs}</sheets>")
    assert [example.text for example in open_table(path)] == ["a"]
    opened.clear()
    assert [fault.kind for fault in open_table(empty).faults] == ["no_rows"]
    assert opened == ["xl/worksheets/sheet1.xml"]


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
