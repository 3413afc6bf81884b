"""A probe of another package that looks at the sample as a whole, from its entry point to export and verification."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import run_fakes
from scipy.stats import ks_2samp

from audit import kinds
from audit.errors import InputError, RunError, SpecError, TableError
from audit.records import Example, Prediction, SampleOutcome, from_dict, to_dict
from audit.results.reading import read
from audit.results.recomputing import check_content
from audit.run import client
from audit.run.bundle import import_run, verify_bundle
from audit.run.bundle_files import open_bundle
from audit.run.estimate import calibrate
from audit.run.exporting import export_run
from audit.run.prepare import make_plan
from audit.run.replay import check_run, replay
from audit.run.sampling import collect_sample, weighed
from audit.spec import AuditSpec, ProbeSpec, TableSpec, read_spec
from audit.table_choices import TableChoices

SUPPORT = Path(__file__).resolve().parents[2] / "support"


@pytest.fixture(autouse=True)
def installed(tmp_path, monkeypatch):
    """A package beside Assay that brings one probe."""
    site = tmp_path / "site"
    (site / "drift-1.0.dist-info").mkdir(parents=True)
    (site / "drift_probe.py").write_text((SUPPORT / "length_drift.py").read_text(encoding="utf-8"), encoding="utf-8")
    (site / "drift-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: drift\nVersion: 1.0\n")
    (site / "drift-1.0.dist-info" / "entry_points.txt").write_text(
        f"[{kinds.GROUP}]\nsample.length_drift = drift_probe:LengthDrift\n"
    )
    monkeypatch.syspath_prepend(str(site))
    kinds.forget()
    yield
    kinds.forget()


def written(path: Path, lengths, labels=("negative", "positive"), head="text,label") -> Path:
    lines = [f"{'x' * int(n)},{labels[i % len(labels)]}" for i, n in enumerate(lengths)]
    path.write_text(head + "\n" + "\n".join(lines) + "\n")
    return path


@pytest.fixture
def tables(tmp_path):
    """The audited table, with texts that occur several times, and a reference of longer texts."""
    rng = np.random.default_rng(4)
    ours, theirs = rng.integers(5, 40, 60), rng.integers(20, 60, 80)
    return written(tmp_path / "now.csv", ours), written(tmp_path / "then.csv", theirs)


def drift(tmp_path, table, reference, *, seed=0, **params) -> AuditSpec:
    slow = run_fakes.make_spec(tmp_path / "m", table)
    probe = ProbeSpec(kind="sample", name="length_drift", params=params)
    return slow.model_copy(
        update={
            "probes": (*slow.probes, probe), "seed": seed,
            "reference": None if reference is None else slow.table.alike(str(reference)),
        }
    )  # fmt: skip


def lengths(path: Path, label: str = "") -> list[int]:
    with path.open(newline="") as file:
        return [len(row["text"]) for row in csv.DictReader(file) if label in ("", row["label"])]


def found(bench, run) -> dict[str, SampleOutcome]:
    return {record.subject: record for _, record in bench.store.iter_records(run.id, "length_drift")}


def test_one_shard_of_all_rows_gives_records_about_them(bench, tmp_path, tables):
    run = bench.whole(drift(tmp_path, *tables))
    shards = [shard for shard in bench.store.shards(run.id) if shard.probe == "length_drift"]
    assert [(len(shard.rows), shard.status) for shard in shards] == [(run.rows_sampled, "done")]
    records = found(bench, run)
    assert set(records) == {"", "label=negative", "label=positive"}
    for subject, record in records.items():
        label = subject.removeprefix("label=")
        ours, theirs = lengths(tables[0], label), lengths(tables[1], label)
        assert record.values["ks"] == pytest.approx(ks_2samp(ours, theirs).statistic, abs=1e-6)
        assert 0 < record.values["p_value"] <= 0.05
        assert record.reference_rows == len(theirs)
        assert set(record.rows) == {e.row_id for e in bench.store.iter_examples(run.id) if label in ("", e.label)}
    assert run.status == "finished", run.note
    assert "could not be" not in run.note
    assert run.provenance["reference"]["rows"] == 80


def test_what_a_record_says_is_read_back_and_stands_in_its_frame(bench, tmp_path, tables):
    run = bench.whole(drift(tmp_path, *tables))
    record = found(bench, run)["label=positive"]
    assert from_dict(SampleOutcome, to_dict(record)) == record
    frame = read(bench.store, run.id).frames.samples
    assert list(frame["subject"]) == ["", "label=negative", "label=positive"]
    assert frame["ks"].iloc[2] == pytest.approx(record.values["ks"])
    assert frame["rows"].iloc[2] == len(record.rows)
    page = bench.store.records(run.id)
    assert len(page) == bench.store.count_records(run.id) == run.rows_sampled + 3
    assert bench.store.record(run.id, "length_drift", record.row_id) == record


def test_it_is_exported_verified_replayed_and_taken_in(bench, tmp_path, tables):
    from audit.report.build import build_report
    from audit.report.csv_files import write_csv

    run = bench.whole(drift(tmp_path, *tables))
    assert check_run(bench.store, run.id) == []
    assert check_content(bench.store, run.id) == []
    again = replay(bench.store, run.id, run.rows_sampled + 3, bench.models)
    assert [one.differences for one in again if one.probe == "length_drift"] == [(), (), ()]
    report = build_report(bench.store, run.id)
    assert not any(limit.kind in {"missing", "no_sample"} for limit in report.limits)
    (made,) = write_csv(bench.store, report, tmp_path / "csv.zip")
    with zipfile.ZipFile(made) as archive:
        lines = list(csv.DictReader(io.StringIO(archive.read("samples.csv").decode("utf-8-sig"))))
    assert {(line["subject"], line["value"]) for line in lines} == {
        (subject, name) for subject in found(bench, run) for name in ("ks", "p_value")
    }
    assert "--reference then.csv" in report.reproduce[0] or "--spec" in report.reproduce[0]
    bundle = export_run(bench.store, run.id, tmp_path / "out")
    assert verify_bundle(open_bundle(bundle))[0] == []
    before = found(bench, run)
    client.delete(run.id, store=bench.store)
    taken = import_run(bench.store, bundle)
    assert found(bench, taken) == before
    assert check_content(bench.store, taken.id) == []


def test_a_forged_record_about_the_sample_is_found(bench, tmp_path, tables):

    import sqlalchemy as sa

    from audit.store import schema as s
    from audit.store.indexing import digest

    run = bench.whole(drift(tmp_path, *tables))
    record = found(bench, run)[""]
    other = {k: v for k, v in to_dict(replace(record, rows=(*record.rows, "f" * 16))).items() if k != "probe"}
    with bench.store.database.write() as connection:
        mine = s.records.c.row_id == record.row_id
        connection.execute(sa.update(s.records).where(mine).values(payload=json.dumps(other), digest=digest(other)))
    assert any("rests on a row that the run does not have" in fault for fault in check_content(bench.store, run.id))


def test_the_shard_is_the_same_work_only_for_the_same_rows_weights_and_reference(bench, tmp_path, tables):
    table, reference = tables
    first = bench.whole(drift(tmp_path, table, reference))
    same = bench.whole(drift(tmp_path, table, reference))
    assert all(shard.reused for shard in bench.store.shards(same.id))
    assert (same.spec_hash, same.result_hash) == (first.spec_hash, first.result_hash)
    other = written(tmp_path / "other.csv", lengths(reference)[:-1])
    changed = bench.whole(drift(tmp_path, table, other))
    assert changed.spec_hash != first.spec_hash
    assert {shard.probe: shard.reused for shard in bench.store.shards(changed.id)} == {
        "slow": True,
        "length_drift": False,
    }
    text = table.read_text().splitlines()
    table.write_text("\n".join([*text, text[1]]) + "\n")  # one row more of a text that is there already
    heavier = bench.whole(drift(tmp_path, table, reference))
    assert heavier.rows_sampled == first.rows_sampled
    assert {shard.probe: shard.reused for shard in bench.store.shards(heavier.id)} == {
        "slow": True,
        "length_drift": False,
    }


def test_without_a_reference_it_is_skipped_with_the_way_to_give_one(bench, tmp_path, tables):
    run = bench.whole(drift(tmp_path, tables[0], None))
    probe = next(p for p in bench.store.probes(run.id) if p.probe == "length_drift")
    assert (probe.status, probe.rows) == ("skipped", 0)
    assert "--reference" in probe.reason


def test_a_spec_without_a_reference_keeps_the_hash_it_had(tmp_path, tables):
    spec = run_fakes.make_spec(tmp_path / "m", tables[0])
    assert "reference" not in spec.to_json()
    assert read_spec(spec.to_json()).work_hash == spec.work_hash
    named = spec.model_copy(update={"reference": TableSpec(path="then.csv")})
    assert read_spec(named.to_json()).reference == named.reference
    assert named.work_hash != spec.work_hash
    renamed = named.model_copy(update={"reference": TableSpec(path="then.csv", name="last month")})
    assert renamed.work_hash == named.work_hash


@pytest.mark.parametrize(
    ("head", "labels", "said"),
    [
        (
            "text,other",
            ("negative", "positive"),
            r"then\.csv has nothing for these columns of the audited table now\.csv: label",
        ),
        ("text,label", ("negative", "lukewarm"), r"then\.csv.*lukewarm"),
    ],
)
def test_a_reference_that_cannot_be_compared_is_refused_in_a_sentence(bench, tmp_path, tables, head, labels, said):
    other = written(tmp_path / "then.csv", [5, 6, 7, 8], labels, head)
    with pytest.raises(TableError, match=said) as raised:
        bench.whole(drift(tmp_path, tables[0], other))
    assert str(raised.value).count("\n") == 0


def test_a_reference_with_another_fingerprint_is_refused(bench, tmp_path, tables):
    spec = drift(tmp_path, *tables)
    other = spec.reference.model_copy(update={"fingerprint": "ab" * 32})
    with pytest.raises(SpecError, match=r"then\.csv is not the one"):
        bench.whole(spec.model_copy(update={"reference": other}))
    gone = spec.model_copy(update={"reference": spec.table.alike(str(tmp_path / "none.csv"))})
    with pytest.raises(SpecError, match="does not exist"):
        client.start(gone, store=bench.store)


def test_a_reference_is_a_table_in_use(bench, tmp_path, tables):
    run = bench.whole(drift(tmp_path, *tables))
    uploads = {upload.name: upload for upload in bench.store.uploads()}
    assert (uploads["now.csv"].runs, uploads["then.csv"].runs) == (1, 1)
    assert bench.store.delete_upload(uploads["then.csv"].sha256) == 1
    assert not bench.store.exists(run.id)


def test_an_estimate_tries_it_on_a_few_rows_together(bench, tmp_path, tables):
    spec = drift(tmp_path, *tables)
    run = bench.prepare(client.start(spec, store=bench.store))
    classifier = bench.models.get(spec.model)
    planned = make_plan(spec, bench.store.examples(run.id), classifier, "some")
    reference = [Example("0" * 16, "x" * 9, label="positive"), Example("1" * 16, "x" * 3, label="negative")] * 3
    tried = calibrate(spec, planned, classifier, reference=reference)["probes"]["length_drift"]
    assert tried["rows"] == run.rows_sampled
    assert tried["skipped"] is None


def test_rows_are_counted_as_often_as_the_table_has_them():
    one, two = Example("a" * 16, "a"), Example("b" * 16, "b")
    assert weighed([one, two], {"a" * 16: 2}) == [one, one, two]


class Odd:
    """Yields what it is given."""

    name = "odd"

    def __init__(self, *records):
        self.records = records

    def run(self, classifier, examples, *, seed, reference):
        yield from self.records


ROW = Example("a" * 16, "a")


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ((), "gave no record"),
        ((Prediction(ROW.row_id, "a", (1.0,), 1, 1),), "a record about one row"),
        ((SampleOutcome("odd", {}, (), 0), SampleOutcome("odd", {}, (), 0)), "two records about ''"),
        ((SampleOutcome("odd", {"x": float("nan")}, (), 0),), "no number"),
        ((SampleOutcome("odd", {}, ("b" * 16,), 0),), "not shown"),
    ],
)
def test_records_that_are_not_about_these_rows_are_refused(records, said):
    with pytest.raises(RunError, match=said):
        collect_sample(Odd(*records), None, [ROW], (), seed=0)


def test_the_terminal_names_a_reference_that_is_read_like_the_table(tmp_path, tables):
    from audit.cli.run import check_table, make_spec

    choices = TableChoices(text="text", label="label", encoding="utf-8")
    asked = {
        "model": "m",
        "base": None,
        "device": None,
        "suite": "quick",
        "limit": None,
        "seed": 0,
        "name": "",
        "policy": None,
    }
    spec = make_spec(csv=tables[0], choices=choices, spec_file=None, reference=tables[1], **asked)
    assert spec.reference == TableSpec(path=str(tables[1]), text="text", label="label")
    check_table(spec, said={})
    bare = written(tmp_path / "bare.csv", [5, 6], head="text,other")
    spec = make_spec(csv=tables[0], choices=TableChoices(), spec_file=None, reference=bare, **asked)
    with pytest.raises(
        TableError, match=r"bare\.csv has nothing for these columns of the audited table now\.csv: label"
    ):
        check_table(spec, said={})
    with pytest.raises(InputError, match=r"The reference table .*none\.csv does not exist"):
        make_spec(csv=tables[0], choices=TableChoices(), spec_file=None, reference=tmp_path / "none.csv", **asked)
    kept = tmp_path / "spec.json"
    kept.write_text(json.dumps(run_fakes.make_spec(tmp_path / "m", tables[0]).to_json()))
    again = make_spec(csv=None, choices=TableChoices(), spec_file=kept, reference=tables[1], **{**asked, "model": None})
    assert again.reference.path == str(tables[1])


def test_a_report_has_a_chapter_about_the_sample_and_without_texts_no_word_of_it(bench, tmp_path, tables):
    from audit.report.blocks import Table
    from audit.report.build import build_report
    from audit.report.html import render_html
    from audit.report.json_file import read_json, render_json
    from audit.report.layout import lay_out
    from audit.report.textless import without_texts

    report = build_report(bench.store, bench.whole(drift(tmp_path, *tables)).id)
    (chapter,) = [section for section in lay_out(report).sections if section.id == "samples"]
    (part,) = chapter.sections
    (table,) = [block for block in part.blocks if isinstance(block, Table)]
    assert part.title == "Length of texts"
    assert [row[0].text for row in table.rows] == ["all rows"] * 2 + ["label=negative"] * 2 + ["label=positive"] * 2
    assert "then.csv, 80 rows" in chapter.blocks[1].text
    assert "label=negative" in render_html(lay_out(report))
    (tmp_path / "r.json").write_text(render_json(report), encoding="utf-8")
    assert read_json(tmp_path / "r.json").samples == report.samples
    bare = without_texts(report)
    assert {one.subject for one in bare.samples} == {""}
    assert bare.provenance["reference"]["warnings"] == []
    assert not any(section.id == "samples" for section in lay_out(replace(report, samples=())).sections)
