"""From a record to its stored row and back: the columns pages filter and sort by, the payload, the digest.

A payload holds no `probe`: runs share stored records, and each says by which key it knows them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from audit.label_sets import join_labels
from audit.old_forms import read_record
from audit.records import AttackOutcome, Attribution, PerturbationOutcome, Prediction, Record, from_dict, to_dict
from audit.store.base import dump, load

KINDS: dict[str, type[Any]] = {
    "prediction": Prediction, "attribution": Attribution, "attack": AttackOutcome, "perturbation": PerturbationOutcome,
}  # fmt: skip
TIMES = ("seconds",)
"""Fields that two honest runs may differ in; they stay out of the digest."""


def stored_row(
    record: Record, label: str | None, labels: Sequence[str], *, multi_label: bool = False
) -> dict[str, Any]:
    """The columns of `schema.records` (without shard_key and position) for one record.

    Args:
        record: what the probe yielded.
        label: the row's true label, or None.
        labels: the model's labels, in the order of the probabilities.
        multi_label: predictions join the labels with p >= 0.5 by `|`.
    """
    # its numbers are rounded: the columns must follow from what is stored
    data = {key: value for key, value in to_dict(record).items() if key != "probe"}
    probs = _original_probs(record)
    predicted = record.predicted if isinstance(record, Prediction) else _label(probs, labels, multi_label)
    row: dict[str, Any] = {
        "row_id": record.row_id, "kind": kind_of(record), "status": _status(record), "label": label,
        "predicted": predicted, "confidence": round(max(probs), 6) if probs else None,
        "correct": None if label is None or predicted is None else int(label == predicted),
        "flipped_to": None, "flips": None, "queries": None, "words_changed": None, "similarity": None, "valid": None,
        "truncated": int(bool(getattr(record, "truncated", False))), "seconds": data.get("seconds"),
        "error": record.error, "digest": digest(data), "payload": dump(data),
    }  # fmt: skip
    if isinstance(record, AttackOutcome):
        after = _label(record.perturbed_probs, labels, multi_label)
        row |= {
            "flipped_to": after if record.status == "success" else None, "queries": record.queries,
            "words_changed": record.words_changed, "similarity": data["similarity"],
            "valid": None if record.valid is None else int(record.valid),
        }  # fmt: skip
    elif isinstance(record, PerturbationOutcome):
        after_all = (_label(v.probs, labels, multi_label) for v in record.variants if v.changed)
        row |= {"flips": record.flips, "flipped_to": next((a for a in after_all if a != predicted), None)}
    elif isinstance(record, Attribution):
        row |= {"predicted": record.target, "correct": None if label is None else int(label == record.target),
                "confidence": data["value"] if record.unit == "probability" else None}  # fmt: skip
    return row


def record_of(kind: str, payload: str, probe: str) -> Record:
    """The record that was stored, as one of the probe with this key within the run.

    Raises:
        KeyError: there is no such kind. ValueError: the payload is not such a record's.
    """
    record: Record = from_dict(KINDS[kind], {**read_record(kind, load(payload)), "probe": probe})
    return record


def digest(data: dict[str, Any]) -> str:
    """sha256 over a record's data without its times, hex."""
    return hashlib.sha256(dump({k: v for k, v in data.items() if k not in TIMES}).encode()).hexdigest()


def kind_of(record: Record) -> str:
    """prediction, attribution, attack or perturbation."""
    if isinstance(record, Prediction):
        return "prediction"
    if isinstance(record, Attribution):
        return "attribution"
    return "attack" if isinstance(record, AttackOutcome) else "perturbation"


def _status(record: Record) -> str:
    if isinstance(record, AttackOutcome):
        return record.status
    if record.error is not None:
        return "error"
    if isinstance(record, Attribution) and not record.converged:
        return "not_converged"
    return "ok"


def _original_probs(record: Record) -> tuple[float, ...]:
    if isinstance(record, Prediction):
        return record.probs
    if isinstance(record, Attribution):
        return ()
    return record.original_probs


def _label(probs: Sequence[float], labels: Sequence[str], multi_label: bool) -> str | None:
    if not probs:
        return None
    if multi_label:
        return join_labels([label for label, p in zip(labels, probs, strict=True) if p >= 0.5], labels)
    return labels[max(range(len(probs)), key=probs.__getitem__)]
