"""Estimating a run: a few rows through every probe on the actual model. It informs; it never changes n."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from audit.errors import in_words
from audit.records import Example
from audit.run.probes import build
from audit.run.sampling import collect_sample
from audit.run.shard import collect, forward_watch
from audit.spec import AuditSpec, Plan

if TYPE_CHECKING:
    from models.classifier import Classifier

ROWS = 3
"""Rows that are tried with each probe, spread over the lengths; two where a probe sees at most `FEW` rows."""
FEW = 60
BULK_ROWS = 32
"""Rows tried where many rows share a batch (predictions)."""
BUDGET_SECONDS = 30.0
"""After this long the remaining probes are tried with one row."""


def calibrate(
    spec: AuditSpec,
    planned: Plan,
    classifier: Classifier,
    *,
    check: Callable[..., None] | None = None,
    reference: Sequence[Example] = (),
) -> dict[str, Any]:
    """Try every probe of a plan on a few of its rows; one whose work does not follow from rows tries a part of it (`sketch`).

    Args:
        spec, planned: what will run.
        classifier: the model it will run on.
        check: called before every forward pass; may raise to stop.
        reference: rows of the reference table; as many are tried as of the plan's, and count alike.

    Returns:
        {"seconds", "queries", "rows", "tried_seconds", "probes": {probe: {"rows", "seconds", "seconds_per_row",
        "queries", "skipped"}}}: seconds of computing on one worker, queries in texts; both None where a probe failed.
    """
    began = time.monotonic()
    examples = [row.example for row in planned.rows]
    probes: dict[str, Any] = {}
    for resolved, wanted in zip(planned.probes, spec.probes, strict=True):
        total = planned.probe_rows(resolved.key)
        if resolved.skipped is not None or total == 0:
            probes[resolved.key] = _entry(0, 0.0, 0.0, resolved.skipped)
            continue
        late = time.monotonic() - began > BUDGET_SECONDS
        tried = spread(examples, 1 if late else _tries(resolved.kind, total))
        shortest = min(examples, key=lambda e: (len(e.text) + len(e.pair or ""), e.row_id))
        watch = check or (lambda *_: None)
        try:
            probe = build(spec, wanted)
            if hasattr(probe, "sketch"):
                part, share = probe.sketch(classifier, examples)
                seconds, queries = _measure(part, classifier, tried, spec.seed, watch, reference[:1])
                probes[resolved.key] = _entry(total, seconds / share / total, queries / share / total, None)
                continue
            few = reference[: len(tried)] if resolved.scope == "sample" else None
            # loads what is loaded once: no row should pay for it
            _measure(probe, classifier, [shortest], spec.seed, watch, None if few is None else few[:1])
            seconds, queries = _measure(probe, classifier, tried, spec.seed, watch, few)
        except Exception as error:  # the shard will say what is wrong; an estimate never stops a run
            probes[resolved.key] = _entry(total, None, None, None) | {"note": in_words(error)}
            continue
        probes[resolved.key] = _entry(total, seconds / len(tried), queries / len(tried), None)
    return {
        "seconds": _sum(probes, "seconds"),
        "queries": _sum(probes, "queries"),
        "rows": len(examples),
        "tried_seconds": round(time.monotonic() - began, 3),
        "probes": probes,
    }


def _tries(kind: str, rows: int) -> int:
    if kind == "prediction":
        return BULK_ROWS
    return ROWS if rows > FEW else 2


def spread(examples: Sequence[Example], count: int) -> list[Example]:
    """`count` rows spread evenly over the text lengths, so that their mean is near the mean of all."""
    ranked = sorted(examples, key=lambda e: (len(e.text) + len(e.pair or ""), e.row_id))
    count = min(count, len(ranked))
    return [ranked[math.floor((i + 0.5) * len(ranked) / count)] for i in range(count)]


def _measure(
    probe: Any,
    classifier: Classifier,
    examples: Sequence[Example],
    seed: int,
    check: Callable[..., None],
    reference: Sequence[Example] | None = None,
) -> tuple[float, float]:
    """Seconds and texts through the model for these rows; with a reference, even an empty one, taken together."""
    seen = 0

    def count(rows: int) -> None:
        nonlocal seen
        seen += rows
        check()

    started = time.monotonic()
    with forward_watch(classifier, count):
        if reference is None:
            records = collect(probe, classifier, examples, seed=seed)
        else:
            records = collect_sample(probe, classifier, examples, reference, seed=seed)
    stated = sum(getattr(r, "queries", getattr(r, "steps", 0)) for r in records)
    return time.monotonic() - started, float(seen or stated)


def _entry(rows: int, per_row: float | None, queries: float | None, skipped: str | None) -> dict[str, Any]:
    return {
        "rows": rows,
        "seconds": None if per_row is None else round(per_row * rows, 3),
        "seconds_per_row": None if per_row is None else round(per_row, 6),
        "queries": None if queries is None else round(queries * rows),
        "skipped": skipped,
    }


def _sum(probes: Mapping[str, Mapping[str, Any]], key: str) -> float | None:
    values = [p[key] for p in probes.values()]
    return None if any(v is None for v in values) else round(sum(values), 3)
