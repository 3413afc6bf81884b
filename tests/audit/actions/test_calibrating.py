"""`python -m audit calibrate`: from a real run to a model that answers with believable probabilities."""

from __future__ import annotations

import csv
import json

import pytest
from commands import typed
from real_runs import whole_run
from runs import make_run

from audit.spec import AuditSpec, ModelSpec, ProbeSpec, SampleSpec, TableSpec
from models import catalog, load
from models.places import REPOSITORY

SAMPLE = REPOSITORY / "assets" / "samples" / "sentiment.csv"


@pytest.fixture
def run(store, tmp_path):
    """A real audit of the bundled model on texts that it finds hard: every third label is turned."""
    with SAMPLE.open(encoding="utf-8") as file:
        texts = [line["text"] for line in csv.DictReader(file)][:160]
    answers = [
        load("sentiment", threads=1).predicted_label(p) for p in load("sentiment", threads=1).predict_proba(texts)
    ]
    other = {"negative": "positive", "positive": "negative"}
    path = tmp_path / "t.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = [(t, other[a] if i % 3 == 0 else a) for i, (t, a) in enumerate(zip(texts, answers, strict=True))]
        csv.writer(file).writerows([("text", "label"), *rows])
    spec = AuditSpec(
        name="t", model=ModelSpec(name="sentiment", engine="torch", threads=1), table=TableSpec(path=str(path)),
        sample=SampleSpec(n=160), probes=(ProbeSpec(kind="prediction", name="predict"),),
    )  # fmt: skip
    found = whole_run(store, spec)
    assert found.status == "finished", found.error
    return found


def test_a_model_is_calibrated_by_a_run_and_answers_so(run):
    looked = typed("audit", "calibrate", run.id, "--json")
    assert looked.status == 0, looked
    said = json.loads(looked.out)
    assert said["temperature"] > 1.5, "a third of its sure answers are wrong by these labels"
    assert said["helps"] is True
    assert catalog.find("believed") is None
    kept = typed("audit", "calibrate", run.id, "--name", "believed")
    assert kept.status == 0, kept
    assert "Kept as 'believed'" in kept.out
    plain, found = load("sentiment", threads=1), load("believed", threads=1)
    assert found.scaling.temperature == pytest.approx(said["temperature"], rel=1e-6)
    texts = ["A quiet delight.", "Dull and overlong."]
    before, after = plain.predict_proba(texts), found.predict_proba(texts)
    assert (before.argmax(axis=1) == after.argmax(axis=1)).all()
    assert (after.max(axis=1) < before.max(axis=1)).all()
    again = typed("audit", "calibrate", run.id, "--name", "believed")
    assert again.status == 2
    assert "registered already" in again.err


def test_what_cannot_be_calibrated_is_one_sentence(store, tmp_path):
    going = make_run(store, tmp_path, rows=20, status="paused", done=0.5)
    small = make_run(store, tmp_path, rows=30, score=False)
    for run_id, said in ((going.id, "is paused, not finished"), (small.id, "100 are needed")):
        done = typed("audit", "calibrate", run_id, "--name", "x")
        assert done.status != 0
        assert said in done.err
        assert len(done.err.strip().splitlines()) <= 3
