"""Two runs side by side: what differs in their specs, and paired tests on the rows both have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from audit.errors import SpecError
from audit.run.verdict import frames
from audit.store import Run, Store

if TYPE_CHECKING:
    from audit.score.compare import Difference


def compare(store: Store, first: str, second: str, *, level: float = 0.95) -> dict[str, Any]:
    """Compare two runs.

    Args:
        store: where both are; first, second: full ids, before and after.
        level: of the intervals.

    Returns:
        {"first", "second", "spec": [{"field", "first", "second"}],
        "scores": [{"key", "name", "probe", "slice", "where", "unit", "first", "second"}],
        "paired": [fields of `audit.score.compare.Difference`, key, better, said], "rows": {what: {gained, lost, other}}};
        the difference is second minus first.
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
        "paired": [asdict(d) | {"key": d.key, "better": d.better, "said": d.said} for d in _paired(store, a, b, level)],
        "rows": _changed(store, a, b),
    }


def _paired(store: Store, first: Run, second: Run, level: float) -> list[Difference]:
    from audit.score.compare import compare_runs

    try:
        return compare_runs(frames(store, first), frames(store, second), level=level)
    except SpecError:  # no text in common: nothing to pair
        return []


def _changed(store: Store, first: Run, second: Run) -> dict[str, dict[str, int]]:
    from audit.score.compare import changed_rows

    rows = changed_rows(frames(store, first), frames(store, second))
    found: dict[str, dict[str, int]] = {}
    for what, change in zip(rows["what"], rows["change"], strict=True):
        counts = found.setdefault(str(what), {})
        counts[str(change)] = counts.get(str(change), 0) + 1
    return found


def _scores(store: Store, first: str, second: str) -> list[dict[str, Any]]:
    before = {score.key: score for score in store.scores(first)}
    after = {score.key: score for score in store.scores(second)}
    return [
        {
            "key": key,
            "name": score.name,
            "probe": score.probe,
            "slice": score.slice,
            "where": dict(score.where),
            "unit": score.unit,
            "first": before[key].value if key in before else None,
            "second": after[key].value if key in after else None,
        }
        for key, score in {**before, **after}.items()
    ]


def _spec_changes(first: Any, second: Any, path: str = "") -> Iterator[dict[str, Any]]:
    first, second = _by_name(first), _by_name(second)
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        for key in sorted({*first, *second}):
            yield from _spec_changes(first.get(key), second.get(key), f"{path}.{key}" if path else key)
    elif first != second:
        yield {"field": path, "first": first, "second": second}


def _by_name(value: Any) -> Any:
    """A list of probes as a mapping by their names within the run, so that one more probe is one difference."""
    if isinstance(value, list) and value and all(isinstance(v, Mapping) and "kind" in v for v in value):
        return {v.get("id") or v["name"]: {k: x for k, x in v.items() if k not in {"id", "name"}} for v in value}
    return value
