"""ONNX Runtime on the CPU in place of torch: fp32, exported once, cached by fingerprint, and held against torch."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from models.agreement import agrees_on_trials
from models.classifier import TokenRow
from models.engine import Engine, TorchEngine
from models.exporting import OnnxSession, open_session
from models.huggingface import HuggingFaceClassifier

TOLERANCE = 1e-5  # on probabilities


class OnnxEngine:
    """ONNX Runtime on the CPU."""

    name = "onnx"

    def __init__(self, classifier: HuggingFaceClassifier, session: OnnxSession) -> None:
        self._classifier, self._session = classifier, session

    def run(self, rows: Sequence[TokenRow]) -> NDArray[np.float32]:
        """Class logits (len(rows), n_labels)."""
        raw = torch.from_numpy(self._session.run(self._classifier.collate(rows)))
        logits: NDArray[np.float32] = self._classifier.class_logits(raw).numpy()
        return logits


def onnx_engine(classifier: HuggingFaceClassifier) -> OnnxEngine | None:
    """The ONNX engine of a classifier, exporting it first if need be; None where export or check fails.

    The export is kept by fingerprint, and checked against torch: on a few rows each time it is opened, on all that a
    model is tried on (`models.trials`) the first time. Any probability off by more than 1e-5 and torch stays, as it
    does for a model whose state must be put back before each forward pass.
    """
    if classifier.device != "cpu" or classifier.dtype != "float32" or classifier.findings.fresh:
        return None
    try:
        rows = _probe_rows(classifier)
        batch = classifier.collate(rows[: 1 if classifier.equal_lengths else 2])
        batch = {name: tensor for name, tensor in batch.items() if name in classifier.inputs}
        module = _Plain(classifier.module, list(batch))
        session = open_session(classifier.fingerprint[:32], module, batch, classifier.threads)
        engine = OnnxEngine(classifier, session)
        agrees = _agrees(classifier, engine) and agrees_on_trials(classifier, engine, session.path, TOLERANCE)
        return engine if agrees else None
    except Exception:  # an architecture that cannot be exported is not an error: torch does the work
        logging.getLogger(__name__).info("no ONNX engine for %s", classifier.name, exc_info=True)
        return None


def _probe_rows(classifier: HuggingFaceClassifier) -> list[TokenRow]:
    long = "A rather longer sentence, with a comma and 3 numbers: 1, 2, 3."
    texts = ["A short one.", long, "x", long.replace("comma", "colon")]  # equal tokens, at equal places and at others
    rows = classifier.encode_rows(texts)[0]
    ids = (classifier.special.pad, classifier.special.unknown)
    odd = [replace(rows[1], ids=(*rows[1].ids[:3], one, *rows[1].ids[4:])) for one in ids if one is not None]
    return [*rows, *odd]  # some models count their places by the padding before


def _agrees(classifier: HuggingFaceClassifier, engine: Engine) -> bool:
    rows = _probe_rows(classifier)
    groups = [[row] for row in rows] if classifier.equal_lengths else [rows]
    for group in groups:
        ours = classifier.probabilities(engine.run(group))
        reference = classifier.probabilities(TorchEngine(classifier).run(group))
        if not float(np.abs(ours - reference).max()) <= TOLERANCE:  # so that no number is no agreement
            return False
    return True


class _Plain(torch.nn.Module):
    """Positional inputs in, one tensor out: what the exporter wants."""

    def __init__(self, module: Any, names: Sequence[str]) -> None:
        super().__init__()
        self.module, self.names = module, list(names)

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.module(**dict(zip(self.names, inputs, strict=True))).logits
        return logits
