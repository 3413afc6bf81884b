"""A run's floats and shard ids do not depend on how many cores the machine has."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from audit.records import Example
from audit.run.holding import identity_of, load_model
from audit.spec import AuditSpec, ModelSpec, ProbeSpec, ResolvedProbe, TableSpec, plan

TEXTS = ["a plain text number one", "another one, which is rather longer than the first", "short"]


@pytest.fixture(autouse=True)
def _threads_as_before():
    import torch

    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("engine", ["torch", "onnx"])
def test_the_same_on_one_core_and_on_many(engine: str, tiny_bert_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    probe = ProbeSpec(kind="prediction", name="predict")
    spec = AuditSpec(
        model=ModelSpec(name=str(tiny_bert_dir), engine=engine), table=TableSpec(path="t.csv"), probes=(probe,)
    )
    rows = [Example(row_id=f"{i:016x}", text=text) for i, text in enumerate(TEXTS)]
    resolved = ResolvedProbe("predict", "prediction", "predict", 1, {}, None, 256, {})
    for cores in (1, 2, 64):
        monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, n=cores: set(range(n)), raising=False)
        monkeypatch.setattr(os, "cpu_count", lambda n=cores: n)
        classifier = load_model(spec.model)
        shards = plan(spec, rows, identity_of(classifier), [resolved]).shards
        found.append(([shard.shard_id for shard in shards], classifier.predict_proba(TEXTS).tobytes()))
    assert found[0] == found[1] == found[2]


def test_another_number_can_be_asked_for_and_is_recorded(tiny_bert_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert identity_of(load_model(ModelSpec(name=str(tiny_bert_dir), threads=1))).threads == 1
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert identity_of(load_model(ModelSpec(name=str(tiny_bert_dir), threads=None))).threads == 3
    assert ModelSpec(name="m").model_dump()["threads"] == 2
