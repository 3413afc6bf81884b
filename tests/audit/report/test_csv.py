"""CSV files: no formulas, every record, the same zip each time."""

from __future__ import annotations

import csv
import io
import zipfile

from sample_run import RUNS

from audit.csv_cells import neutral
from audit.report import build_report
from audit.report.csv_files import write_csv


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


def test_the_zip_is_the_same_twice(store, tmp_path):
    report = build_report(store, RUNS["reviews"])
    first, second = (write_csv(store, report, tmp_path / f"{i}.zip")[0].read_bytes() for i in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.testzip() is None
        assert archive.read("scores.csv").startswith(b"\xef\xbb\xbfname,")
