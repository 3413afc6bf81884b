"""What people said of runs: judgements of examples, and notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["same", "different", "unsure", "keep", "relabel", "drop"]
OF_ATTACKS = ("same", "different", "unsure")
"""What may be said of an adversarial example."""
OF_LABELS = ("keep", "relabel", "drop")
"""What may be said of a row's label: it is right, it is another, the row has none that fits."""


@dataclass(frozen=True, slots=True)
class Review:
    """One person's judgement: of an adversarial example, does the changed text still mean the same; or of a row's label.

    `label` is what a row is to be labelled where the verdict is `relabel`, "" with every other. A label is judged under the
    key of the probe that predicts.
    """

    probe: str
    row_id: str
    verdict: Verdict
    who: str
    note: str
    reviewed_at: str
    label: str = ""

    @property
    def of_label(self) -> bool:
        """Whether it is about the label of a row."""
        return self.verdict in OF_LABELS


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
