"""Engines run one padded batch: torch, or ONNX Runtime on the CPU (fp32, exported once, cached by fingerprint)."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import torch
from filelock import FileLock
from numpy.typing import NDArray

from models.batching import FIRST, equal_tokens
from models.classifier import TokenRow
from models.places import cache

if TYPE_CHECKING:
    from models.huggingface import HuggingFaceClassifier

TOLERANCE = 1e-5  # on probabilities
OPSET = 17
EXPORT_VERSION = 3


class Engine(Protocol):
    """Runs one batch of token rows."""

    name: str

    def run(self, rows: Sequence[TokenRow]) -> NDArray[np.float32]:
        """Class logits (len(rows), n_labels)."""
        ...


class TorchEngine:
    """The model's own module in inference mode."""

    name = "torch"

    def __init__(self, classifier: HuggingFaceClassifier) -> None:
        self._classifier = classifier

    def run(self, rows: Sequence[TokenRow]) -> NDArray[np.float32]:
        """Class logits (len(rows), n_labels)."""
        with torch.inference_mode():
            logits = self._classifier.forward_embeddings(self._classifier.collate(rows))
        out: NDArray[np.float32] = logits.float().cpu().numpy()
        return out


class OnnxEngine:
    """ONNX Runtime on the CPU."""

    name = "onnx"

    def __init__(self, classifier: HuggingFaceClassifier, path: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = classifier.threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._names = [one.name for one in self._session.get_inputs()]
        self._classifier = classifier

    def run(self, rows: Sequence[TokenRow]) -> NDArray[np.float32]:
        """Class logits (len(rows), n_labels)."""
        batch = {name: tensor.numpy() for name, tensor in self._classifier.collate(rows).items()}
        if FIRST in self._names:
            batch |= equal_tokens(batch)
        raw = self._session.run(None, {name: batch[name] for name in self._names})[0]
        logits: NDArray[np.float32] = self._classifier.class_logits(torch.from_numpy(np.asarray(raw))).numpy()
        return logits


def onnx_engine(classifier: HuggingFaceClassifier) -> OnnxEngine | None:
    """The ONNX engine of a classifier, exporting it first if need be; None where export or check fails.

    The export is kept under `ASSAY_CACHE/engines` by fingerprint, and checked against torch on first use: any
    probability off by more than 1e-5 and torch stays.
    """
    if classifier.device != "cpu" or classifier.dtype != "float32":
        return None
    folder = cache() / "engines"
    folder.mkdir(exist_ok=True)
    path = folder / f"{classifier.fingerprint[:32]}-v{EXPORT_VERSION}-torch{torch.__version__.split('+')[0]}.onnx"
    try:
        engine = _open(classifier, path)
        return engine if _agrees(classifier, engine) else None
    except Exception:  # an architecture that cannot be exported is not an error: torch does the work
        logging.getLogger(__name__).info("no ONNX engine for %s", classifier.name, exc_info=True)
        return None


def _open(classifier: HuggingFaceClassifier, path: Path) -> OnnxEngine:
    """The engine of an exported file; one that is missing or damaged is exported first, by one process."""
    found = _opened(classifier, path)
    if found is None:
        with FileLock(f"{path}.lock"):
            found = _opened(classifier, path)
            if found is None:
                _export(classifier, path)
    return found or OnnxEngine(classifier, path)


def _opened(classifier: HuggingFaceClassifier, path: Path) -> OnnxEngine | None:
    if path.exists():
        with contextlib.suppress(Exception):  # what ONNX Runtime raises has no base of its own
            return OnnxEngine(classifier, path)
    return None


def _probe_rows(classifier: HuggingFaceClassifier) -> list[TokenRow]:
    long = "A rather longer sentence, with a comma and 3 numbers: 1, 2, 3."
    texts = ["A short one.", long, "x", long.replace("comma", "colon")]  # equal tokens, at equal places and at others
    return classifier.encode_rows(texts)[0]


def _agrees(classifier: HuggingFaceClassifier, engine: Engine) -> bool:
    rows = _probe_rows(classifier)
    groups = [[row] for row in rows] if classifier.equal_lengths else [rows]
    for group in groups:
        ours = classifier.probabilities(engine.run(group))
        reference = classifier.probabilities(TorchEngine(classifier).run(group))
        if float(np.abs(ours - reference).max()) > TOLERANCE:
            return False
    return True


def _export(classifier: HuggingFaceClassifier, path: Path) -> None:
    rows = _probe_rows(classifier)[:1] if classifier.equal_lengths else _probe_rows(classifier)[:2]
    batch = dict(classifier.collate(rows))
    names = list(batch)
    module: Any = _Plain(classifier.module, names)
    handle, part = tempfile.mkstemp(dir=path.parent, suffix=".part")
    os.close(handle)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), torch.no_grad():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                module,
                tuple(batch.values()),
                part,
                input_names=names,
                output_names=["logits"],
                dynamic_axes={name: {0: "batch", 1: "tokens"} for name in names} | {"logits": {0: "batch"}},
                opset_version=OPSET,
                dynamo=False,
                external_data=False,
            )
        _lighten(part)
        os.replace(part, path)
    finally:
        Path(part).unlink(missing_ok=True)
        classifier.module.eval()  # the exporter leaves it in training mode


def _lighten(path: str) -> None:
    """Leave out of the graph what need not be computed."""
    import onnx

    from models.pruning import prune_unread_tokens
    from models.sharing import share_equal_tokens

    model = onnx.load(path)
    if prune_unread_tokens(model) + share_equal_tokens(model):
        onnx.save(model, path)


class _Plain(torch.nn.Module):
    """Positional inputs in, one tensor out: what the exporter wants."""

    def __init__(self, module: Any, names: Sequence[str]) -> None:
        super().__init__()
        self.module, self.names = module, list(names)

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.module(**dict(zip(self.names, inputs, strict=True))).logits
        return logits
