"""Did the audit find the fault? And whom does it accuse beside?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from planting.plant import Plant, Wanted

ACCUSES = ("word", "feature", "identity", "dimension", "capability", "test", "label", "group:")
"""Keys of slices that say of something in particular that it is at fault; what a finding without one says is of the model as a whole."""


@dataclass(frozen=True)
class Found:
    """What an audit says of a plant.

    Attributes:
        verdict: of the run.
        rank: place of the first finding that names the fault among the findings that fail, from 1; None: none does.
        named: title of that finding.
        failed: number of findings that fail.
        others: titles of those that accuse something in particular that is not at fault: on a sound model, false alarms.
    """

    verdict: str
    rank: int | None
    named: str
    failed: int
    others: tuple[str, ...]


def judge(plant: Plant, run: Mapping[str, Any]) -> Found:
    """What a run as `audit run --json` prints it says of a plant. Findings count in the order in which they are shown."""
    failed = [finding for finding in run["findings"] if finding["verdict"] == "FAIL"]
    naming = [finding for finding in failed if any(matches(want, finding) for want in plant.wanted)]
    others = [finding for finding in failed if finding not in naming and accuses(finding)]
    return Found(
        verdict=run["verdict"] or run["status"],
        rank=failed.index(naming[0]) + 1 if naming else None,
        named=naming[0]["title"] if naming else "",
        failed=len(failed),
        others=tuple(finding["title"] for finding in others),
    )


def matches(wanted: Wanted, finding: Mapping[str, Any]) -> bool:
    """Whether a finding is one of those wanted."""
    score = finding["score"]
    where = {**score["where"], "probe": score["probe"]}
    return all(_is_one(where.get(key), values) for key, values in wanted.slice.items()) and (
        not wanted.definition or score["definition"].startswith(wanted.definition)
    )


def accuses(finding: Mapping[str, Any]) -> bool:
    """Whether a finding says of something in particular that it is at fault."""
    return any(key.startswith(ACCUSES) for key in finding["score"]["where"])


def _is_one(value: str | None, patterns: Iterable[str]) -> bool:
    """Whether a value is one of some, in which `*` stands for anything; capitals or not."""
    return value is not None and any(
        re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), value, re.IGNORECASE) for pattern in patterns
    )
