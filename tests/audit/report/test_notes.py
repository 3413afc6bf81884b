"""What people wrote stands in a report that was asked to hold it, and in no other."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest
from sample_run import RUNS

from audit.report import build_report, make_report
from audit.report.json_file import read_json, render_json
from audit.report.textless import without_texts

RUN = RUNS["reviews"]
SAID = {"run": "seen by the board <b>", "row": "its label is wrong", "finding": "accepted until May"}


@pytest.fixture
def noted(store):
    """The run with a note on itself, on a row and on a finding."""
    subjects = {"run": "", "row": str(store.rows(RUN, limit=1)["row_id"].iloc[0]), "finding": store.findings(RUN)[0].id}
    for about, note in SAID.items():
        store.save_note(RUN, about, subjects[about], note, who="ana")
    yield subjects
    for about, subject in subjects.items():
        store.save_note(RUN, about, subject, "", who="ana")


def html(store, **chosen):
    (file,) = make_report(store, RUN, formats=("html",), preview=False, **chosen)["files"]
    return file.content.decode()


def test_notes_stand_in_the_report_that_was_asked_for_them(store, noted):
    made = html(store, notes=True)
    finding = store.findings(RUN)[0]
    for said in ("seen by the board &lt;b&gt;", "its label is wrong", "accepted until May", "ana", noted["row"]):
        assert said in made
    assert made.index("What people wrote about this run") < made.index("accepted until May")
    assert finding.title.split(" ")[0] in made
    for without in (html(store), html(store, notes=True, texts=False)):
        assert not any(note.split(" <")[0] in without for note in SAID.values())


def test_a_run_without_notes_has_no_such_chapter(store):
    assert "What people wrote about this run" not in html(store, notes=True)


def test_notes_are_data_too(store, noted, tmp_path):
    report = build_report(store, RUN, notes=True)
    path = tmp_path / "r.json"
    path.write_text(render_json(report), encoding="utf-8")
    assert {(n.about, n.subject): n.note for n in read_json(path).notes} == {(a, noted[a]): SAID[a] for a in SAID}
    assert json.loads(render_json(build_report(store, RUN)))["notes"] == []
    assert without_texts(report).notes == ()


def test_notes_are_a_table_of_the_csv_files(store, noted):
    made = make_report(store, RUN, formats=("csv",), preview=False, notes=True)["files"]
    with zipfile.ZipFile(io.BytesIO(made[0].content)) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("notes.csv").decode("utf-8-sig"))))
    assert {(row["about"], row["note"], row["who"]) for row in rows} == {(a, note, "ana") for a, note in SAID.items()}
