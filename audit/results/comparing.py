"""Two runs side by side: what differs in their specs, and paired tests on the rows both have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from audit.errors import SpecError
from audit.results.reading import Results
from audit.store import Store

if TYPE_CHECKING:
    from audit.score.common import Common
    from audit.score.frames import Frames
    from audit.score.pairing import Difference


@dataclass(frozen=True)
class Comparison:
    """Two runs side by side, before and after; a difference is second minus first.

    Attributes:
        first, second: full ids.
        level: of the intervals and the tests; the higher one of the two runs'.
        spec: {"field", "first", "second"} of every setting that differs.
        scores: {"key", "name", "probe", "other_probe", "called", "slice", "where", "unit", "first", "second"} of every score.
        common: what the tests rest on.
        paired: tests on the texts both have.
        rows: rows that came out otherwise, columns of `audit.score.pairing.changed_rows`.
    """

    first: str
    second: str
    level: float
    spec: tuple[Mapping[str, Any], ...]
    scores: tuple[Mapping[str, Any], ...]
    common: Common
    paired: tuple[Difference, ...]
    rows: pd.DataFrame

    @cached_property
    def tests(self) -> list[dict[str, Any]]:
        """The paired tests as JSON data: fields of `audit.score.pairing.Difference`, key, better, said, called."""
        from audit.score.wording import probe_names

        return [
            asdict(d) | {"key": d.key, "better": d.better, "said": d.said, "called": probe_names(d)}
            for d in self.paired
        ]

    @cached_property
    def counted(self) -> dict[str, dict[str, int]]:
        """How many rows changed, as {what: {gained, lost, other}}."""
        return _counted(self.rows)

    @cached_property
    def names(self) -> dict[str, str]:
        """What each test of `rows` is called, by its key; the prediction itself has no name."""
        from audit.score.wording import display_name

        registered = {d.probe: d.registered[0] for d in self.paired if d.registered}
        return {str(what): display_name(what, registered[what]) for what in self.rows["what"] if what in registered}

    def to_json(self) -> dict[str, Any]:
        """The comparison as JSON data; `rows` as {what: {gained, lost, other}}."""
        return {
            "first": self.first,
            "second": self.second,
            "level": self.level,
            "spec": [dict(change) for change in self.spec],
            "scores": [dict(score) for score in self.scores],
            "common": asdict(self.common) | {"said": list(self.common.said)},
            "paired": self.tests,
            "rows": self.counted,
        }


def compare(store: Store, first: str, second: str) -> Comparison:
    """Compare two runs; the records of each are read once.

    Args:
        store: where both are; first, second: full ids, before and after.
    """
    from audit.score.common import common
    from audit.score.pairing import changed_rows

    a, b = (Results(store, store.run(run_id)) for run_id in (first, second))
    both, level = (a.frames, b.frames), max(a.level, b.level)
    prints = ("model_fingerprint", "table_fingerprint")
    differ = [
        {"field": name, "first": getattr(a.run, name), "second": getattr(b.run, name)}
        for name in prints
        if getattr(a.run, name) != getattr(b.run, name)
    ]
    return Comparison(
        first=a.run.id,
        second=b.run.id,
        level=level,
        spec=(*_spec_changes(a.run.spec, b.run.spec), *differ),
        scores=tuple(_scores(a, b)),
        common=common(*both),
        paired=tuple(_paired(*both, level, a.run.seed)),
        rows=changed_rows(*both),
    )


def _paired(first: Frames, second: Frames, level: float, seed: int) -> list[Difference]:
    from audit.score.pairing import compare_runs

    try:
        return compare_runs(first, second, level=level, seed=seed)
    except SpecError:  # nothing to pair
        return []


def _counted(rows: pd.DataFrame) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for what, change in zip(rows["what"], rows["change"], strict=True):
        counts = found.setdefault(str(what), {})
        counts[str(change)] = counts.get(str(change), 0) + 1
    return found


def _scores(first: Results, second: Results) -> Iterator[dict[str, Any]]:
    from audit.score.wording import probe_names

    before, after = ({score.key: score for score in of.scores} for of in (first, second))
    for key, score in {**before, **after}.items():
        yield {
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
