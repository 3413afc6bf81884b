"""Columns of an upload that are numbers are numbers in the workbooks of pages and of the report, and the texts they were in CSV."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from runs import make_run

from audit.report.making import make_report
from audit.store import RecordFilter
from dashboard.draw.row_tables import with_table
from dashboard.page.export import frame_csv, frame_xlsx

ROWS = 24
OWN = ("customer", "post", "share", "rounded")


def numbered(lines):
    """The table with a customer's number, a post code of which one begins with a zero, a share that one row lacks, and a rounded one."""
    head = [*lines[0], "customer", "post", "share", "rounded"]
    return [
        head,
        *(
            [*line, str(1_000 - i), f"{'0' * (i == 3)}{1_000 + i}", "" if i == 4 else f"{i / 8:g}", f"{i / 8:.1f}"]
            for i, line in enumerate(lines[1:])
        ),
    ]


@pytest.fixture
def run(store, tmp_path):
    return make_run(store, tmp_path, rows=ROWS, edit=numbered)


def sheet(data, name):
    head, *rows = openpyxl.load_workbook(io.BytesIO(data))[name].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def read(store, run):
    text = store.files.local(run.upload).read_text(encoding="utf-8")
    return dict(enumerate(csv.DictReader(io.StringIO(text)), start=2))


def same(found, told):
    assert isinstance(found["customer"], int)
    assert isinstance(found["post"], str)
    assert found["share"] is None or isinstance(found["share"], int | float)
    texts = ("customer", "post", "rounded")  # 2.0 would come back as 2
    assert [str(found[name]) for name in texts] == [told[name] for name in texts]
    assert isinstance(found["rounded"], str)
    assert found["share"] == (float(told["share"]) if told["share"] else None)
    assert isinstance(found["label"], str)


def test_in_a_download_of_a_page(app, store, run):
    frame = with_table(run, store.records(run.id, RecordFilter(probe="predict")))
    by_line = read(store, run)
    found = sheet(frame_xlsx(frame, "Rows"), "Rows")
    assert len(found) == ROWS
    for row in found:
        same(row, by_line[row["line"]])
    for row in csv.DictReader(io.StringIO(frame_csv(frame).decode("utf-8-sig"))):
        assert {name: row[name] for name in OWN} == {name: by_line[int(row["line"])][name] for name in OWN}


def test_a_column_is_judged_by_all_rows_of_the_run_not_by_those_of_the_download(app, store, run):
    some = store.records(run.id, RecordFilter(probe="predict")).head(3)
    assert {type(row["post"]) for row in sheet(frame_xlsx(with_table(run, some), "Rows"), "Rows")} == {str}


def test_in_the_workbook_of_a_report(store, run):
    (file,) = make_report(store, run.id, formats=("xlsx",), preview=False)["files"]
    by_line = read(store, run)
    found = sheet(file.content, "rows")
    assert len(found) == ROWS
    for row in found:
        same(row, by_line[row["line"]])
