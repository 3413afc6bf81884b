"""CSV files: no formulas, every record, the same zip each time."""

from __future__ import annotations

import csv
import io
import zipfile

import openpyxl
from sample_run import RUNS

from audit.csv_cells import neutral
from audit.report import build_report
from audit.report.csv_files import tables, write_csv
from audit.report.making import make_report
from audit.report.textless import without_texts


def test_every_record_is_written(store, tmp_path):
    report = build_report(store, RUNS["hostile"])
    write_csv(store, report, tmp_path / "csv")
    names = {path.name for path in (tmp_path / "csv").iterdir()}
    assert names == {
        "run.csv", "scores.csv", "findings.csv", "definitions.csv", "rows.csv", "predictions.csv", "attacks.csv",
        "perturbations.csv", "words.csv",
    }  # fmt: skip
    found = {}
    for name in names:
        with (tmp_path / "csv" / name).open(encoding="utf-8-sig", newline="") as file:
            found[name] = list(csv.reader(file, strict=True))
        width = len(found[name][0])
        for row in found[name][1:]:
            assert len(row) == width
            for cell in row:
                number = cell.lstrip("-").replace(".", "").replace("e-", "").isdigit()
                assert number or neutral(cell) == cell
    assert len(found["rows.csv"]) == len(store.examples(RUNS["hostile"])) + 1
    assert len(found["attacks.csv"]) == 2 * len(store.examples(RUNS["hostile"])) + 1
    assert len(found["scores.csv"]) == len(report.scores) + 1


def test_every_record_of_a_row_can_be_found_in_the_upload(store):
    """By the line its row has there, wherever a table names rows."""
    report = build_report(store, RUNS["hostile"])
    lines = {example.row_id: example.line for example in store.iter_examples(RUNS["hostile"])}
    assert None not in lines.values()
    told = 0
    for name, rows in tables(store, report):
        head, *found = rows
        if "row_id" in head:
            assert head[list(head).index("row_id") + 1] == "line", name
            said = [(dict(zip(head, row, strict=True))) for row in found]
            assert {row["row_id"]: row["line"] for row in said}.items() <= lines.items(), name
            told += 1
    assert told == 5


def test_the_zip_is_the_same_twice(store, tmp_path):
    report = build_report(store, RUNS["reviews"])
    first, second = (write_csv(store, report, tmp_path / f"{i}.zip")[0].read_bytes() for i in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.testzip() is None
        assert archive.read("scores.csv").startswith(b"\xef\xbb\xbfname,")


def test_the_workbook_has_the_tables_as_sheets(store):
    made = make_report(store, RUNS["hostile"], formats=("xlsx",))["files"]
    assert [file.name for file in made] == [f"assay-{store.run(RUNS['hostile']).id}-full.xlsx"]
    book = openpyxl.load_workbook(io.BytesIO(made[0].content), read_only=True)
    report = build_report(store, RUNS["hostile"])
    wanted = {name.removesuffix(".csv"): list(rows) for name, rows in tables(store, report)}
    assert book.sheetnames == list(wanted)
    for name, rows in wanted.items():
        found = list(book[name].iter_rows())
        assert len(found) == len(rows)
        assert all(cell.data_type != "f" for row in found for cell in row)
    texts = [example.text for example in store.iter_examples(RUNS["hostile"])]
    shown = [row[3] for row in list(book["rows"].iter_rows(values_only=True))[1:]]
    assert [text for text in texts if text.startswith("=")] == [text for text in shown if text and text.startswith("=")]


def test_rows_carry_what_their_table_says(store):
    report = build_report(store, RUNS["hostile"])
    rows = list(dict(tables(store, report))["rows.csv"])
    examples = list(store.iter_examples(RUNS["hostile"]))
    names = sorted({name for example in examples for name in example.groups})
    assert list(rows[0][6 : 6 + len(names)]) == names
    assert [list(row[6 : 6 + len(names)]) for row in rows[1:]] == [[e.groups.get(n) for n in names] for e in examples]
    bare = list(dict(tables(store, without_texts(report)))["rows.csv"])
    assert len(bare[0]) == 6 + len(names)
