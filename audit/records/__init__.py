"""The frozen records that cross borders: what a probe yields, the store keeps and a page draws.

A record of a row carries `name`, the registered name of the probe that made it, and `probe`, the key of that probe
within the run (`ProbeSpec.id`; the name where it has none). The key is not part of what is stored: runs share records
and may call the same probe by other keys, so whoever reads a run's records says whose they are (`of_probe`).

All records are plain data (strings, numbers, tuples): `to_dict` makes JSON of them with floats at six digits,
`from_dict` reads it back. Probabilities are 0-1 in the order of the model's labels; character offsets count
Unicode code points of the text as the user typed it, end exclusive; durations are seconds.
"""

from __future__ import annotations

from audit.records.attack import AttackOutcome, AttackStatus
from audit.records.base import (
    Change,
    Example,
    Record,
    Variant,
    content_id,
    from_dict,
    of_probe,
    sample_id,
    to_dict,
    with_stand_ins,
)
from audit.records.behaviour import BehaviourOutcome, FailedCase
from audit.records.direction import DirectionOutcome
from audit.records.embedding import Embedding
from audit.records.explainer import Attribution, TokenScore, WordScore
from audit.records.identity import IdentityOutcome, Mentioned, Version
from audit.records.perturbation import PerturbationOutcome
from audit.records.prediction import Prediction
from audit.records.reference import ReferenceRows
from audit.records.sample import Estimate, SampleOutcome
from audit.records.shortcut import SurfaceEdit, SurfaceOutcome
from audit.records.trigger import TriggerOutcome
from audit.records.word import WordOutcome, WordTrial

__all__ = [
    "AttackOutcome",
    "AttackStatus",
    "Attribution",
    "BehaviourOutcome",
    "Change",
    "DirectionOutcome",
    "Embedding",
    "Estimate",
    "Example",
    "FailedCase",
    "IdentityOutcome",
    "Mentioned",
    "PerturbationOutcome",
    "Prediction",
    "Record",
    "ReferenceRows",
    "SampleOutcome",
    "SurfaceEdit",
    "SurfaceOutcome",
    "TokenScore",
    "TriggerOutcome",
    "Variant",
    "Version",
    "WordOutcome",
    "WordScore",
    "WordTrial",
    "content_id",
    "from_dict",
    "of_probe",
    "sample_id",
    "to_dict",
    "with_stand_ins",
]
