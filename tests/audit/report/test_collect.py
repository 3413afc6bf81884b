"""What to collect stands with its finding on page and paper, and nowhere where there may be no texts."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from runs import make_run, write_table

from audit.report.build import build_report
from audit.report.caps import CAPS
from audit.report.chapters.findings import findings
from audit.report.strings import strings
from audit.report.textless import without_texts
from audit.results.collecting import what_to_collect
from audit.results.reading import Results
from audit.said import Said, Telling
from audit.scored import Finding, Score
from audit.slices import Slice
from audit.store import close_stores, open_store

NAMES = ("negative", "positive")


@pytest.fixture
def read(home, tmp_path, monkeypatch):
    """Results of a finished run, with a reference table of 50 rows if it is asked for."""
    monkeypatch.delenv("ASSAY_DATABASE_URL", raising=False)
    store = open_store()
    run = make_run(store, tmp_path, rows=24)
    table = store.add_upload(write_table(tmp_path / "learnt.csv", 50, NAMES, seed=5), "learnt.csv")

    def results(*, card=None, path=table.sha256, rows=50, **more):
        spec = {**run.spec, "reference": {"path": path}}
        provenance = {**(run.provenance or {}), "reference": {"name": "learnt.csv", "rows": rows}}
        return Results(store, replace(run, spec=spec, provenance=provenance, model_card=card, **more))

    yield run, store, results, table
    close_stores()


def failed(**where):
    where = {name.replace("__", ":"): value for name, value in where.items()}
    score = Score("slice_gap", 0.2, 0.1, 0.3, 0.95, 24, "wilson", "lower_is_better", "slice_gap", where=Slice(where))
    return Finding("pattern:weak:x", Telling(Said("finding.other.fail")), "FAIL", "medium", score, 0.0, 0.95)


def counted(said):
    """The count, of how many rows, of which table."""
    (told,) = said.values()
    first = told if "n" in told.values else told.values["parts"][0]
    table = first.values["table"]
    return first.values["n"], first.values["rows"], table.key


def test_rows_are_counted_in_the_file_of_the_reference_table(read):
    _, store, results, table = read
    with store.files.local(table.sha256).open(encoding="utf-8") as file:
        lines = file.read().splitlines()[1:]
    north = sum(line.endswith(",north") for line in lines)
    found = counted(what_to_collect(results(), [failed(group__group__region="north")]))
    assert found == (north, 50, "collect.reference")


def test_it_is_the_training_table_where_the_card_says_so(read):
    _, _, results, table = read
    card = {"data": {"training": {"file": "learnt.csv", "sha256": table.sha256}}}
    assert counted(what_to_collect(results(card=card), [failed(words_over="3")]))[2] == "collect.training"


@pytest.mark.parametrize(
    "more", [{"path": hashlib.sha256(b"").hexdigest()}, {"rows": 10**9}, {"rows": "50"}, {"path": 5}]
)
def test_without_its_file_the_audited_rows_speak(read, more):
    _, _, results, _ = read
    found = counted(what_to_collect(results(**more), [failed(words_over="3")]))
    assert found[1:] == (24, "collect.audited")


def test_nothing_of_a_run_that_is_not_over(read):
    _, _, results, _ = read
    assert what_to_collect(results(status="running"), [failed(words_over="3")]) == {}


def test_it_stands_with_its_finding(read):
    run, store, _, _ = read
    report = build_report(store, run.id)
    shown = replace(report, findings=(failed(words_over="3"),), collect={"pattern:weak:x": "Collect twelve of these."})
    say = strings("en")
    (box,) = [block for block in findings(shown, say, CAPS["full"]).sections[0].blocks if getattr(block, "id", "")]
    assert ("What to collect", "Collect twelve of these.") in box.facts
    assert without_texts(shown).collect == {}
