"""Two runs side by side: what differs in their specs, and paired tests on the rows both have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from audit.errors import SpecError
from audit.results.judging import frames
from audit.store import Store

if TYPE_CHECKING:
    from audit.score.compare import Difference
    from audit.score.frames import Frames


def compare(store: Store, first: str, second: str, *, level: float = 0.95) -> dict[str, Any]:
    """Compare two runs.

    Args:
        store: where both are; first, second: full ids, before and after.
        level: of the intervals.

    Returns:
        {"first", "second", "spec": [{"field", "first", "second"}],
        "scores": [{"key", "name", "probe", "other_probe", "called", "slice", "where", "unit", "first", "second"}],
        "common": {"texts", "labels", "groups", "judged_apart", "said": sentences}, see `audit.score.common`,
        "paired": [fields of `audit.score.compare.Difference`, key, better, said, called], "rows": {what: {gained, lost, other}}};
        the difference is second minus first.
    """
    from audit.score.common import common
    from audit.score.wording import probe_names

    a, b = store.run(first), store.run(second)
    both = frames(store, a), frames(store, b)
    shared = common(*both)
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
        "common": asdict(shared) | {"said": list(shared.said)},
        "paired": [
            asdict(d) | {"key": d.key, "better": d.better, "said": d.said, "called": probe_names(d)}
            for d in _paired(*both, level)
        ],
        "rows": _changed(*both),
    }


def _paired(first: Frames, second: Frames, level: float) -> list[Difference]:
    from audit.score.compare import compare_runs

    try:
        return compare_runs(first, second, level=level)
    except SpecError:  # nothing to pair
        return []


def _changed(first: Frames, second: Frames) -> dict[str, dict[str, int]]:
    from audit.score.compare import changed_rows

    rows = changed_rows(first, second)
    found: dict[str, dict[str, int]] = {}
    for what, change in zip(rows["what"], rows["change"], strict=True):
        counts = found.setdefault(str(what), {})
        counts[str(change)] = counts.get(str(change), 0) + 1
    return found


def _scores(store: Store, first: str, second: str) -> list[dict[str, Any]]:
    from audit.score.wording import probe_names

    before = {score.key: score for score in store.scores(first)}
    after = {score.key: score for score in store.scores(second)}
    return [
        {
            "key": key,
            "name": score.name,
            "probe": score.probe,
            "other_probe": score.other_probe,
            "called": probe_names(score),
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
