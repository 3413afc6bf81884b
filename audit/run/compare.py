"""Two runs side by side: what differs in their specs, and paired tests on the rows both have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from audit.records import AttackOutcome, PerturbationOutcome, Prediction, Record
from audit.score.intervals import holm, paired
from audit.store import Store


def compare(store: Store, first: str, second: str, *, level: float = 0.95) -> dict[str, Any]:
    """Compare two runs.

    Args:
        store: where both are; first, second: full ids, before and after.
        level: of the intervals.

    Returns:
        {"first", "second", "spec": [{"field", "first", "second"}], "scores": [{"key", "unit", "first", "second"}],
        "paired": [{"what", "n", "first", "second", "difference", "low", "high", "lost", "gained", "p", "p_holm"}]};
        shares 0-1, the difference is second minus first.
    """
    a, b = store.run(first), store.run(second)
    return {
        "first": a.id,
        "second": b.id,
        "spec": list(_spec_changes(a.spec, b.spec))
        + [
            {"field": name, "first": getattr(a, name), "second": getattr(b, name)}
            for name in ("model_fingerprint", "table_fingerprint")
            if getattr(a, name) != getattr(b, name)
        ],
        "scores": _scores(store, a.id, b.id),
        "paired": _paired(store, a.id, b.id, level),
    }


def outcomes(store: Store, run_id: str, probe: str) -> dict[str, bool]:
    """Content id -> whether the model's decision on the row was good under this probe; rows without a say are absent."""
    found: dict[str, bool] = {}
    truth = {example.row_id: example.label for example in store.examples(run_id)}
    for _, record in store.iter_records(run_id, probe):
        good = _good(record, truth.get(record.row_id))
        if good is not None:
            found[record.row_id.partition("-")[0]] = good
    return found


def _good(record: Record, label: str | None) -> bool | None:
    if record.error is not None:
        return None
    if isinstance(record, Prediction):
        return None if label is None else record.predicted == label
    if isinstance(record, AttackOutcome):
        if record.status == "error" or record.goal == "input_reduction":
            return None
        return record.status in {"failed", "out_of_budget"}
    if isinstance(record, PerturbationOutcome):
        return record.flips == 0 if any(v.changed for v in record.variants) else None
    return None


def _paired(store: Store, first: str, second: str, level: float) -> list[dict[str, Any]]:
    shared = [p.probe for p in store.probes(first) if p.status == "planned"]
    others = {p.probe for p in store.probes(second) if p.status == "planned"}
    rows: list[dict[str, Any]] = []
    for probe in shared:
        if probe not in others:
            continue
        a, b = outcomes(store, first, probe), outcomes(store, second, probe)
        both = sorted(a.keys() & b.keys())
        if not both:
            continue
        test = paired([a[row] for row in both], [b[row] for row in both], level)
        kind = next(p.kind for p in store.probes(first) if p.probe == probe)
        rows.append(
            {
                "what": f"{probe}: {WHAT[kind]}",
                "n": len(both),
                "first": sum(a[row] for row in both) / len(both),
                "second": sum(b[row] for row in both) / len(both),
                "difference": test.difference,
                "low": test.low,
                "high": test.high,
                "lost": sum(a[row] and not b[row] for row in both),
                "gained": sum(b[row] and not a[row] for row in both),
                "p": test.p_value,
            }
        )
    if rows:
        for row, p in zip(rows, holm([row["p"] for row in rows]), strict=True):
            row["p_holm"] = float(p)
    return rows


WHAT = {
    "prediction": "right",
    "attack": "right and not broken",
    "perturbation": "decision kept",
    "explainer": "explained",
}


def _scores(store: Store, first: str, second: str) -> list[dict[str, Any]]:
    before = {score.key: score for score in store.scores(first)}
    after = {score.key: score for score in store.scores(second)}
    return [
        {
            "key": key,
            "unit": (before.get(key) or after[key]).unit,
            "first": before[key].value if key in before else None,
            "second": after[key].value if key in after else None,
        }
        for key in [*before, *(k for k in after if k not in before)]
    ]


def _spec_changes(first: Any, second: Any, path: str = "") -> Iterator[dict[str, Any]]:
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        for key in sorted({*first, *second}):
            yield from _spec_changes(first.get(key), second.get(key), f"{path}.{key}" if path else key)
    elif isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        for i, (a, b) in enumerate(zip(first, second, strict=True)):
            yield from _spec_changes(a, b, f"{path}[{i}]")
    elif first != second:
        yield {"field": path, "first": first, "second": second}
