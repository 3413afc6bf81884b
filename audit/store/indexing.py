"""From a record to its stored row and back: the columns pages filter and sort by, the payload, the digest.

A payload holds no `probe`: runs share stored records, and each says by which key it knows them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from audit.kinds import STORED, load, of_record
from audit.old_forms import read_record
from audit.records import (
    AttackOutcome,
    Attribution,
    IdentityOutcome,
    PerturbationOutcome,
    Prediction,
    Record,
    from_dict,
    to_dict,
)
from audit.store.base import dump
from audit.store.base import load as parse
from models.task import Task

LATER = ("estimates",)
"""Fields that records did not have at first: left out where empty, so that what was stored before keeps its digest."""
TIMES = ("seconds",)
"""Fields that two honest runs may differ in; they stay out of the digest."""


def stored_row(record: Record, label: str | None, task: Task) -> dict[str, Any]:
    """The columns of `schema.records` (without shard_key and position) for one record.

    Args:
        record: what the probe yielded.
        label: the row's true label, or None.
        task: what the model's answers are.
    """
    # its numbers are rounded: the columns must follow from what is stored
    data = {key: value for key, value in to_dict(record).items() if key != "probe" and (value or key not in LATER)}
    probs = record.original_probs
    kind = of_record(record)
    own: dict[str, Any] = {"predicted": _answer(probs, task)}
    if kind.index:
        own |= load(kind.index)(record, data, task)
    predicted = own["predicted"]
    row: dict[str, Any] = {
        "row_id": record.row_id, "kind": kind.stored, "status": record.state, "label": label,
        "predicted": predicted, "confidence": round(task.sure(probs), 6) if probs else None,
        "correct": None if label is None or predicted is None else int(task.right(predicted, label)),
        "flipped_to": None, "flips": None, "queries": None, "words_changed": None, "similarity": None, "valid": None,
        "truncated": int(bool(getattr(record, "truncated", False))), "seconds": data.get("seconds"),
        "error": record.error, "digest": digest(data), "payload": dump(data),
    }  # fmt: skip
    return row | own


def prediction_columns(record: Prediction, _data: dict[str, Any], _task: Task) -> dict[str, Any]:
    """Of a prediction: the label it names, which a threshold of its own may have decided."""
    return {"predicted": record.predicted}


def attack_columns(record: AttackOutcome, data: dict[str, Any], task: Task) -> dict[str, Any]:
    """Of an attack: what it took, and the label a success came to."""
    return {
        "flipped_to": _answer(record.perturbed_probs, task) if record.status == "success" else None,
        "queries": record.queries, "words_changed": record.words_changed, "similarity": data["similarity"],
        "valid": None if record.valid is None else int(record.valid),
    }  # fmt: skip


def perturbation_columns(record: PerturbationOutcome, _data: dict[str, Any], task: Task) -> dict[str, Any]:
    """Of a perturbation: how many variants flipped, and the label of the first."""
    before = _answer(record.original_probs, task)
    after_all = (task.answer(variant.probs) for variant in record.variants if variant.changed and variant.probs)
    flipped = (after for after in after_all if before is None or not task.same(after, before))
    return {"flips": record.flips, "flipped_to": next(flipped, None)}


def identity_columns(record: IdentityOutcome, _data: dict[str, Any], task: Task) -> dict[str, Any]:
    """Of a text said of other groups: how many versions flipped, and the label of the first."""
    before = _answer(record.original_probs, task)
    after_all = (task.answer(version.probs) for version in record.versions if version.before)
    flipped = (after for after in after_all if before is None or not task.same(after, before))
    return {"flips": record.flips, "flipped_to": next(flipped, None)}


def attribution_columns(record: Attribution, data: dict[str, Any], _task: Task) -> dict[str, Any]:
    """Of an explanation: the label it explains, which is no answer, and its value where that is a probability."""
    confidence = data["value"] if record.unit == "probability" else None
    return {"predicted": record.target, "correct": None, "confidence": confidence}


def record_of(kind: str, payload: str, probe: str) -> Record:
    """The record that was stored, as one of the probe with this key within the run.

    Raises:
        KeyError: there is no such kind. ValueError: the payload is not such a record's.
    """
    record: Record = from_dict(STORED[kind].record, {**read_record(kind, parse(payload)), "probe": probe})
    return record


def digest(data: dict[str, Any]) -> str:
    """sha256 over a record's data without its times, hex."""
    return hashlib.sha256(dump({k: v for k, v in data.items() if k not in TIMES}).encode()).hexdigest()


def _answer(probs: Sequence[float], task: Task) -> str | None:
    return task.answer(probs) if probs else None
