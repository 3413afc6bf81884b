"""Did the audit find the fault? And whom does it accuse beside?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit.score.definitions import define
from planting.plant import Plant, Wanted

ACCUSES = ("word", "holds", "form", "feature", "identity", "dimension", "capability", "test", "label", "group:")
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
        accusing: families of scores (performance, fairness, shortcuts ...) that have such a finding.
    """

    verdict: str
    rank: int | None
    named: str
    failed: int
    others: tuple[str, ...]
    accusing: frozenset[str] = frozenset()


def judge(plant: Plant, run: Mapping[str, Any]) -> Found:
    """What a run as `audit run --json` prints it says of a plant. Findings count in the order in which they are shown."""
    failed = [finding for finding in run["findings"] if finding["verdict"] == "FAIL"]
    naming = [finding for finding in failed if any(_tells(want, finding) for want in plant.wanted)]
    others = [finding for finding in failed if finding not in naming and accuses(finding)]
    return Found(
        verdict=run["verdict"] or run["status"],
        rank=failed.index(naming[0]) + 1 if naming else None,
        named=naming[0]["title"] if naming else "",
        failed=len(failed),
        others=tuple(finding["title"] for finding in others),
        accusing=frozenset(family(finding) for finding in others),
    )


def family(finding: Mapping[str, Any]) -> str:
    """The family of scores that a finding is about: what looked."""
    return define(finding["score"]["definition"]).family


def false_alarms(sound: Sequence[tuple[Mapping[str, Any], Found]]) -> list[tuple[str, int, int]]:
    """Of each family that could accuse: how many sound models it accused, and in how many audits of such it looked.

    Args:
        sound: runs of sound models, with what they say.
    """
    looked = Counter(
        name for run, _ in sound for name in {define(s["definition"]).family for s in run["scores"] if _in_part(s)}
    )
    accused = Counter(name for _, found in sound for name in found.accusing)
    return [(name, accused[name], looked[name]) for name in sorted(looked)]


def _tells(wanted: Wanted, finding: Mapping[str, Any]) -> bool:
    """Whether a finding is one of those wanted, or names one that has the same cause."""
    told = (finding, *(one for one in finding.get("also", ()) if one["verdict"] == "FAIL"))
    return any(matches(wanted, one) for one in told)


def matches(wanted: Wanted, finding: Mapping[str, Any]) -> bool:
    """Whether a finding is one of those wanted."""
    score = finding["score"]
    where = {**score["where"], "probe": score["probe"]}
    return all(_is_one(where.get(key), values) for key, values in wanted.slice.items()) and (
        not wanted.definition or score["definition"].startswith(wanted.definition)
    )


def accuses(finding: Mapping[str, Any]) -> bool:
    """Whether a finding says of something in particular that it is at fault."""
    return _in_part(finding["score"])


def _in_part(score: Mapping[str, Any]) -> bool:
    return any(key.startswith(ACCUSES) for key in score["where"])


def _is_one(value: str | None, patterns: Iterable[str]) -> bool:
    """Whether a value is one of some, in which `*` stands for anything; capitals or not."""
    return value is not None and any(
        re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), value, re.IGNORECASE) for pattern in patterns
    )
