"""Modules exported to ONNX once, kept under `ASSAY_CACHE/engines`, run by ONNX Runtime on the CPU in float32."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from filelock import FileLock
from numpy.typing import NDArray

from models.batching import FIRST, equal_tokens
from models.places import cache
from models.writing import whole_file

OPSET = 17
EXPORT_VERSION = 4
SHARED_BYTES = 1 << 22
LONG = 128
"""Tokens from which attention, which grows with their square, would leave ONNX Runtime's arena large for good."""


class OnnxSession:
    """An exported module.

    Args:
        path: the exported file.
        threads: of one call.
        module: what was exported: its large weights that go into the graph as they are, as word embeddings do, are not
            held a second time.
    """

    def __init__(self, path: Path, threads: int, module: torch.nn.Module) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 4  # what it cannot run is raised as well
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._shared = {
            name: onnxruntime.OrtValue.ortvalue_from_numpy(weight.detach().numpy())
            for name, weight in module.named_parameters()
            if weight.nbytes >= SHARED_BYTES
        }
        for name, value in self._shared.items():  # ONNX Runtime passes over those that are not in the graph
            options.add_initializer(name, value)
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._names = [one.name for one in self._session.get_inputs()]
        self._shrinking = onnxruntime.RunOptions()
        self._shrinking.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        self.path = path

    def run(self, batch: Mapping[str, torch.Tensor]) -> NDArray[np.float32]:
        """What the module gives for a batch padded on the right, each input (batch, tokens)."""
        given = {name: tensor.numpy() for name, tensor in batch.items()}
        if FIRST in self._names:
            given |= equal_tokens(given)
        options = self._shrinking if max(tensor.shape[1] for tensor in batch.values()) > LONG else None
        found = self._session.run(None, {name: given[name] for name in self._names}, options)
        out: NDArray[np.float32] = np.asarray(found[0])
        return out


def open_session(name: str, module: torch.nn.Module, batch: Mapping[str, torch.Tensor], threads: int) -> OnnxSession:
    """The session of a module; an export that is missing or damaged is made first, by one process.

    Args:
        name: of the export; it says which weights these are.
        module: takes the tensors of `batch` in their order and returns one tensor whose first axis is the batch.
        batch: an example of its inputs, each (batch, tokens).
        threads: of one call.
    """
    folder = cache() / "engines"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-v{EXPORT_VERSION}-torch{torch.__version__.split('+')[0]}.onnx"
    found = _opened(path, threads, module)
    if found is None:
        with FileLock(f"{path}.lock"):
            found = _opened(path, threads, module)
            if found is None:
                _export(module, batch, path)
    return found or OnnxSession(path, threads, module)


def _opened(path: Path, threads: int, module: torch.nn.Module) -> OnnxSession | None:
    if path.exists():
        with contextlib.suppress(Exception):  # what ONNX Runtime raises has no base of its own
            return OnnxSession(path, threads, module)
    return None


def _export(module: torch.nn.Module, batch: Mapping[str, torch.Tensor], path: Path) -> None:
    try:
        with whole_file(path) as place:
            _export_to(module, batch, str(place))
        for version in range(1, EXPORT_VERSION):  # exports of older versions are of no use any more
            for old in path.parent.glob(
                path.name.replace(f"-v{EXPORT_VERSION}-", f"-v{version}-").replace(".onnx", ".*")
            ):
                old.unlink(missing_ok=True)
    finally:
        module.eval()  # the exporter leaves it in training mode


def _export_to(module: torch.nn.Module, batch: Mapping[str, torch.Tensor], part: str) -> None:
    names = list(batch)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module,
            tuple(batch.values()),
            part,
            input_names=names,
            output_names=["out"],
            dynamic_axes={name: {0: "batch", 1: "tokens"} for name in names} | {"out": {0: "batch"}},
            opset_version=OPSET,
            dynamo=False,
            external_data=False,
        )
    _lighten(part)


def _lighten(path: str) -> None:
    """Leave out of the graph what need not be computed."""
    import onnx

    from models.pruning import prune_unread_tokens
    from models.sharing import share_equal_tokens

    model = onnx.load(path)
    if prune_unread_tokens(model) + share_equal_tokens(model):
        onnx.save(model, path)
