"""Excel workbooks: the same rows as the CSV of the sheet, each cell as a person sees it, every fault by its cell."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import numbers as codes

from audit.errors import InputError, TableError
from audit.table import AuditTable, TableOptions, open_table, preview
from tests.support.workbooks import rows_xml, sheet_xml, styles_xml, write_workbook

HEADER = ("text", "label")


def made(path: Path, rows: Sequence[Sequence[Any]], title: str = "Data") -> Path:
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path


def cells(table: AuditTable) -> list[tuple[str, str | None]]:
    return [(example.text, example.label) for example in table]


def raw(folder: Path, rows: str, **settings: Any) -> Path:
    """A workbook of one sheet "Data" whose rows below the header are given as XML."""
    parts = {name: settings.pop(name, "") for name in ("before", "after")}
    return write_workbook(folder / "t.xlsx", {"Data": sheet_xml(rows_xml([HEADER]) + rows, **parts)}, **settings)


@settings(max_examples=25, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30).filter(str.strip),
            st.sampled_from(["good", "bad", ""]),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_a_sheet_gives_the_rows_of_its_csv(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("t")
    texts = [(text, label) for text, label in rows if not text.startswith("=")] or [("a", "good")]
    with (folder / "t.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *texts])
    ours = open_table(made(folder / "t.xlsx", [HEADER, *texts]))
    theirs = open_table(folder / "t.csv", TableOptions(delimiter=","))
    assert list(ours.row_ids()) == list(theirs.row_ids())
    assert ours.fingerprint == theirs.fingerprint
    assert ours.lines.tolist() == list(range(2, len(texts) + 2))
    assert not ours.faults


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (4, "General", "4"),
        (4.0, "General", "4"),
        (4.5, "General", "4.5"),
        (0.1 + 0.2, "General", "0.3"),
        (-0.0, "General", "0"),
        (123456789012345, "General", "123456789012345"),
        (0.00001, "General", "0.00001"),
        (1e30, "General", "1e+30"),
        (4.37, "0", "4.37"),
        (7, "00000", "00007"),
        (1234.5, "#,##0.00", "1234.5"),
        (0.07, "0%", "7%"),
        (0.125, "0%", "12.5%"),
        (0.5, "0.00%", "50.00%"),
        ("007", "@", "007"),
        (True, "General", "TRUE"),
        (False, "General", "FALSE"),
        (date(2024, 2, 29), codes.FORMAT_DATE_YYYYMMDD2, "2024-02-29"),
        (date(1900, 1, 5), codes.FORMAT_DATE_XLSX14, "1900-01-05"),
        (datetime(2024, 2, 29, 13, 45), codes.FORMAT_DATE_DATETIME, "2024-02-29 13:45:00"),
        (datetime(2024, 2, 29), codes.FORMAT_DATE_YYYYMMDD2, "2024-02-29"),
        (time(9, 30), codes.FORMAT_DATE_TIME4, "09:30:00"),
        (timedelta(hours=30), codes.FORMAT_DATE_TIMEDELTA, "1 day, 6:00:00"),
        (5, '"day" 0', "5"),
    ],
)
def test_a_value_is_read_as_a_person_sees_it(tmp_path: Path, value: Any, code: str, shown: str) -> None:
    book = Workbook()
    book.active.append(HEADER)
    book.active.append(["a", value])
    book.active["B2"].number_format = code
    book.save(tmp_path / "t.xlsx")
    assert cells(open_table(tmp_path / "t.xlsx")) == [("a", shown)]
    assert preview(tmp_path / "t.xlsx").rows == (("a", shown),)


def test_days_of_old_macs_are_counted_from_1904(tmp_path: Path) -> None:
    rows = '<row r="2"><c r="A2" t="inlineStr"><is><t>a</t></is></c><c r="B2" s="1"><v>43889</v></c></row>'
    made_path = raw(tmp_path, rows, styles=styles_xml("yyyy-mm-dd"), properties='<workbookPr date1904="1"/>')
    assert cells(open_table(made_path)) == [("a", "2024-02-29")]


def test_texts_of_several_formats_are_joined_and_readings_left_out(tmp_path: Path) -> None:
    strings = ["<r><t>very </t></r><r><rPr><b/></rPr><t>good</t></r>", "<t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh>",
               "<t>two_x000D_lines _x005F_x0041_ _x0000_</t>"]  # fmt: skip
    rows = "".join(f'<row r="{i + 2}"><c r="A{i + 2}" t="s"><v>{i}</v></c></row>' for i in range(3))
    table = open_table(raw(tmp_path, rows, strings=strings))
    assert [example.text for example in table] == ["very good", "東京", "two\rlines _x0041_ _x0000_"]


def test_formulas_give_their_stored_values_and_one_without_is_a_fault(tmp_path: Path) -> None:
    rows = (
        '<row r="2"><c r="A2" t="str"><f>UPPER("a")</f><v>A</v></c><c r="B2"><f>2+2</f><v>4</v></c></row>'
        '<row r="3"><c r="A3"><f>B3</f></c><c r="B3"><v>4</v></c></row>'
        '<row r="4"><c r="A4" t="str"><f>IF(1,"","")</f><v></v></c><c r="B4"><v>4</v></c></row>'
    )
    table = open_table(raw(tmp_path, rows))
    assert cells(table) == [("A", "4")]
    assert [str(fault).split(":")[0] for fault in table.faults] == [
        "sheet 'Data', cell A3, column 'text'",
        "sheet 'Data', cell A4, column 'text'",
    ]
    assert [fault.kind for fault in table.faults] == ["no_value", "empty_text"]  # what was calculated may be blank
    assert table.faults[0].kind == "no_value"
    assert "let it calculate" in table.faults[0].message


def test_errors_are_faults_in_texts_and_labels_and_blanks_in_groups(tmp_path: Path) -> None:
    rows = (
        '<row r="2"><c r="A2" t="inlineStr"><is><t>a</t></is></c><c r="B2" t="e"><v>#N/A</v></c></row>'
        '<row r="3"><c r="A3" t="e"><v>#REF!</v></c><c r="B3"><v>1</v></c></row>'
        '<row r="4"><c r="A4" t="inlineStr"><is><t>b</t></is></c><c r="B4"><v>1</v></c></row>'
    )
    table = open_table(raw(tmp_path, rows))
    assert cells(table) == [("b", "1")]
    assert [(f.cell, f.column, f.kind) for f in table.faults] == [
        ("B2", "label", "error_cell"),
        ("A3", "text", "error_cell"),
    ]
    assert "#N/A" in table.faults[0].message
    table = open_table(raw(tmp_path, rows), TableOptions(text="text", label="-", groups=("label",)))
    assert [dict(example.groups) for example in table] == [{"label": ""}, {"label": "1"}]
    assert any("Cells of the column 'label' that show an error" in w and "B2" in w for w in table.warnings)


def test_a_date_no_calendar_has_is_what_the_sheet_shows(tmp_path: Path) -> None:
    rows = '<row r="2"><c r="A2" t="inlineStr"><is><t>a</t></is></c><c r="B2" s="1"><v>-5e9</v></c></row>'
    fault = open_table(raw(tmp_path, rows, styles=styles_xml("yyyy-mm-dd"))).faults[0]
    assert fault.cell == "B2"
    assert "####" in fault.message


def test_merged_cells_stand_for_each_of_their_rows(tmp_path: Path) -> None:
    book = Workbook()
    for row in (
        ("text", "label", "region"),
        ("a", "x", "north"),
        ("b", None, None),
        ("c", "y", None),
        ("d", "y", "south"),
    ):
        book.active.append(row)
    book.active.merge_cells("C2:C4")
    book.active.merge_cells("B2:B3")
    book.active.merge_cells("A5:B5")
    book.save(tmp_path / "t.xlsx")
    table = open_table(tmp_path / "t.xlsx", TableOptions(groups=("region",)))
    assert [(e.text, e.label, e.groups["region"]) for e in table] == [
        ("a", "x", "north"), ("b", "x", "north"), ("c", "y", "north"), ("d", None, "south"),
    ]  # fmt: skip
    assert any("B2:B3, C2:C4" in warning for warning in table.warnings)
    assert any("A5:B5" in warning for warning in table.warnings)


def test_hidden_rows_and_columns_are_read_and_told(tmp_path: Path) -> None:
    book = Workbook()
    for row in (("text", "label"), ("a", "x"), ("b", "y"), ("c", "y")):
        book.active.append(row)
    book.active.row_dimensions[3].hidden = book.active.row_dimensions[4].hidden = True
    book.active.column_dimensions["B"].hidden = True
    book.save(tmp_path / "t.xlsx")
    table = open_table(tmp_path / "t.xlsx")
    assert len(table) == 3
    assert any("Hidden rows were read like the others: 2," in w and "row 3" in w for w in table.warnings)
    assert any("Hidden columns were read like the others: B." in w for w in table.warnings)


def test_the_header_is_found_below_a_title(tmp_path: Path) -> None:
    rows = [
        ("Complaints 2024",),
        (),
        ("Exported", date(2024, 1, 1)),
        ("Kunde", "Text", "Klasse"),
        (1, "a b", "x"),
        (2, "c d", "y"),
    ]
    table = open_table(made(tmp_path / "t.xlsx", rows))
    assert (table.header, table.columns.text) == (("Kunde", "Text", "Klasse"), "Text")
    assert [(e.text, e.line) for e in table] == [("a b", 5), ("c d", 6)]
    assert any("Row 4 was taken as the header" in w and "A1: 'Complaints 2024'" in w for w in table.warnings)


def test_a_column_asked_for_finds_the_header(tmp_path: Path) -> None:
    rows = [("a", "b"), ("c", "d"), ("words", 7), ("e", "f")]
    table = open_table(made(tmp_path / "t.xlsx", rows), TableOptions(text="words"))
    assert [e.text for e in table] == ["e"]


def test_what_stands_right_of_the_table_is_told(tmp_path: Path) -> None:
    rows = [HEADER, *(("a", "x"),) * 60, ("b", "y", None, "a note")]
    table = open_table(made(tmp_path / "t.xlsx", rows))
    assert len(table) == 61
    assert any("Cells right of the table were not read: 1, the first is D62." in w for w in table.warnings)


def test_blank_rows_are_none_and_keep_the_numbers_of_the_others(tmp_path: Path) -> None:
    rows = [HEADER, ("a", "x"), (), (None, "  "), (" ", "y"), ("b", "y")]
    table = open_table(made(tmp_path / "t.xlsx", rows))
    assert [(e.text, e.line) for e in table] == [("a", 2), ("b", 6)]
    assert [(f.cell, f.kind) for f in table.faults] == [("A5", "empty_text")]


def test_a_sheet_is_chosen_by_name(tmp_path: Path) -> None:
    sheets = {name: sheet_xml(rows_xml([HEADER, (name, "x")])) for name in ("Secret", "First", "Données & co")}
    sheets["Empty"] = sheet_xml("")
    path = write_workbook(tmp_path / "t.xlsx", sheets, states={"Secret": "hidden"})
    table = open_table(path)
    assert [e.text for e in table] == ["First"]
    assert table.source.sheet == "First"
    assert table.source.sheets == tuple(sheets)
    assert any("The sheet 'First' was read" in w and "'Données & co'" in w for w in table.warnings)
    for asked in ("Données & co", " données & CO", "Secret"):
        assert open_table(path, TableOptions(sheet=asked))[0].text.casefold() == asked.strip().casefold()
    missing = open_table(path, TableOptions(sheet="Nope")).faults[0]
    assert missing.kind == "missing_sheet"
    assert "'Secret', 'First', 'Données & co', 'Empty'" in missing.message
    assert open_table(path, TableOptions(sheet="Empty")).faults[0].kind == "no_rows"


def test_unknown_labels_are_told_by_their_cells(tmp_path: Path) -> None:
    table = open_table(made(tmp_path / "t.xlsx", [HEADER, ("a", "x"), ("b", "zz"), ("c", "zz")], "Mai")).matched(
        ("x", "y")
    )
    with pytest.raises(TableError) as error:
        table.require()
    assert error.value.faults[0].startswith("sheet 'Mai', cells B3 and B4, column 'label': ")


def test_numbers_are_the_labels_that_a_model_has(tmp_path: Path) -> None:
    rows = [HEADER, *((f"t{i}", float(i)) for i in range(1, 6))]
    stars = open_table(made(tmp_path / "t.xlsx", rows)).matched(("1", "2", "3", "4", "5"))
    assert [e.label for e in stars.require()] == ["1", "2", "3", "4", "5"]


def test_a_million_rows_are_the_most_and_memory_is_not_asked_for_them(tmp_path: Path) -> None:
    rows = '<row r="2000000"><c r="A2000000"><v>1</v></c></row>'
    fault = open_table(raw(tmp_path, rows)).faults[0]
    assert fault.kind == "broken_excel"
    assert "1,048,576 rows" in fault.message


def test_the_limit_and_the_most_rows_hold(tmp_path: Path) -> None:
    path = made(tmp_path / "t.xlsx", [HEADER, *((f"t{i}", "x") for i in range(2_000))])
    assert len(open_table(path, TableOptions(limit=3))) == 3
    fault = open_table(path, TableOptions(max_rows=1_000)).faults[0]
    assert (fault.kind, fault.line) == ("too_many_rows", 1_002)


def test_one_sheet_is_compared_with_another(tmp_path):
    """The reference of `run` may lie in a sheet of its own, of the same workbook too."""
    from audit.cli.run import make_spec
    from audit.table_choices import TableChoices

    sheets = {name: sheet_xml(rows_xml([("text", "label"), (f"{name} film", "positive")])) for name in ("now", "then")}
    book = write_workbook(tmp_path / "t.xlsx", sheets)
    asked = {
        "model": "sentiment", "base": None, "device": None, "csv": book, "choices": TableChoices(sheet="now"), "suite": "quick",
        "spec_file": None, "limit": None, "seed": 0, "name": "", "policy": None, "reference_sheet": "then",
    }  # fmt: skip
    spec = make_spec(**asked, reference=book)
    read = [open_table(part.path, TableOptions.of(part)) for part in (spec.table, spec.reference)]
    assert [[example.text for example in table] for table in read] == [["now film"], ["then film"]]
    with pytest.raises(InputError, match="--reference-sheet names a sheet of --reference FILE"):
        make_spec(**asked)
