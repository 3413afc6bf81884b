import json
import zipfile

import pytest
from run_fakes import make_spec

from audit.errors import ReportError
from audit.run.bundle import check_bundle, import_run
from audit.run.bundle_files import open_bundle
from audit.run.exporting import export_run
from audit.run.replay import check_run, differences, replay
from audit.store import Store


@pytest.fixture
def run(bench, tmp_path, table):
    return bench.whole(make_spec(tmp_path / "m", table(30, {7: "BAD", 12: "BOOM", 3: "=cmd()|ünï"})))


@pytest.fixture
def elsewhere(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    yield store
    store.close()


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_export_and_import_keep_everything(store, elsewhere, run, tmp_path, name):
    store.save_review(run.id, "slow", store.examples(run.id, [0])[0].row_id, "same", who="me")
    out = export_run(store, run.id, tmp_path / name)
    assert check_bundle(open_bundle(out)) == []
    taken = import_run(elsewhere, out)
    assert (taken.id, taken.result_hash, taken.verdict) == (run.id, run.result_hash, run.verdict)
    assert taken.imported
    assert taken.upload is None
    assert taken.provenance == run.provenance
    assert elsewhere.scores(run.id) == store.scores(run.id)
    assert elsewhere.findings(run.id) == store.findings(run.id)
    assert elsewhere.replicates(run.id) == store.replicates(run.id)
    assert elsewhere.reviews(run.id) == store.reviews(run.id)
    assert list(elsewhere.iter_records(run.id)) == list(store.iter_records(run.id))
    assert elsewhere.examples(run.id) == store.examples(run.id)
    assert check_run(elsewhere, run.id) == []
    assert elsewhere.progress(run.id).errors == store.progress(run.id).errors
    with pytest.raises(ReportError, match="has a run"):
        import_run(elsewhere, out)


def test_an_import_measures_once(store, elsewhere, run, tmp_path, monkeypatch):
    from audit.results import judging
    from audit.score import scoring

    out = export_run(store, run.id, tmp_path / "out")
    original, measured = scoring.measure_run, []
    monkeypatch.setattr(scoring, "measure_run", lambda *a, **k: measured.append(1) or original(*a, **k))
    import_run(elsewhere, out)
    assert len(measured) == 1
    assert elsewhere.replicates(run.id) == store.replicates(run.id)
    assert elsewhere.table(run.id, "confusion") == store.table(run.id, "confusion")
    judging.judge(elsewhere, run.id, None)  # from what was kept, without another look at the records
    assert elsewhere.findings(run.id) == store.findings(run.id)
    assert len(measured) == 1


def test_the_same_run_gives_the_same_bytes(store, run, tmp_path):
    first = export_run(store, run.id, tmp_path / "a.zip")
    second = export_run(store, run.id, tmp_path / "b.zip", extra={})
    assert first.read_bytes() == second.read_bytes()
    with pytest.raises(ReportError, match="exists already"):
        export_run(store, run.id, first)


def test_every_changed_file_is_named(store, run, tmp_path):
    out = export_run(store, run.id, tmp_path / "out")
    names = json.loads((out / "manifest.json").read_text())["files"]
    assert len(names) >= 9
    for name in names:
        data = (out / name).read_bytes()
        (out / name).write_bytes(data + b" ")
        assert check_bundle(open_bundle(out)) == [f"the file {name} was changed"]
        (out / name).write_bytes(data)
    (out / "more.txt").write_text("x")
    assert check_bundle(open_bundle(out)) == ["the file more.txt is not in the manifest"]
    (out / "more.txt").unlink()
    (out / "rows.jsonl").unlink()
    assert check_bundle(open_bundle(out)) == ["the file rows.jsonl is missing"]
    with pytest.raises(ReportError, match=r"rows\.jsonl is missing"):
        import_run(store, out)


def test_a_forged_record_is_found_even_with_a_forged_manifest(store, run, tmp_path):
    import hashlib

    out = export_run(store, run.id, tmp_path / "out")
    path = out / "records" / "0000.jsonl"
    path.write_text(path.read_text().replace('\\"predicted\\":\\"positive\\"', '\\"predicted\\":\\"negative\\"', 1))
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["files"]["records/0000.jsonl"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (out / "manifest.json").write_text(json.dumps(manifest))
    [fault] = check_bundle(open_bundle(out))
    assert "does not fit its digest" in fault


def test_what_is_no_bundle_is_said(tmp_path, store):
    (tmp_path / "x").mkdir()
    with pytest.raises(ReportError, match=r"no manifest\.json"):
        open_bundle(tmp_path / "x")
    with pytest.raises(ReportError, match="neither a folder"):
        open_bundle(tmp_path / "none.zip")
    with zipfile.ZipFile(tmp_path / "new.zip", "w") as archive:
        archive.writestr("manifest.json", json.dumps({"format": 99}))
    with pytest.raises(ReportError, match="format 99"):
        open_bundle(tmp_path / "new.zip")


def test_a_run_that_goes_on_is_not_exported(store, bench, tmp_path, table):
    from audit.run import client

    run = client.start(make_spec(tmp_path / "m", table()), store=store)
    with pytest.raises(ReportError, match="queued"):
        export_run(store, run.id, tmp_path / "out")


def test_changed_records_are_found_in_the_store(store, run):
    with store.database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE records SET payload = REPLACE(payload, '\"tokens\":2', '\"tokens\":3') WHERE position = 1"
        )
    faults = check_run(store, run.id)
    assert faults
    assert all("was changed" in fault for fault in faults)
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE records SET digest = 'x' || digest WHERE position = 0")
    assert any("do not fit its digest" in fault for fault in check_run(store, run.id))
    assert "the records do not give the stated result hash" in check_run(store, run.id)


def test_replay_agrees_and_finds_a_difference(store, bench, run):
    results = replay(store, run.id, 10, bench.models)
    assert len(results) == 10
    assert not any(r.differences for r in results)
    with store.database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE records SET payload = REPLACE(payload, '\"kept\":2', '\"kept\":1') WHERE error IS NULL"
        )
    wrong = [r for r in replay(store, run.id, 24, bench.models) if r.differences]
    assert wrong
    assert wrong[0].differences == ("kept: 1 became 2",)


def test_rounding_is_no_difference():
    from audit.records import Prediction

    first = Prediction("r", "a", (0.5, 0.5), 1, 1)
    assert differences(first, Prediction("r", "a", (0.50004, 0.49996), 1, 1)) == ()
    assert differences(first, Prediction("r", "a", (0.51, 0.49), 1, 1)) == (
        "probs[0]: 0.5 became 0.51",
        "probs[1]: 0.5 became 0.49",
    )
