"""Audited rows that also stand in the reference table: looked for when a run is planned, kept with it as bits in the order of its rows."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from audit.score.near.twins import Twins
from audit.strict_json import part

SHOWN = 50
"""Pairs that are kept to be shown, the most alike first."""
SAME, NEAR = 2, 1


def packed(mask: NDArray[np.bool_]) -> str:
    """A bit for each row, as text."""
    return base64.b64encode(np.packbits(mask).tobytes()).decode("ascii")


def overlap(
    twins: Twins, rows: Sequence[tuple[str, str | None]], reference: Iterable[tuple[int | None, str | None]]
) -> dict[str, Any]:
    """What a run keeps of the rows it has in common with its reference table, JSON-ready.

    Args:
        twins: of the audited rows among those of the reference; 1 where the text is the same.
        rows: id and label of each audited row; reference: line and label of each row of the reference table.

    Returns:
        same, near: bits of the audited rows; pairs: up to `SHOWN` of them, each with id, line, how alike, and both labels.
    """
    others = list(reference)
    most = np.zeros(len(rows), dtype=np.float32)
    np.maximum.at(most, twins.first, twins.alike)
    order = np.lexsort((twins.second, twins.first, -twins.alike))
    pairs: dict[str, dict[str, Any]] = {}
    for i in order:
        row_id, label = rows[twins.first[i]]
        line, other = others[twins.second[i]]
        if len(pairs) < SHOWN and row_id not in pairs:
            pairs[row_id] = {
                "row_id": row_id, "line": line, "alike": round(float(twins.alike[i]), 4), "label": label, "other": other,
            }  # fmt: skip
    return {"same": packed(most >= 1.0), "near": packed((most > 0.0) & (most < 1.0)), "pairs": list(pairs.values())}


def seen_in_reference(provenance: Mapping[str, Any] | None, rows: int) -> NDArray[np.int8] | None:
    """(rows,) `SAME` or `NEAR` where a row stands in the reference table, 0 elsewhere; None where there is none or it is not said.

    Args:
        provenance: the run's, perhaps of other people's making; rows: how many distinct ones were audited.
    """
    said = part(provenance, "reference", "overlap")
    same, near = (_unpacked(said.get(name), rows) for name in ("same", "near"))
    if same is None or near is None:
        return None
    return np.where(same, SAME, np.where(near, NEAR, 0)).astype(np.int8)


def shared_rows(provenance: Mapping[str, Any] | None) -> tuple[dict[str, Any], ...]:
    """The pairs kept to be shown, those of the right form."""
    found = part(provenance, "reference", "overlap").get("pairs")
    pairs = found if isinstance(found, list) else []
    return tuple(pair for pair in pairs[:SHOWN] if _is_pair(pair))


def _is_pair(pair: Any) -> bool:
    if not isinstance(pair, dict) or not isinstance(pair.get("row_id"), str):
        return False
    line, alike = pair.get("line"), pair.get("alike")
    whole = line is None or (isinstance(line, int) and not isinstance(line, bool))
    near = isinstance(alike, int | float) and not isinstance(alike, bool) and 0.0 <= alike <= 1.0
    return whole and near and all(isinstance(pair.get(name), str | None) for name in ("label", "other"))


def _unpacked(text: Any, rows: int) -> NDArray[np.bool_] | None:
    if not isinstance(text, str):
        return None
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(data) != -(-rows // 8):
        return None
    return np.unpackbits(np.frombuffer(data, np.uint8), count=rows).astype(bool)
