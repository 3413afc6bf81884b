"""Whether a run's stored scores are what its records give: measured again, compared number by number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audit.records import to_dict
from audit.run.verdict import measure
from audit.store import Store

SHOWN = 10
NUMBERS = ("value", "low", "high", "n")


def check_scores(store: Store, run_id: str) -> list[str]:
    """Scores that the records do not give, each named with both numbers; a run without scores has none to check."""
    stored = {score.key: to_dict(score) for score in store.scores(run_id)}
    if not stored:
        return []
    run = store.run(run_id)
    level = float(run.spec.get("level", 0.95))
    fresh = {score.key: to_dict(score) for score in measure(store, run).scores(level)}
    faults = [f"the score {key} is stored, but the records do not give it" for key in stored if key not in fresh]
    faults += [f"the records give a score {key} that is not stored" for key in fresh if key not in stored]
    for key in stored.keys() & fresh.keys():
        faults += [
            _difference(key, name, stored[key], fresh[key]) for name in NUMBERS if stored[key][name] != fresh[key][name]
        ]
    faults.sort()
    return faults if len(faults) <= SHOWN else [*faults[:SHOWN], f"{len(faults) - SHOWN} more numbers differ"]


def _difference(key: str, name: str, stored: Mapping[str, Any], fresh: Mapping[str, Any]) -> str:
    return f"the {name} of the score {key} is stored as {stored[name]}, the records give {fresh[name]}"
