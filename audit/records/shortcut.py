"""What became of a row when something was changed that should not matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from audit.records.base import Changed


@dataclass(frozen=True, slots=True)
class SurfaceEdit:
    """One change of something that should not matter, and what the model says.

    `step` is whether the changed text has `more` of the feature than what it is compared with, `less`, or an `other` one;
    `against` is what the model says of that, empty where it is the text as it is.
    """

    feature: str
    change: str
    step: Literal["more", "less", "other"]
    text: str
    probs: tuple[float, ...]
    against: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class SurfaceOutcome(Changed):
    """What the model says of one row when its length, marks, capitals and the like are changed, each alone."""

    edits: tuple[SurfaceEdit, ...]
    seed: int
    seconds: float
    pair: str | None = None
    error: str | None = None
    probe: str = ""
