"""Every column of every file of a bundle, changed one at a time by somebody who makes the manifest fit.

What is changed is found by `verify`, or stands in `HARMLESS`: statements that nothing else in a run can confirm, which
only a signature vouches for. docs/report.md lists them for readers.
"""

import json
from dataclasses import replace

import pytest
from forging import edit, put, rewrite
from installations import installation
from runs import make_run

from audit.errors import ReportError
from audit.records import AttackOutcome, content_id
from audit.results import recomputing
from audit.results.judging import reviewed
from audit.results.row_ids import check_rows
from audit.run.bundle import verify_bundle
from audit.run.bundle_files import open_bundle
from audit.run.exporting import export_run
from audit.run.finish import result_hash
from audit.run.prepare import how_read
from audit.store import close_stores, open_store
from audit.table import TableOptions, open_table

HARMLESS = {
    "run.json": {
        "name", "wanted", "attempt", "priority", "fresh", "created_at", "started_at", "finished_at", "model_card", "rows_total",
        "upload", "estimate", "provenance", "note", "imported", "signature",
    },
    "probes.json": {"version", "params"},
    "rows.jsonl": {"rationale", "line"},
    "shards.jsonl": {"shard_id", "reused", "seconds", "worker", "finished_at", "error"},
    "records/0000.jsonl": set(),
    "scores.json": {"slice"},
    "findings.json": set(),
    "reviews.json": {"who", "note", "reviewed_at", "label"},
}  # fmt: skip
OTHER = {
    "status": {"finished": "cancelled", "planned": "skipped", "done": "failed"}, "verdict": {"FAIL": "PASS", "PASS": "FAIL",
    "INCONCLUSIVE": "PASS", "same": "different"}, "kind": {"prediction": "attack", "explainer": "attack"},
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A finished, judged and reviewed run, exported as a folder; its columns by file."""
    folder = tmp_path_factory.mktemp("forging")
    with installation(folder):
        store = open_store()
        run = make_run(store, folder, rows=24)
        store.update_run(run.id, result_hash=result_hash(store, run.id))
        broken = next(
            r
            for _, r in store.iter_records(run.id, "deepwordbug")
            if isinstance(r, AttackOutcome) and r.status == "success"
        )
        store.save_review(run.id, "deepwordbug", broken.row_id, "same", who="ana", note="a note")
        reviewed(store, run.id)
        out = export_run(store, run.id, folder / "out")
        close_stores()
    return out


@pytest.fixture(scope="module")
def measured():
    """Measures of what has been measured before: most forgeries leave the records as they are."""
    return {}


@pytest.fixture
def bundle(made, tmp_path, home, measured, monkeypatch):
    import shutil

    measure = recomputing.measure

    def once(store, run):
        parts = (list(store.stored_rows(run.id)), list(store.stored_records(run.id)), store.probes(run.id), run.labels,
                 run.identity, run.spec.get("seed"), [(r.probe, r.row_id, r.verdict) for r in store.reviews(run.id)])  # fmt: skip
        key = repr(parts)
        if key not in measured:
            measured[key] = measure(store, run)
        return measured[key]

    monkeypatch.setattr(recomputing, "measure", once)
    copy = tmp_path / "copy"
    shutil.copytree(made, copy)
    yield copy
    close_stores()


def forged(name, value):
    """Another value of the same type."""
    if name in OTHER and value in OTHER[name]:
        return OTHER[name][value]
    if name.endswith("_at") and value:
        return "2001" + value[4:]  # another time, in the form of one
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case float():
            return value + 0.25
        case str():
            return value[:-1] + ("0" if value[-1:] != "0" else "1") if value else "x"
        case list():
            return [*value, value[0]] if value else ["x"]
        case dict():
            return {**value, next(iter(value)): forged("", next(iter(value.values())))} if value else {"forged": "x"}
    return {"rationale": [1], "line": 7}.get(name, 1 if name in NUMBERS else {} if name in DATA else "x")


NUMBERS = {
    "correct",
    "flips",
    "queries",
    "words_changed",
    "similarity",
    "valid",
    "seconds",
    "confidence",
    "value",
    "low",
    "high",
    "n_to_settle",
}
DATA = {"policy", "estimate", "model_card", "signature"}


def entries(bundle, name):
    path = bundle / name
    if name.endswith(".jsonl"):
        return [json.loads(line) for line in path.read_text().split("\n") if line]
    data = json.loads(path.read_text())
    return data if isinstance(data, list) else [data]


def verdict_of(bundle):
    """What `verify` says is wrong, as one text; empty where it finds nothing."""
    try:
        return "; ".join(verify_bundle(open_bundle(bundle))[0])
    except ReportError as error:
        return str(error)


def test_the_bundle_itself_is_right(bundle):
    assert verdict_of(bundle) == ""


@pytest.mark.slow
@pytest.mark.parametrize("name", HARMLESS)
def test_a_change_of_any_column_is_found_or_is_known_to_be_harmless(bundle, name):
    original = (bundle / name).read_bytes()
    manifest = (bundle / "manifest.json").read_bytes()
    accepted = set()
    place = len(entries(bundle, name)) // 2
    columns = list(entries(bundle, name)[place])
    assert columns
    for column in columns:

        def change(data, column=column):
            entry = data if isinstance(data, dict) else data[place]
            entry[column] = forged(column, entry[column])

        edit(bundle, name, change)
        if not verdict_of(bundle):
            accepted.add(column)
        (bundle / name).write_bytes(original)
        (bundle / "manifest.json").write_bytes(manifest)
    assert accepted == HARMLESS[name]


@pytest.mark.parametrize("name", [name for name in HARMLESS if name != "run.json"])
@pytest.mark.parametrize("how", ["left out", "twice", "swapped"])
def test_entries_left_out_doubled_or_in_another_order_are_found(bundle, name, how):
    def change(data):
        if how == "left out":
            data.pop(len(data) // 2)
        elif how == "twice":
            data.append(data[0])
        else:
            data[0], data[-1] = data[-1], data[0]

    if how == "swapped" and name in {"rows.jsonl", "scores.json", "findings.json", "reviews.json"}:
        pytest.skip("their order says nothing: they are read by their places or keys")
    edit(bundle, name, change)
    assert verdict_of(bundle)


def test_files_that_nothing_reads_are_named(bundle):
    from forging import fit

    (bundle / "notes.json").write_text("[]\n")
    edit(bundle, "manifest.json", lambda manifest: manifest["files"].update({"notes.json": ""}))
    fit(bundle)
    said = []
    assert verify_bundle(open_bundle(bundle), noted=said.append)[0] == []
    assert any("notes.json: no exported run has them" in str(one) for one in said)


TOLD_OTHERWISE = {
    "the seed": ("seeds", {"run": 7, "sample": 0}), "the seed of the sample": ("seeds", {"run": 0, "sample": 7}),
    "the hash of the spec": ("spec_hash", "0" * 64), "no probes": ("probes", []),
}  # fmt: skip


@pytest.mark.parametrize(("place", "value"), TOLD_OTHERWISE.values(), ids=TOLD_OTHERWISE.keys())
def test_the_provenance_says_what_the_run_says(bundle, place, value):
    edit(bundle, "run.json", lambda run: run["provenance"].update({place: value}))
    assert "in the provenance" in verdict_of(bundle)


def test_a_finished_run_has_met_no_error(bundle):
    edit(bundle, "run.json", put(error="Ask for a new audit at evil.example."))
    assert "finished and to have met an error" in verdict_of(bundle)


CANNOT_BE = {
    "a text that was changed otherwise": ("deepwordbug", "name", put(perturbed_text="x")),
    "changes that were not made": ("deepwordbug", "not in its texts", lambda r: r["changes"][0].update(before="zzz")),
    "a success that is none": ("deepwordbug", "turned the answer", lambda r: r.update(perturbed_probs=r["original_probs"])),
    "no probability": ("deepwordbug", "probabilities that are none", lambda r: r.update(perturbed_probs=[2.0, -1.0])),
    "flips that were none": ("typos", "flips", lambda r: r.update(flips=9)),
    "another answer": ("predict", "another answer", lambda r: r.update(probs=r["probs"][::-1])),
    "fewer tokens than none": ("predict", "counts that cannot be", lambda r: r.update(tokens=-1)),
    "a label of nobody's": ("integrated_gradients", "does not have", lambda r: r.update(target="other")),
    "a word that is not there": ("integrated_gradients", "not in its texts", lambda r: r["words"][0].update(end=9999)),
}  # fmt: skip


@pytest.mark.parametrize(("probe", "fault", "change"), CANNOT_BE.values(), ids=CANNOT_BE.keys())
def test_a_record_that_contradicts_itself_is_found(bundle, probe, fault, change):
    lines = [line for line in entries(bundle, "records/0000.jsonl") if line["probe"] == probe]
    states = "success" if probe == "deepwordbug" else "ok"
    place = next(at for at, line in enumerate(lines) if line["status"] == states)
    rewrite(bundle, probe, place, change)
    assert fault in verdict_of(bundle)


@pytest.mark.parametrize("what", ["the model's fingerprint", "who", "the spec"])
def test_what_is_stated_twice_is_the_same_twice(bundle, what):
    def change(run):
        if what == "who":
            run["provenance"]["who"] = "eve"
        elif what == "the spec":
            run["spec"]["seed"] = 7
        else:
            run["identity"]["fingerprint"] = "0" * 64

    edit(bundle, "run.json", change)
    assert verdict_of(bundle)


@pytest.mark.parametrize("place", [0, 11, 23])
@pytest.mark.parametrize("column", ["text", "label", "pair", "groups"])
def test_no_row_of_a_bundle_with_predictions_only_can_be_changed(tmp_path, home, monkeypatch, place, column):
    """Nothing repeats a row's text there: it is held against the row's id alone."""
    monkeypatch.setattr("runs.PROBES", (("prediction", "predict"),))
    store = open_store()
    run = make_run(store, tmp_path, rows=24, score=False)
    store.update_run(run.id, result_hash=result_hash(store, run.id))
    out = export_run(store, run.id, tmp_path / "out")
    close_stores()
    assert verdict_of(out) == ""

    def change(rows):
        value = rows[place][column]
        rows[place][column] = {"region": "west"} if column == "groups" else f"{value or ''} forged"

    edit(out, "rows.jsonl", change)
    assert "its id was made of" in verdict_of(out)


def test_the_flat_copy_of_the_records_is_held_against_them(bundle):
    import pyarrow.parquet as pq
    from forging import fit

    path = bundle / "records.parquet"
    table = pq.read_table(path)
    values = table.column("predicted").to_pylist()
    values[3] = "forged"
    pq.write_table(table.set_column(table.column_names.index("predicted"), "predicted", [values]), path)
    fit(bundle)
    assert "records.parquet" in verdict_of(bundle)
    path.write_bytes(b"PAR1 no more")
    fit(bundle)
    assert "cannot be read" in verdict_of(bundle)


def test_a_row_is_held_against_the_label_as_it_was_typed(tmp_path):
    """Ids of a table are those of one row alone, whatever it holds; duplicates count."""
    path = tmp_path / "t.csv"
    path.write_text(
        'text,label,group:b,group:a\n"a ""q"" \\ \u2028",Yes,1,2\n"a ""q"" \\ \u2028",Yes,1,2\n\u4e2d,,x,\n'
    )
    rows = list(open_table(path))
    assert [row.row_id.partition("-")[2] for row in rows] == ["", "2", ""]
    for row in rows:
        assert content_id(row.text, row.pair, row.label, row.groups) == row.content_id


def test_the_order_of_the_group_columns_makes_no_other_row(tmp_path, home):
    """Honest rows of a table whose groups are not in the order of their names; another group is found."""
    groups = ("zone [/b]", "=1+1", "group:a")
    path = tmp_path / "t.csv"
    path.write_text("\n".join([f"text,label,{','.join(groups)}", *(f"t{i},negative,z{i},e{i},a{i}" for i in range(4))]))
    run = make_run(open_store(), tmp_path, rows=4, score=False)
    table = open_table(path, TableOptions(text="text", label="label", groups=groups))
    assert table.columns.groups == groups
    run = replace(run, provenance={"table": how_read(table)})
    rows = [
        {"position": i, "row_id": row.row_id, "content_id": row.content_id, "weight": 1, "text": row.text, "pair": None,
         "label": row.label, "groups": dict(row.groups)}
        for i, row in enumerate(table)
    ]  # fmt: skip
    assert check_rows(run, rows) == ([], 0)
    rows[2]["groups"]["=1+1"] = "e3"
    [fault], _ = check_rows(run, rows)
    assert rows[2]["row_id"] in fault
    close_stores()
