"""What became of a test of a behavioural suite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from audit.records.base import OfSample


@dataclass(frozen=True, slots=True)
class FailedCase:
    """A case of a behavioural test that did not hold: its texts, the place of the one that failed, and what was said of both.

    `labels` are what was expected of each text, as the model calls it, empty where a comparison was; `first` and `probs` are
    what the model says of the original or only text and of the one that failed.
    """

    texts: tuple[str, ...]
    failed: int
    labels: tuple[str | None, ...]
    first: tuple[float, ...]
    probs: tuple[float, ...]
    line: int | None = None


@dataclass(frozen=True, slots=True)
class BehaviourOutcome(OfSample):
    """What became of one test of a behavioural suite: how many of its cases failed, and some of those that did.

    `suite` is what the suite is called and `subject` the test; `type` MFT, INV or DIR; `expects` what must hold, as a suite's
    file says it, with `tolerance` and the model's labels it is about (`towards`, `away`). `run` counts the cases that were asked
    and count, `failed` those of them that failed. `left_out` are cases that do not count by the test's own rule, `unasked` those
    with a label that the model does not have, `errors` those that could not be asked. `unmapped` are labels of the suite
    that the test needs and the model does not have.
    """

    name: str
    suite: str
    subject: str
    capability: str
    type: str
    expects: str
    run: int
    failed: int
    seed: int
    errors: int = 0
    left_out: int = 0
    unasked: int = 0
    texts: int = 0
    tolerance: float = 0.0
    towards: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    unmapped: tuple[str, ...] = ()
    cases: tuple[FailedCase, ...] = ()
    about: str = ""
    place: int = 0
    seconds: float = 0.0
    note: str | None = None
    error: str | None = None
    probe: str = ""

    @property
    def rows(self) -> tuple[str, ...]:
        """Nothing: it rests on its own cases, not on rows of the table."""
        return ()

    @property
    def values(self) -> Mapping[str, float]:
        """Its counts by name."""
        return {name: float(getattr(self, name)) for name in ("run", "failed", "errors", "left_out", "unasked")}
