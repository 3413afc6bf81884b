"""What people said of runs: judgements of examples, and notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Review:
    """One person's judgement of an adversarial example: does the perturbed text still mean the same?"""

    probe: str
    row_id: str
    verdict: Literal["same", "different", "unsure"]
    who: str
    note: str
    reviewed_at: str


About = Literal["run", "row", "finding"]
"""What notes are about."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a person wrote about a run (`subject` is empty), one of its rows (by row id) or findings (by the finding's id)."""

    about: About
    subject: str
    note: str
    who: str
    written_at: str
