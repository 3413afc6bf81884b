"""`Report`: a run ready to print, as plain frozen data. Its JSON form is `SCHEMA_VERSION` of the documented schema.

`probe` is the key of a probe within the run, `name` its registered name. Everything comes from the store; nothing here
knows how it will look. Texts are as typed (renderers make them printable), probabilities 0-1, times UTC ISO-8601.
"""

from audit.report.model.attacks import Adversarial, CurvePoint, RecipeFacts
from audit.report.model.behaviours import BehaviourCase, BehaviourFacts
from audit.report.model.clusters import ClusterFacts
from audit.report.model.directions import DirectionFacts, Stay
from audit.report.model.explanations import Bound, Heatmap, MethodFacts, WordFacts
from audit.report.model.identities import IdentityFacts, SaidOf
from audit.report.model.labels import LabelFacts
from audit.report.model.maps import MapFacts, MapPoint
from audit.report.model.perturbations import Flip, PerturbationFacts
from audit.report.model.predictions import Confusion, ReliabilityBin, RiskPoint
from audit.report.model.report import PRESETS, SCHEMA_VERSION, Preset, Report
from audit.report.model.rows import Edit, Evidence, HeatWord, Pointed
from audit.report.model.run import DataFacts, DefinitionText, LabelCount, Limit, NoteFacts, ProbeFacts, RunFacts
from audit.report.model.samples import SampleFacts
from audit.report.model.triggers import TriggerFacts

__all__ = [
    "PRESETS",
    "SCHEMA_VERSION",
    "Adversarial",
    "BehaviourCase",
    "BehaviourFacts",
    "Bound",
    "ClusterFacts",
    "Confusion",
    "CurvePoint",
    "DataFacts",
    "DefinitionText",
    "DirectionFacts",
    "Edit",
    "Evidence",
    "Flip",
    "HeatWord",
    "Heatmap",
    "IdentityFacts",
    "LabelCount",
    "LabelFacts",
    "Limit",
    "MapFacts",
    "MapPoint",
    "MethodFacts",
    "NoteFacts",
    "PerturbationFacts",
    "Pointed",
    "Preset",
    "ProbeFacts",
    "RecipeFacts",
    "ReliabilityBin",
    "Report",
    "RiskPoint",
    "RunFacts",
    "SaidOf",
    "SampleFacts",
    "Stay",
    "TriggerFacts",
    "WordFacts",
]
