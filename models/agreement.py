"""Does an exported engine give what torch gives, on every text the model was tried on? Asked once for each export."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.classifier import TokenRow
from models.errors import DiskError
from models.trial_results import TRIALS
from models.trial_texts import trial_texts
from models.trials import groups, runnable, trial_rows
from models.writing import write_whole

if TYPE_CHECKING:
    from models.engine import Engine
    from models.huggingface import HuggingFaceClassifier


def agrees_on_trials(classifier: HuggingFaceClassifier, engine: Engine, export: Path, tolerance: float) -> bool:
    """Whether probabilities of all trial texts, batched as runs batch them, are torch's of each text alone.

    Args:
        classifier: on torch.
        engine: what is to take its place.
        export: the engine's file; what was found is kept beside it, for this very file.
        tolerance: on probabilities.
    """
    kept = export.with_suffix(".tried.json")
    stamp = _stamp(export)
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        known = json.loads(kept.read_text(encoding="utf-8"))
        if known["export"] == stamp:
            return bool(known["agrees"])
    agrees = _agrees(classifier, engine, tolerance)
    with contextlib.suppress(OSError, DiskError):
        write_whole(kept, json.dumps({"export": stamp, "agrees": agrees}))
    return agrees


def _stamp(export: Path) -> list[int]:
    stat = export.stat()
    return [TRIALS, stat.st_size, stat.st_mtime_ns]


def _agrees(classifier: HuggingFaceClassifier, engine: Engine, tolerance: float) -> bool:
    rows = runnable(classifier, trial_rows(classifier, trial_texts(classifier)))
    right = np.concatenate([_probabilities(classifier, [row]) for row in rows])
    torch_engine = classifier.use_engine(engine)
    try:
        for group in groups(rows, classifier.findings.batching):
            found = _probabilities(classifier, [rows[i] for i in group])
            if not float(np.abs(found - right[group]).max()) <= tolerance:  # so that no number is no agreement
                return False
    finally:
        classifier.use_engine(torch_engine)
    return True


def _probabilities(classifier: HuggingFaceClassifier, rows: Sequence[TokenRow]) -> NDArray[np.float32]:
    found: Any = classifier.probabilities(classifier.run_batch(list(rows)))
    return np.asarray(found, dtype=np.float32)
