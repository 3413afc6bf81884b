"""A kind of record is its entry, its record and what is made of it: everything else takes it from there."""

from __future__ import annotations

import csv
import io
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import ModuleType
from typing import ClassVar

import numpy as np
import pytest
import run_fakes

from audit import kinds
from audit.errors import RunError
from audit.kinds.entry import Kind, Part
from audit.records import Prediction, SampleOutcome, from_dict, sample_id, to_dict
from audit.report.blocks import Brand, Section, Text
from audit.report.build import build_report
from audit.report.chapters.chapter import Chapter
from audit.report.csv_files import write_csv
from audit.report.csv_records import RecordTable
from audit.report.html import render_html
from audit.report.layout import lay_out
from audit.report.textless import without_texts
from audit.results.reading import read
from audit.results.recomputing import check_content
from audit.run import client
from audit.run.bundle import import_run, verify_bundle
from audit.run.bundle_files import open_bundle
from audit.run.exporting import export_run
from audit.run.replay import check_run, replay
from audit.run.sampling import collect_sample
from audit.score.definitions import define
from audit.spec import ProbeSpec


@dataclass(frozen=True, slots=True)
class Half:
    """What the model says of the first half of a text."""

    row_id: str
    label: str | None
    half: str
    original_probs: tuple[float, ...]
    same: bool | None
    name: str = "first_half"
    probe: str = ""
    error: str | None = None

    @property
    def state(self) -> str:
        return "ok" if self.error is None else "error"


@dataclass(frozen=True, slots=True)
class Letter:
    """How many rows of the sample, and of its reference, begin with one letter."""

    subject: str
    values: Mapping[str, float]
    rows: tuple[str, ...]
    name: str = "letters"
    probe: str = ""
    error: str | None = None
    original_probs: ClassVar[tuple[float, ...]] = ()

    @property
    def row_id(self) -> str:
        return sample_id(self.subject)

    @property
    def state(self) -> str:
        return "ok"


class Strange(Letter):
    """One that is filed under the id of a row."""

    row_id = "a" * 16


class Asks:
    """What the two probes share."""

    version: ClassVar[int] = 1
    params: ClassVar[Mapping[str, object]] = {}

    def unavailable(self, classifier):
        return None


class FirstHalf(Asks):
    name = "first_half"

    def run(self, classifier, examples, *, seed):
        for example in examples:
            half = example.text[: len(example.text) // 2]
            if "BAD" in example.text:
                yield Half(example.row_id, example.label, "", (), None, error=f"cannot halve {example.text}")
                continue
            whole, part = classifier.predict_proba([example.text, half])
            same = classifier.task.same(classifier.task.answer(whole), classifier.task.answer(part))
            yield Half(example.row_id, example.label, half, tuple(map(float, whole)), same)


class Letters(Asks):
    name = "letters"
    scope = "sample"

    def run(self, classifier, examples, *, seed, reference):
        for letter in sorted({example.text[0] for example in examples}):
            rows = tuple(sorted({e.row_id for e in examples if e.text[0] == letter}))
            yield Letter(letter, {"share": len(rows) / len(examples)}, rows)


def agreement(frames, measurer):
    halves = frames.of("halves")
    for probe, done in halves[~halves["error"]].groupby("probe"):
        yield measurer.proportion("label_share", done["same"], done["weight"], probe=str(probe))


def told(report, say, caps):
    return Section("halves", "Halves", (Text(" ".join(report.evidence[row].text for row in report.chosen["halves"])),))


def shown(results, caps):
    return results.frames.of("halves")["row_id"].head(2)


@pytest.fixture(autouse=True)
def added(monkeypatch):
    """Two entries, as they would stand in the table."""
    module = ModuleType("halves")
    module.FirstHalf, module.Letters, module.agreement = FirstHalf, Letters, agreement
    module.HALVES = Chapter("halves", told, rows=shown)
    monkeypatch.setitem(sys.modules, "halves", module)
    row = Kind(
        "half", Half, "half_of", 3, "halves",
        {"row_id": "t", "error": "?", "probe": "s", "name": "s", "label": "s", "half": "s", "same": "b"},
        "finding.missing.rows", probes={"first_half": "halves:FirstHalf"}, families=(Part(20, "halves:agreement"),),
        chapters=(Part(20, "halves:HALVES"),),
    )  # fmt: skip
    sample = Kind(
        "letter", Letter, "letter", None, "letters",
        {"row_id": "t", "error": "?", "probe": "s", "name": "s", "subject": "s", "rows": "i"}, "finding.missing.sample",
        probes={"letters": "halves:Letters"},
    )  # fmt: skip
    monkeypatch.setitem(kinds._OF_RECORD, Strange, sample)
    for kind in (row, sample):
        monkeypatch.setitem(kinds.KINDS, kind.name, kind)
        monkeypatch.setitem(kinds.STORED, kind.stored, kind)
        monkeypatch.setitem(kinds._OF_RECORD, kind.record, kind)
    kinds.load.cache_clear()
    yield
    kinds.load.cache_clear()


@pytest.fixture
def run(bench, tmp_path):
    table = tmp_path / "t.csv"
    texts = [f"{'ab'[i % 2]}{'x' * (5 + i)} no {i}" for i in range(10)] + ["BAD row"]
    table.write_text("text,label\n" + "".join(f"{text},negative\n" for text in texts))
    spec = run_fakes.make_spec(tmp_path / "m", table)
    more = (ProbeSpec(kind="half", name="first_half", id="halved"), ProbeSpec(kind="letter", name="letters"))
    return bench.whole(spec.model_copy(update={"probes": (*spec.probes, *more)}))


def records(bench, run, probe):
    return [record for _, record in bench.store.iter_records(run.id, probe)]


def test_its_records_are_stored_read_and_stand_in_a_frame(bench, run):
    assert run.status == "finished", run.note
    found = records(bench, run, "halved")
    assert [len(shard.rows) for shard in bench.store.shards(run.id) if shard.probe == "halved"] == [3, 3, 3, 2]
    assert from_dict(Half, to_dict(found[0])) == found[0]
    frames = read(bench.store, run.id).frames
    halves, letters = frames.of("halves"), frames.of("letters")
    assert dict(zip(halves["row_id"], halves["same"], strict=True)) == {
        r.row_id: -1 if r.same is None else int(r.same) for r in found
    }
    assert halves["error"].sum() == 1
    assert list(halves["label"]) == ["negative"] * 11
    assert list(letters["subject"]) == ["B", "a", "b"]
    assert list(letters["rows"]) == [1, 5, 5]
    np.testing.assert_allclose(letters["share"], [1 / 11, 5 / 11, 5 / 11], atol=1e-6)
    assert frames.names == {"halved": "first_half", "letters": "letters"}


def test_its_scores_and_its_chapter_are_the_run_s(bench, run):
    done = [r.same for r in records(bench, run, "halved") if r.error is None]
    (score,) = [score for score in bench.store.scores(run.id) if score.probe == "halved"]
    assert (score.value, score.n) == (pytest.approx(np.mean(done)), 10)
    assert define(score.definition).title
    report = build_report(bench.store, run.id)
    page = render_html(lay_out(report, Brand()))
    assert "<h2>Halves</h2>" in page
    texts = {example.row_id: example.text for example in bench.store.iter_examples(run.id)}
    assert all(texts[row] in page for row in report.chosen["halves"])
    bare = without_texts(report)
    assert bare.evidence == {}


def test_its_csv_has_its_columns_and_no_text_where_none_may_be(bench, run, tmp_path):
    report = build_report(bench.store, run.id)
    for made, texts in ((report, True), (without_texts(report), False)):
        (path,) = write_csv(bench.store, made, tmp_path / f"{texts}.zip")
        with zipfile.ZipFile(path) as archive:
            content = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
        lines = list(csv.DictReader(io.StringIO(content["halves.csv"])))
        assert len(lines) == 11
        assert {line["same"] for line in lines} <= {"0", "1", ""}
        assert ("half" in lines[0]) is texts
        assert ("xxxx" in content["halves.csv"] or "BAD" in content["halves.csv"]) is texts
        assert {line["value"] for line in csv.DictReader(io.StringIO(content["letters.csv"]))} == {"share"}


def test_it_may_say_itself_what_its_frame_and_its_csv_files_hold(bench, run, tmp_path, monkeypatch):
    def rows(record, task):
        named = (record.row_id, record.error is not None, record.probe, record.name, record.label or "", record.half)
        yield (*named, -1 if record.same is None else int(record.same)), {"letters": float(len(record.half))}

    def lines(records, report):
        yield "row_id", "asked"
        for probe, record in records:
            yield record.row_id, f"{probe} of {report.run.model}"

    sys.modules["halves"].rows = rows
    sys.modules["halves"].ASKED = RecordTable("asked.csv", lines)
    sys.modules["halves"].TEXTS = RecordTable("texts.csv", lines, texts=True)
    own = replace(kinds.KINDS["half"], rows="halves:rows", csv=(Part(0, "halves:ASKED"), Part(60, "halves:TEXTS")))
    monkeypatch.setitem(kinds.KINDS, own.name, own)
    monkeypatch.setitem(kinds._OF_RECORD, own.record, own)
    halves = read(bench.store, run.id).frames.of("halves")
    assert list(halves["letters"]) == [float(len(half)) for half in halves["half"]]
    report = build_report(bench.store, run.id)
    for made, there in ((report, True), (without_texts(report), False)):
        (path,) = write_csv(bench.store, made, tmp_path / f"own-{there}.zip")
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            asked = list(csv.DictReader(io.StringIO(archive.read("asked.csv").decode("utf-8-sig"))))
        assert {line["asked"] for line in asked} == {f"halved of {run.model}"}
        assert len(asked) == 11
        assert names.index("asked.csv") < names.index("predictions.csv")
        assert "halves.csv" not in names
        assert ("texts.csv" in names) is there


def test_it_is_exported_verified_replayed_and_taken_in(bench, run, tmp_path):
    assert check_run(bench.store, run.id) == []
    assert check_content(bench.store, run.id) == []
    assert not any(one.differences for one in replay(bench.store, run.id, 30, bench.models))
    bundle = export_run(bench.store, run.id, tmp_path / "out")
    assert verify_bundle(open_bundle(bundle))[0] == []
    before = records(bench, run, "letters")
    client.delete(run.id, store=bench.store)
    assert records(bench, import_run(bench.store, bundle), "letters") == before


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (Prediction("a" * 16, "a", (1.0,), 1, 1), "about one row"),
        (replace(SampleOutcome("letters", {}, (), 0), subject="a"), None),
        (Strange("a", {}, ()), "under another id"),
    ],
)
def test_a_record_about_many_rows_has_the_id_of_what_it_is_about(record, said):
    probe = Letters()
    probe.run = lambda *_, **__: iter([record])
    if said is None:
        assert collect_sample(probe, None, [], [], seed=0) == [record]
        return
    with pytest.raises(RunError, match=said):
        collect_sample(probe, None, [], [], seed=0)
