"""Calibration of parts of the rows: of each answer, and of each value of a column of the table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

import pandas as pd

from audit.score.calibration import calibration
from audit.score.frames import Frames
from audit.score.group_columns import columns_of
from audit.score.measurer import Measurer
from audit.score.measures import Measure
from audit.score.performance import labelled
from audit.slices import Slice

FEWEST = 100
"""Labelled texts of a part from which on its calibration is told."""
MOST = 30
"""Parts that are told, the largest."""
OF_PART = ("ece", "confidence_gap")


def calibration_of_parts(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    """`ece` and `confidence_gap` of the texts with each answer and of each group, where they are 100 or more.

    Parts are by the answer, not by the true class: of the texts of a class a calibrated model is surer of those it gets right, and
    seems overconfident in hard classes whatever it states. One that holds all rows, or is the only one, is left out.
    """
    rows = labelled(frames)
    if "calibration" not in frames.task.families or rows.empty:
        return
    for where, kept in sorted(_parts(frames, rows), key=lambda part: (-len(part[1]), str(part[0])))[:MOST]:
        inside = replace(frames, predictions=frames.predictions.loc[kept], probs=frames.probs[kept])
        for measure in calibration(inside, measurer):
            if measure.name in OF_PART and measure.value is not None:
                yield replace(measure, where=where, context={**measure.context, "part": str(where)})
            if measure.name == OF_PART[-1]:
                break


def _parts(frames: Frames, rows: pd.DataFrame) -> Iterator[tuple[Slice, pd.Index]]:
    """Each part that is large enough, and where its rows stand among the predictions."""
    by_answer = (
        (Slice(predicted=str(label)), kept) for label, kept in rows.groupby("predicted", sort=True).groups.items()
    )
    known = ((where, kept) for where, kept in by_answer if where["predicted"] in frames.labels)
    of_columns = (
        (part, rows.index[one.inside(rows, value)]) for one in columns_of(frames) for value, part in one.parts.items()
    )
    for where, kept in chain(known, of_columns):
        if FEWEST <= len(kept) < len(rows):
            yield where, kept
