"""What a card must hold where something reads it; more may stand in it. It comes with a checkpoint: anybody may have written it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True, allow_inf_nan=False)


class SplitPart(_Part):
    """data.training, data.evaluation, data.test."""

    rows: int | None = None


class DataPart(_Part):
    """data: what the model was trained on."""

    name: str | None = None
    licence: str | None = None
    training: SplitPart | None = None
    evaluation: SplitPart | None = None
    test: SplitPart | None = None


class IntervalPart(_Part):
    """A number with its interval."""

    value: float
    low: float
    high: float


class MetricsPart(_Part):
    """metrics.evaluation, metrics.test."""

    n: int
    accuracy: IntervalPart
    classes: dict[str, dict[str, float]] | None = None


class SplitsPart(_Part):
    """metrics."""

    test: MetricsPart | None = None
    evaluation: MetricsPart | None = None


class Card(_Part):
    """card.json."""

    name: str | None = None
    base: str | None = None
    base_sha256: str | None = None
    method: str | None = None
    command: str | None = None
    labels: list[str | int] | None = None
    languages: list[str] | str | None = None
    data: DataPart | str | None = None
    metrics: SplitsPart | None = None


def fitting(card: Mapping[str, Any]) -> dict[str, Any]:
    """The entries of a card that can be read and kept: those of another form, or with a number that is none, are left out."""
    try:
        Card.model_validate(dict(card))
        odd = set()
    except ValidationError as error:
        odd = {fault["loc"][0] for fault in error.errors()}
    return {name: value for name, value in card.items() if name not in odd and _finite(value)}


def _finite(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return all(map(_finite, parts))
