"""All that a report holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from audit.report.model.attacks import RecipeFacts
from audit.report.model.behaviours import BehaviourFacts
from audit.report.model.clusters import ClusterFacts
from audit.report.model.directions import DirectionFacts
from audit.report.model.explanations import Heatmap, MethodFacts, WordFacts
from audit.report.model.identities import IdentityFacts
from audit.report.model.labels import LabelFacts
from audit.report.model.maps import MapFacts
from audit.report.model.perturbations import PerturbationFacts
from audit.report.model.predictions import Confusion, ReliabilityBin, RiskPoint
from audit.report.model.rows import Evidence, Pointed
from audit.report.model.run import DataFacts, DefinitionText, Limit, NoteFacts, ProbeFacts, RunFacts
from audit.report.model.samples import SampleFacts
from audit.report.model.triggers import TriggerFacts
from audit.scored import Finding, Score

SCHEMA_VERSION = 3

Preset = Literal["executive", "full", "technical"]

PRESETS: tuple[Preset, ...] = ("executive", "full", "technical")


@dataclass(frozen=True, slots=True)
class Report:
    """The run, ready to print: built once, rendered as PDF, JSON, CSV or page. `texts`: whether it may hold texts of rows.

    `collect` is what to collect or relabel for a finding, by its id, in the report's language.
    """

    schema: int
    preset: Preset
    language: str
    run: RunFacts
    findings: tuple[Finding, ...]
    scores: tuple[Score, ...]
    definitions: tuple[DefinitionText, ...]
    probes: tuple[ProbeFacts, ...]
    limits: tuple[Limit, ...]
    data: DataFacts
    model_card: Mapping[str, Any]
    recipes: tuple[RecipeFacts, ...]
    perturbations: tuple[PerturbationFacts, ...]
    methods: tuple[MethodFacts, ...]
    words: tuple[WordFacts, ...]
    heatmaps: tuple[Heatmap, ...]
    reliability: tuple[ReliabilityBin, ...]
    confusion: tuple[Confusion, ...]
    wrong_rows: tuple[Evidence, ...]
    evidence: Mapping[str, Evidence]
    spec: Mapping[str, Any]
    policy: Mapping[str, Any] | None
    provenance: Mapping[str, Any]
    reproduce: tuple[str, ...]
    texts: bool = True
    notes: tuple[NoteFacts, ...] = ()
    samples: tuple[SampleFacts, ...] = ()
    behaviours: tuple[BehaviourFacts, ...] = ()
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pointed: Mapping[str, tuple[Pointed, ...]] = field(default_factory=dict)
    changed_rows: Mapping[str, tuple[Pointed, ...]] = field(default_factory=dict)
    identities: tuple[IdentityFacts, ...] = ()
    directions: tuple[DirectionFacts, ...] = ()
    triggers: tuple[TriggerFacts, ...] = ()
    risk: tuple[RiskPoint, ...] = ()
    maps: tuple[MapFacts, ...] = ()
    clusters: tuple[ClusterFacts, ...] = ()
    labels: tuple[LabelFacts, ...] = ()
    collect: Mapping[str, str] = field(default_factory=dict)

    def score(self, name: str, probe: str = "") -> Score | None:
        """The score of that name and probe over all rows, or None."""
        return next((s for s in self.scores if (s.name, s.about) == (name, probe) and not s.where), None)
