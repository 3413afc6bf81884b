"""What a report counts of a run's records, and which rows are its most telling examples: small tables kept beside the charts'."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from audit.kinds.attack import ATTACK
from audit.kinds.explainer import EXPLAINER
from audit.kinds.perturbation import PERTURBATION
from audit.kinds.prediction import PREDICTION
from audit.results.tables import Group, Tables
from audit.score.frames import Frames
from audit.score.robustness import ranked

BEST = 1000
"""Rows kept as examples of one attack; of one perturbation a tenth."""


def _attacks(frames: Frames, _level: float, _seed: int) -> Tables:
    counts, best = [], []
    for head, part in _by_probe(frames.attacks):
        goal = str(part["goal"].iloc[0])
        counts += [(*head, goal, str(status), int(n)) for status, n in part.groupby("status")["weight"].sum().items()]
        before = part.drop_duplicates("row_id").set_index("row_id")["before"]
        best += [(*head, row_id, str(before[row_id])) for row_id in ranked(part).head(BEST)]
    return {
        "attack_counts": _table(["probe", "name", "goal", "status", "rows"], counts),
        "attack_best": _table(["probe", "name", "row_id", "before"], best),
    }


def _perturbations(frames: Frames, _level: float, _seed: int) -> Tables:
    counts, flipped = [], []
    table = frames.perturbations
    for head, part in _by_probe(table[~table["error"]]):
        flips = part[part["flips"] > 0]
        changed = part.loc[part["changed"] > 0, "weight"].sum()
        counts.append((*head, int(part["weight"].sum()), int(changed), int(flips["weight"].sum())))
        ordered = flips.sort_values(["flips", "row_id"], ascending=[False, True], kind="stable")
        flipped += [(*head, row_id) for row_id in ordered["row_id"].head(BEST // 10)]
    return {
        "perturbation_counts": _table(["probe", "name", "rows", "changed", "flipped"], counts),
        "flipped_rows": _table(["probe", "name", "row_id"], flipped),
    }


def _explained(frames: Frames, _level: float, _seed: int) -> Tables:
    counts = []
    for head, part in _by_probe(frames.attributions):
        sound = part[~part["error"]]
        weights = (
            sound.loc[mask, "weight"].sum() for mask in (sound["weight"] > 0, sound["converged"], sound["truncated"])
        )
        unit = str(sound["unit"].iloc[0]) if len(sound) else "none"
        counts.append((*head, *map(int, weights), unit, len(part), int((~sound["converged"]).sum())))
    columns = ["probe", "name", "rows", "converged", "truncated", "unit", "records", "unsettled"]
    return {"explained_counts": _table(columns, counts)}


def _read(frames: Frames, _level: float, _seed: int) -> Tables:
    """How many rows the model could not read to their end, and how many tokens it read at most."""
    rows = frames.predictions
    cut = rows.loc[rows["truncated"] & ~rows["error"], "weight"].sum()
    return {"read_counts": _table(["truncated", "limit"], [(int(cut), int(rows["kept"].max()))] if len(rows) else [])}


def _by_probe(table: pd.DataFrame) -> Iterator[tuple[tuple[str, str], pd.DataFrame]]:
    """Key and registered name of each probe with its lines."""
    for probe, part in table.groupby("probe", sort=False, observed=True):
        yield (str(probe), str(part["name"].iloc[0])), part


def _table(columns: list[str], lines: list[tuple[Any, ...]]) -> pd.DataFrame:
    return pd.DataFrame(lines, columns=columns)


ATTACKED = Group(("attack_counts", "attack_best"), _attacks, (ATTACK.name,))
PERTURBED = Group(("perturbation_counts", "flipped_rows"), _perturbations, (PERTURBATION.name,))
EXPLAINED = Group(("explained_counts",), _explained, (EXPLAINER.name,))
READ = Group(("read_counts",), _read, (PREDICTION.name,))
