"""What is established although a check stays open: it may be certain that something is there, and not how much of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from audit.said import Number, Said, Value
from audit.score.intervals import Interval
from audit.score.measures import Measure, Measures
from audit.score.wording import estimate


@dataclass(frozen=True, slots=True)
class Certainty:
    """What an open check can say all the same.

    Attributes:
        slot: the sentence that says it.
        names: what that sentence names besides the usual.
        note: the same with the confidence it is said at.
    """

    slot: str
    names: Mapping[str, Value]
    note: Said


def certainty(measure: Measure, measures: Measures, *, level: float, shown: float) -> Certainty | None:
    """What is certain of an open check's measure; None where nothing is.

    Of the calibration error, that the model is overconfident, or underconfident: where the interval of mean confidence
    less accuracy excludes 0 at the level of the verdict. That does not settle whether the error is beyond a threshold.

    Args:
        measure: what the open check was held against.
        measures: the run's.
        level: of the verdict.
        shown: of the intervals in sentences.
    """
    gap = measures.find("confidence_gap") if measure.name == "ece" else None
    strict, wide = (gap.interval(at) if gap else None for at in (level, shown))
    if gap is None or gap.value is None or strict is None or wide is None or strict.low <= 0.0 <= strict.high:
        return None
    value, slot, note = gap.value, "open_over", "note.exceeds"
    if value < 0.0:
        value, slot, note = -value, "open_under", "note.falls_short"
        strict, wide = (Interval(-ends.high, -ends.low) for ends in (strict, wide))
    by = Number(None, "points", strict.low, strict.high)
    return Certainty(slot, {"gap": estimate(value, wide, "points")}, Said(note, {"gap": by}))
