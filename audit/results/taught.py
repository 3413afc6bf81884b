"""Which rows of the reference table taught the model an answer, with what those rows say."""

from __future__ import annotations

from audit.kinds.embedding import EMBEDDING
from audit.kinds.prediction import PREDICTION
from audit.kinds.reference import REFERENCE
from audit.results.reading import Results
from audit.score.frames import Frames

KINDS = (PREDICTION.name, EMBEDDING.name, REFERENCE.name)
"""Kinds of probes whose records it takes."""


def frames_of(results: Results) -> Frames:
    """The records of a run that `audit.score.places.influence` takes."""
    return results.of_probes(key for kind in KINDS for key in results.planned(kind))
