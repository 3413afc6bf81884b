"""What is computed from records and crosses borders as they do: scores, and thresholds held against them."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Literal

from audit.records import to_dict
from audit.said import Said, Telling, clauses
from audit.slices import ALL_ROWS, Slice, about_probes, score_key

Verdict = Literal["PASS", "FAIL", "INCONCLUSIVE"]
Asked = Literal["check", "pattern", "skipped"]
"""What a finding is about: a check of the policy, something looked for besides, a test that could not be run."""
Severity = Literal["low", "medium", "high", "critical"]
Direction = Literal["higher_is_better", "lower_is_better", "neutral"]


@dataclass(frozen=True, slots=True)
class Score:
    """A number computed from stored records. Never without n and an interval (or the reason there is none, in `notes`).

    `name` is the quantity (`accuracy_under_attack`), `probe` the key of the probe it is about (`textfooler`),
    `other_probe` the second of the few that are about two (`method_agreement`), `about` both as people read them
    (`textfooler+lime`), `registered` their registered names (empty: the keys are). `where` is which part of the rows
    (`{"label": "positive"}`, `{"group:region": "north"}`; empty: all) and `slice` the same as people read it
    (`label=positive`). `method` names the interval, for example `wilson` or `bootstrap-percentile(2000)`. `definition`
    is a key of `audit.score.definitions`. `notes` is what a reader must know besides, `note` the same worded.
    """

    name: str
    value: float | None
    low: float | None
    high: float | None
    level: float
    n: int
    method: str
    direction: Direction
    definition: str
    probe: str = ""
    where: Slice = ALL_ROWS
    unit: str = "share"
    notes: tuple[Said, ...] = ()
    other_probe: str = ""
    registered: tuple[str, ...] = ()
    slice: str = field(init=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "slice", str(self.where))
        for name in ("value", "low", "high"):  # what is not a number is no value: JSON and people know no other kind
            number = getattr(self, name)
            if number is not None and not isfinite(number):
                object.__setattr__(self, name, None)

    @property
    def note(self) -> str:
        """What a reader must know besides, in the language spoken."""
        return _worded(clauses(self.notes))

    @property
    def key(self) -> str:
        """Unique within a run: `name`, `name@probe` or `name@probe[label=x]`, see `audit.slices`."""
        return score_key(self.name, self.probe, self.where, self.other_probe)

    @property
    def about(self) -> str:
        """The probe, or both joined by `+`: what people read and policies name. Never taken apart again."""
        return about_probes(self.probe, self.other_probe)


@dataclass(frozen=True, slots=True)
class Finding:
    """A threshold held against a Score, with what was found, why it matters and what to do next.

    `said` keeps these as keys and values; `title`, `why`, `next_step` and `note` are worded in the language spoken.
    """

    id: str
    said: Telling
    verdict: Verdict
    severity: Severity
    score: Score
    threshold: float | None
    adjusted_level: float
    evidence: tuple[str, ...] = ()
    n_to_settle: int | None = None

    @property
    def asked(self) -> Asked:
        """What it is about, which its id begins with."""
        kind = self.id.partition(":")[0]
        return "pattern" if kind == "pattern" else "skipped" if kind == "skipped" else "check"

    @property
    def decides(self) -> bool:
        """Whether it has a part in the verdict of the run: checks and skipped tests have, patterns inform."""
        return self.asked != "pattern"

    @property
    def title(self) -> str:
        """What was found."""
        text = _worded(self.said.title)
        return text[:1].upper() + text[1:]

    @property
    def why(self) -> str:
        """Why it matters."""
        return _worded(self.said.why)

    @property
    def next_step(self) -> str:
        """What to do next."""
        return _worded(self.said.next_step)

    @property
    def note(self) -> str:
        """What a reader must know besides."""
        return _worded(self.said.note)


TOLD = ("title", "why", "next_step", "note")
"""Texts of a finding; those of a score are its note alone."""
BESIDE = ("asked", *TOLD)
"""What `worded` puts beside the fields of a finding."""


def worded(record: Score | Finding) -> dict[str, Any]:
    """As `to_dict`, and beside the keys what they say in the language spoken: what leaves Assay for other programs."""
    data = to_dict(record)
    if isinstance(record, Score):
        return {**data, "note": record.note}
    return {**data, "score": worded(record.score), **{name: getattr(record, name) for name in BESIDE}}


def _worded(said: Said) -> str:
    from audit.language.saying import word  # not every program that reads records says anything

    return word(said)
