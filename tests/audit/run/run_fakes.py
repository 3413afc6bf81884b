"""A small classifier and probes for the tests of runs: no torch, deterministic, as slow as asked."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from audit import kinds
from audit.records import Example, Prediction
from audit.run import client
from audit.run.finish import finish
from audit.run.holding import HeldModels
from audit.run.prepare import prepare
from audit.run.shard import run_shard
from audit.spec import AuditSpec, ModelSpec, ProbeSpec, TableSpec
from audit.store import Run, Store
from models.classifier import Capabilities, Classifier, Encoding, TextInput, Token, TokenRow
from models.errors import ModelNotFound


class FakeClassifier(Classifier):
    """Two labels; the probability is a hash of the text. Its folder's `weights` file is its fingerprint."""

    def __init__(self, name: str) -> None:
        path = Path(name) / "weights"
        if not path.is_file():
            raise ModelNotFound(f"No model '{name}'; put the folder back or name another.")
        self.name = name
        self.labels = ("negative", "positive")
        self.fingerprint = hashlib.sha256(path.read_bytes()).hexdigest()
        self.head = "softmax"
        self.capabilities = Capabilities(tokens=True)
        self.max_tokens = 512
        self.device, self.dtype, self.engine, self.threads = "cpu", "float32", "torch", 1
        self.card = {"name": "fake"}

    def predict_proba(self, texts: Sequence[TextInput]) -> NDArray[np.float32]:
        p = [int(hashlib.sha256(str(text).encode()).hexdigest()[:4], 16) / 65536 for text in texts]
        return np.asarray([[1 - x, x] for x in p], dtype=np.float32).reshape(-1, 2)

    def encode(self, texts: Sequence[TextInput]) -> list[Encoding]:
        return [Encoding(TokenRow((1, 2)), (Token("a", 1, 0, 1, False, 0, 0),), 2) for _ in texts]

    def logits(self, rows: Sequence[TokenRow]) -> NDArray[np.float32]:
        return np.zeros((len(rows), 2), dtype=np.float32)


class SlowPredict:
    """Predictions, each after `pause` seconds; texts with BAD give a failed row, with BOOM break the shard."""

    name = "slow"
    version: ClassVar[int] = 1

    def __init__(self, *, pause: float = 0.0, missing: bool = False) -> None:
        self.pause, self.missing = pause, missing

    @property
    def params(self) -> Mapping[str, Any]:
        return {"pause": self.pause, "missing": self.missing}

    def unavailable(self, classifier: Classifier) -> str | None:
        return "It lacks a resource; run `python -m audit resources get it`." if self.missing else None

    def run(self, classifier: Classifier, examples: Sequence[Example], *, seed: int) -> Iterator[Prediction]:
        for example in examples:
            time.sleep(self.pause)
            if "BOOM" in example.text:
                raise ValueError("the probe broke")
            if "PANIC" in example.text:
                raise BaseException("as Rust code does")
            if "KILL" in example.text and os.environ.get("ASSAY_TEST_KILL"):
                os.kill(os.getpid(), 9)
            probs = tuple(float(p) for p in classifier.predict_proba([example.text])[0])
            error = "no such word" if "BAD" in example.text and not os.environ.get("ASSAY_TEST_HEALED") else None
            yield Prediction(example.row_id, classifier.predicted_label(probs), probs, 2, 2, error)


def register() -> None:
    kinds.PREDICTION.probes.setdefault("slow", "run_fakes:SlowPredict")


def fake_models() -> HeldModels:
    return HeldModels(lambda spec: FakeClassifier(spec.name))


def fake_model(folder: Path, weights: str = "one") -> ModelSpec:
    folder.mkdir(exist_ok=True)
    (folder / "weights").write_text(weights)
    return ModelSpec(name=str(folder))


def make_spec(folder: Path, table: Path, **slow: Any) -> AuditSpec:
    """A spec of the slow probe on the fake model; `rows` of a shard, the rest parameters of the probe."""
    rows = slow.pop("shard_rows", 5)
    probe = ProbeSpec(kind="prediction", name="slow", params=slow, shard_rows=rows)
    model = ModelSpec(name=str(folder)) if folder.is_dir() else fake_model(folder)
    return AuditSpec(model=model, table=TableSpec(path=str(table)), probes=(probe,))


class InProcess:
    """Does what the workflows do, one shard after another, in this process."""

    def __init__(self, store: Store) -> None:
        self.store, self.models, self.device = store, fake_models(), threading.Lock()

    def prepare(self, run: Run) -> Run:
        prepare(self.store, run, self.models)
        return self.store.run(run.id)

    def shard(self, run: Run, position: int) -> str:
        return run_shard(
            self.store, run.id, position, run.attempt, models=self.models, worker="test", device=self.device
        )

    def whole(self, spec: AuditSpec, **options: Any) -> Run:
        return self.rest(client.start(spec, store=self.store, **options))

    def rest(self, run: Run) -> Run:
        run = self.prepare(run)
        self.store.update_run(run.id, status="running")
        for shard in self.store.shards(run.id, status="pending"):
            self.shard(run, shard.position)
        finish(self.store, self.store.run(run.id))
        return self.store.run(run.id)


if __name__ == "__main__":
    import sys

    from audit.run.worker import serve

    register()
    serve(idle_exit=float(sys.argv[1]) if len(sys.argv) > 1 else None, models=fake_models())
